"""What a run remembers beside its steps, and what its children may use of its budget."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import agentops.core.ids
import runs.models.fields

# A run, its open questions to models and its children share one budget. Nothing may be promised twice.
GUARD = """
CREATE TRIGGER runs_note_never_changes BEFORE UPDATE OR DELETE ON runs_note
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER runs_childrun_never_deleted BEFORE DELETE ON runs_childrun
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION runs_promised(a_run uuid, OUT tokens bigint, OUT cost bigint) LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(reserved_tokens), 0)::bigint, coalesce(sum(reserved_cost), 0)::bigint
    FROM runs_childrun WHERE parent_id = a_run AND settled_at IS NULL
$$;

CREATE FUNCTION runs_childrun_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_parent runs_run%ROWTYPE;
    v_promised record;
    v_asked record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.settled_at IS NOT NULL OR (NEW.run_id, NEW.parent_id, NEW.asked, NEW.attempt, NEW.depth, NEW.aside,
            NEW.reserved_tokens, NEW.reserved_cost) IS DISTINCT FROM (OLD.run_id, OLD.parent_id, OLD.asked,
            OLD.attempt, OLD.depth, OLD.aside, OLD.reserved_tokens, OLD.reserved_cost) THEN
            RAISE EXCEPTION 'runs_childrun: what a child was given stays, and it is settled once'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO v_parent FROM runs_run WHERE id = NEW.parent_id FOR UPDATE;
    SELECT * INTO v_promised FROM runs_promised(NEW.parent_id);
    SELECT coalesce(sum(reserved_tokens), 0) AS tokens, coalesce(sum(reserved_cost), 0) AS cost INTO v_asked
        FROM runs_modelcall WHERE run_id = NEW.parent_id AND due_at IS NOT NULL;
    IF v_parent.spent_tokens + v_promised.tokens + v_asked.tokens + NEW.reserved_tokens > v_parent.budget_tokens
        OR v_parent.spent_cost + v_promised.cost + v_asked.cost + NEW.reserved_cost > v_parent.budget_cost THEN
        RAISE EXCEPTION 'runs_childrun: what the child may use does not fit into what is left of its parent''s budget'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'child_fits_into_the_budget_of_its_parent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_childrun_guard BEFORE INSERT OR UPDATE ON runs_childrun
    FOR EACH ROW EXECUTE FUNCTION runs_childrun_guard();

CREATE FUNCTION runs_modelcall_beside_children() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_run runs_run%ROWTYPE;
    v_promised record;
    v_asked record;
BEGIN
    SELECT * INTO v_promised FROM runs_promised(NEW.run_id);
    IF v_promised.tokens = 0 AND v_promised.cost = 0 THEN
        RETURN NEW;
    END IF;
    SELECT * INTO v_run FROM runs_run WHERE id = NEW.run_id FOR UPDATE;
    SELECT coalesce(sum(reserved_tokens), 0) AS tokens, coalesce(sum(reserved_cost), 0) AS cost INTO v_asked
        FROM runs_modelcall WHERE run_id = NEW.run_id AND due_at IS NOT NULL
            AND question_id IS DISTINCT FROM NEW.question_id;
    IF v_run.spent_tokens + v_promised.tokens + v_asked.tokens + NEW.reserved_tokens > v_run.budget_tokens
        OR v_run.spent_cost + v_promised.cost + v_asked.cost + NEW.reserved_cost > v_run.budget_cost THEN
        RAISE EXCEPTION 'runs_modelcall: with what its children may use it does not fit into the budget of the run'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'model_call_fits_into_the_budget_of_its_run';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_modelcall_z_beside_children BEFORE INSERT ON runs_modelcall
    FOR EACH ROW WHEN (NEW.status = 'due') EXECUTE FUNCTION runs_modelcall_beside_children();
"""
GUARD_BACK = """
DROP TRIGGER runs_modelcall_z_beside_children ON runs_modelcall;
DROP FUNCTION runs_modelcall_beside_children();
DROP TRIGGER runs_childrun_guard ON runs_childrun;
DROP FUNCTION runs_childrun_guard();
DROP FUNCTION runs_promised(uuid);
DROP TRIGGER runs_childrun_never_deleted ON runs_childrun;
DROP TRIGGER runs_note_never_changes ON runs_note;
"""
KINDS = [("fact", "Fact"), ("decision", "Decision"), ("question", "Question"), ("summary", "Summary")]


class Migration(migrations.Migration):
    dependencies = [("runs", "0014_ended_badly")]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("revision", models.SmallIntegerField()),
                ("kind", models.CharField(choices=KINDS, max_length=8)),
                ("name", runs.models.fields.HashField(max_length=64)),
                ("code", models.CharField(max_length=60)),
                ("words", models.TextField(default="")),
                ("body", models.JSONField(default=dict)),
                ("trusted", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="runs.run",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "name"), name="note_is_made_once")],
            },
        ),
        migrations.CreateModel(
            name="ChildRun",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="as_child",
                        serialize=False,
                        to="runs.run",
                    ),
                ),
                ("asked", runs.models.fields.HashField(max_length=64)),
                ("attempt", models.SmallIntegerField(default=1)),
                ("depth", models.SmallIntegerField()),
                ("aside", models.BooleanField(default=False)),
                ("reserved_tokens", models.IntegerField()),
                ("reserved_cost", models.BigIntegerField()),
                ("tokens", models.IntegerField(null=True)),
                ("cost", models.BigIntegerField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("parent", "asked", "attempt"), name="child_is_started_once"),
                    models.CheckConstraint(
                        condition=models.Q(depth__gte=1, depth__lte=5), name="child_is_not_too_deep"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(reserved_tokens__gte=0, reserved_cost__gte=0),
                        name="child_reserves_nothing_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(settled_at=None, tokens=None, cost=None)
                        | models.Q(settled_at__isnull=False, tokens__gte=0, cost__gte=0),
                        name="child_is_settled_with_what_it_used",
                    ),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("settled_at", None)), fields=["parent"], name="child_unsettled")
                ],
            },
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
    ]
