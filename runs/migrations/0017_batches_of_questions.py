"""Questions to models that can wait are handed over many at once: the batch is a row before the provider has it."""

import django.db.models.deletion
from django.db import migrations, models

import agentops.core.ids
import runs.models.fields

# A batch moves forward, keeps the name it was accepted under, and is never forgotten.
GUARD = """
CREATE FUNCTION runs_modelbatch_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN
        ('open>open', 'open>submitted', 'open>ended', 'submitted>submitted', 'submitted>ended')
        OR NEW.epoch < OLD.epoch OR (NEW.id, NEW.provider, NEW.created_at) IS DISTINCT FROM
            (OLD.id, OLD.provider, OLD.created_at)
        OR (OLD.provider_id IS NOT NULL AND NEW.provider_id IS DISTINCT FROM OLD.provider_id) THEN
        RAISE EXCEPTION 'runs_modelbatch: % cannot become %, and what was submitted keeps its name',
            OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_modelbatch_guard BEFORE UPDATE ON runs_modelbatch
    FOR EACH ROW EXECUTE FUNCTION runs_modelbatch_guard();
CREATE TRIGGER runs_modelbatch_never_deleted BEFORE DELETE ON runs_modelbatch
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
GUARD_BACK = """
DROP TRIGGER runs_modelbatch_never_deleted ON runs_modelbatch;
DROP TRIGGER runs_modelbatch_guard ON runs_modelbatch;
DROP FUNCTION runs_modelbatch_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0016_who_asked_is_mostly_one")]

    operations = [
        migrations.AddField(
            model_name="modelcall",
            name="batched",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="ModelBatch",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=30)),
                ("provider_id", models.CharField(max_length=120, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("submitted", "Submitted"), ("ended", "Ended")], max_length=9
                    ),
                ),
                ("epoch", models.BigIntegerField(default=1)),
                ("due_at", models.DateTimeField(null=True)),
                ("calls", models.IntegerField()),
                ("created_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "ended"), _negated=True),
                        fields=["provider", "due_at"],
                        name="model_batch_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "provider_id"), name="model_batch_is_known_once"),
                    models.CheckConstraint(
                        condition=runs.models.fields.Holds(
                            "(due_at IS NULL) = (status = 'ended') AND (ended_at IS NULL) = (status <> 'ended')"
                        ),
                        name="model_batch_is_looked_at_until_it_has_ended",
                    ),
                    models.CheckConstraint(
                        condition=runs.models.fields.Holds(
                            "status <> 'submitted' OR (provider_id IS NOT NULL AND submitted_at IS NOT NULL)"
                        ),
                        name="model_batch_under_way_has_the_providers_name",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="modelcall",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asked",
                to="runs.modelbatch",
            ),
        ),
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                condition=models.Q(("batch__isnull", False)), fields=["batch"], name="model_call_of_batch"
            ),
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
    ]
