"""A refused file is replaced by another, and all who had a hand in what a run was asked for count as asking for it."""

import django.db.models.deletion
from django.db import migrations, models

# The requester first; then those who sent a file that was refused and keyed in, or replaced, by somebody else. A child
# run is asked for by whoever asked for its parent.
ASKED_BY = """
CREATE FUNCTION runs_asked_by(asked uuid) RETURNS uuid[] LANGUAGE sql STABLE AS $$
WITH RECURSIVE line AS (
    SELECT id, parent_id, requester_id FROM runs_run WHERE id = asked
    UNION SELECT r.id, r.parent_id, r.requester_id FROM runs_run r JOIN line l ON r.id = l.parent_id
), receipts AS (
    SELECT p.id, p.requester_id FROM runs_intakeproblem p JOIN line l ON p.run_id = l.id
    UNION SELECT p.id, p.requester_id FROM runs_intakeproblem p JOIN receipts c ON p.replaced_by_id = c.id
)
SELECT ARRAY(SELECT requester_id FROM line WHERE id = asked)
    || ARRAY(SELECT requester_id FROM line UNION SELECT requester_id FROM receipts)
$$;
"""
FORGET = "DROP FUNCTION runs_asked_by(uuid);"


class Migration(migrations.Migration):
    dependencies = [("runs", "0010_messages")]

    operations = [
        migrations.RemoveConstraint("intakeproblem", "intake_problem_names_its_run_exactly_when_one_started"),
        migrations.AlterField(
            "intakeproblem",
            "status",
            models.CharField(
                choices=[
                    ("open", "Open"),
                    ("retried", "Retried"),
                    ("keyed", "Keyed"),
                    ("replaced", "Replaced"),
                    ("closed", "Closed"),
                ],
                default="open",
                max_length=8,
            ),
        ),
        migrations.AddField(
            "intakeproblem",
            "replaced_by",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaces",
                to="runs.intakeproblem",
            ),
        ),
        migrations.AddConstraint(
            "intakeproblem",
            models.CheckConstraint(
                name="intake_problem_names_its_run_exactly_when_one_started",
                condition=models.Q(run__isnull=False, status__in=["retried", "keyed"])
                | models.Q(run=None, status__in=["open", "closed"])
                | models.Q(status="replaced"),
            ),
        ),
        migrations.AddConstraint(
            "intakeproblem",
            models.CheckConstraint(
                name="intake_problem_that_was_replaced_names_what_came_instead",
                condition=models.Q(replaced_by=None, run__isnull=False, status="replaced")
                | models.Q(replaced_by__isnull=False, run=None, status="replaced")
                | (models.Q(("status", "replaced"), _negated=True) & models.Q(replaced_by=None)),
            ),
        ),
        migrations.RunSQL(ASKED_BY, FORGET),
    ]
