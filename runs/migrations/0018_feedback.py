"""Feedback of people on what came of a run."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids

GUARD = """
CREATE FUNCTION runs_feedback_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind FROM core_user WHERE id = NEW.person_id) IS DISTINCT FROM 'person' THEN
        RAISE EXCEPTION 'runs_feedback: only a person gives feedback' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_feedback_guard BEFORE INSERT ON runs_feedback
    FOR EACH ROW EXECUTE FUNCTION runs_feedback_guard();
CREATE TRIGGER runs_feedback_never_changes BEFORE UPDATE OR DELETE ON runs_feedback
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
GUARD_BACK = """
DROP TRIGGER runs_feedback_never_changes ON runs_feedback;
DROP TRIGGER runs_feedback_guard ON runs_feedback;
DROP FUNCTION runs_feedback_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("runs", "0017_batches_of_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("good", models.BooleanField()),
                ("words", models.CharField(blank=True, default="", max_length=2000)),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="runs.run"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["given_at"], name="feedback_by_time")],
            },
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
    ]
