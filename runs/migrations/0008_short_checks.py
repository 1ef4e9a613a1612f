"""The same constraints in fewer words, for PostgreSQL reads them anew at every write; and a proposal's state comes last.

The state is the only thing about a proposal that changes. Behind the large columns, on a page with room for a second
version, a change of it costs some fifty bytes of WAL; before them it wrote out the whole row again.
"""

from django.db import migrations, models

from runs.models.fields import Holds

CHECKS = (
    (
        "run",
        "run_is_leased_exactly_when_running",
        "(lease_until IS NOT NULL) = (status = 'running') AND (lease_until IS NULL OR due_at = lease_until)",
    ),
    ("run", "run_says_what_it_awaits_exactly_when_awaiting", "(awaiting IS NOT NULL) = (status = 'awaiting')"),
    (
        "run",
        "run_ended_at_is_set_exactly_when_ended",
        "(ended_at IS NOT NULL) = (status = ANY ('{cancelled,completed,failed,rejected}'))",
    ),
    (
        "run",
        "run_queued_is_due_and_ended_is_not",
        "CASE WHEN due_at IS NULL THEN status <> 'queued' ELSE ended_at IS NULL END",
    ),
    (
        "run",
        "run_spends_within_its_budget",
        "spent_steps <= budget_steps AND spent_calls <= budget_calls AND spent_tokens <= budget_tokens "
        "AND spent_cost <= budget_cost AND revision <= budget_revisions + 1",
    ),
    (
        "proposal",
        "proposal_closed_at_is_set_exactly_when_closed",
        "(closed_at IS NULL) = (state = ANY ('{allowed,approved,open}'))",
    ),
    (
        "proposal",
        "proposal_for_review_names_its_signatures",
        "verdict <> 'review' OR signatures = 1 OR signatures = 2",
    ),
    (
        "proposal",
        "proposal_blocked_is_never_allowed_or_approved",
        "NOT (blocked AND state = ANY ('{allowed,approved,performed}'))",
    ),
    (
        "effect",
        "effect_settled_at_is_set_exactly_when_settled",
        "(settled_at IS NOT NULL) = (status = ANY ('{confirmed,refused}'))",
    ),
)
ONLY_LIVE = "proposal_only_one_live_per_run"
# Taking another column's value by USING writes the table anew and changes no row: the guards need not look away.
STATE_LAST = """
ALTER TABLE runs_proposal ADD COLUMN state_last varchar(10);
ALTER TABLE runs_proposal ALTER COLUMN state_last TYPE varchar(10) USING state;
ALTER TABLE runs_proposal ALTER COLUMN state_last SET NOT NULL;
DROP TRIGGER runs_proposal_state_moves ON runs_proposal;
ALTER TABLE runs_proposal DROP COLUMN state;
ALTER TABLE runs_proposal RENAME COLUMN state_last TO state;
CREATE TRIGGER runs_proposal_state_moves BEFORE UPDATE OF state ON runs_proposal FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION runs_proposal_state_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0007_spelled")]

    operations = [
        *(migrations.RemoveConstraint(table, name) for table, name, _ in CHECKS),
        migrations.RemoveConstraint("proposal", ONLY_LIVE),
        migrations.RunSQL(STATE_LAST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "proposal",
            models.UniqueConstraint(
                name=ONLY_LIVE,
                fields=["run"],
                condition=models.Q(("state__in", ["allowed", "approved", "open"])),
            ),
        ),
        *(
            migrations.AddConstraint(table, models.CheckConstraint(name=name, condition=Holds(sql)))
            for table, name, sql in CHECKS
        ),
    ]
