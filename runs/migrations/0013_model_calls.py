"""Questions to models as a queue: who has a call, what is reserved for it, and what each provider may be asked."""

import django.db.models.deletion
from django.db import migrations, models

import runs.models.fields

# runs.gateway tells these moves as a story; tests/runs/gateway/test_invariants.py goes around it and is refused.
GUARD = """
CREATE FUNCTION runs_modelcall_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_run runs_run%ROWTYPE;
    v_tokens bigint;
    v_cost bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'due' THEN
            RETURN NEW;
        END IF;
        -- Locked, so that two reservations of one run are not made side by side.
        SELECT * INTO v_run FROM runs_run WHERE id = NEW.run_id FOR UPDATE;
        SELECT coalesce(sum(reserved_tokens), 0), coalesce(sum(reserved_cost), 0) INTO v_tokens, v_cost
            FROM runs_modelcall WHERE run_id = NEW.run_id AND due_at IS NOT NULL
                AND question_id IS DISTINCT FROM NEW.question_id;
        IF v_run.spent_tokens + v_tokens + NEW.reserved_tokens > v_run.budget_tokens
            OR v_run.spent_cost + v_cost + NEW.reserved_cost > v_run.budget_cost THEN
            RAISE EXCEPTION 'runs_modelcall: % tokens for % do not fit into what is left of the budget of the run',
                NEW.reserved_tokens, NEW.reserved_cost
                USING ERRCODE = 'check_violation', CONSTRAINT = 'model_call_fits_into_the_budget_of_its_run';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.due_at IS NULL OR (OLD.status || '>' || NEW.status) NOT IN
        ('due>due', 'due>sent', 'due>withdrawn', 'sent>sent', 'sent>answered', 'sent>cached', 'sent>failed',
         'sent>lost', 'sent>withdrawn') THEN
        RAISE EXCEPTION 'runs_modelcall: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.run_id, NEW.question_id, NEW.revision, NEW.seq, NEW.attempt, NEW.role, NEW.tier, NEW.provider, NEW.model,
        NEW.prompt, NEW.prompt_hash, NEW.request_digest, NEW.parameters, NEW.asked_seq, NEW.reserved_tokens,
        NEW.reserved_cost) IS DISTINCT FROM
       (OLD.run_id, OLD.question_id, OLD.revision, OLD.seq, OLD.attempt, OLD.role, OLD.tier, OLD.provider, OLD.model,
        OLD.prompt, OLD.prompt_hash, OLD.request_digest, OLD.parameters, OLD.asked_seq, OLD.reserved_tokens,
        OLD.reserved_cost) OR NEW.epoch < OLD.epoch
        OR (OLD.status = 'due' AND NEW.status = 'sent' AND NEW.epoch = OLD.epoch) THEN
        RAISE EXCEPTION 'runs_modelcall: what is asked does not change, and the epoch rises with each claim'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_modelcall_guard BEFORE INSERT OR UPDATE ON runs_modelcall
    FOR EACH ROW EXECUTE FUNCTION runs_modelcall_guard();
CREATE TRIGGER runs_modelcall_never_deleted BEFORE DELETE ON runs_modelcall
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
GUARD_BACK = """
DROP TRIGGER runs_modelcall_never_deleted ON runs_modelcall;
DROP TRIGGER runs_modelcall_guard ON runs_modelcall;
DROP FUNCTION runs_modelcall_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0012_a_step_done_by_a_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelPace",
            fields=[
                ("provider", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("requests", models.FloatField()),
                ("tokens", models.FloatField()),
                ("refilled_at", models.DateTimeField()),
                ("closed_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="modelcall",
            name="asked_seq",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="cache_key",
            field=runs.models.fields.HashField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="cached_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="code",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="cost_known",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="epoch",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="lease_holder",
            field=models.CharField(default="", max_length=60),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="limits",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="may_be_billed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="original",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="runs.modelcall",
            ),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="parameters",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="price_day",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="prompt",
            field=models.CharField(default="", max_length=80),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="question",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="runs.await"
            ),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="reserved_cost",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="reserved_tokens",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="status",
            field=models.CharField(
                choices=[
                    ("due", "Due"),
                    ("sent", "Sent"),
                    ("answered", "Answered"),
                    ("cached", "Cached"),
                    ("failed", "Failed"),
                    ("lost", "Lost"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="answered",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="tier",
            field=models.CharField(default="", max_length=20),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="tokens_written",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="modelcall",
            name="told_seq",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                condition=models.Q(("status", "due")), fields=["provider", "due_at"], name="model_call_due"
            ),
        ),
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                condition=models.Q(("status", "sent")), fields=["provider", "due_at"], name="model_call_sent"
            ),
        ),
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                condition=models.Q(("cache_key__isnull", False), ("status", "answered")),
                fields=["cache_key"],
                name="model_call_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["due", "sent"])),
                fields=("question",),
                name="model_call_is_open_once_per_question",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcall",
            constraint=models.CheckConstraint(
                condition=runs.models.fields.Holds("(due_at IS NOT NULL) = (status = ANY ('{due,sent}'))"),
                name="model_call_is_due_exactly_while_it_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcall",
            constraint=models.CheckConstraint(
                condition=runs.models.fields.Holds("(original_id IS NOT NULL) = (status = 'cached')"),
                name="model_call_from_the_cache_names_its_original",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost__gte", 0), ("reserved_cost__gte", 0), ("reserved_tokens__gte", 0)),
                name="model_call_reserves_and_costs_nothing_below_zero",
            ),
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
    ]
