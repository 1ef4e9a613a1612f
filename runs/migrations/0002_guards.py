"""Triggers of the runtime: allowed moves, pinned and frozen rows, and no effect without its right."""

from django.db import migrations

# runs.lifecycle tells these tables as a story; tests/runs/test_lifecycle.py holds the two equal.
MOVES = """
CREATE OR REPLACE FUNCTION runs_run_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('awaiting>cancelled', 'awaiting>queued', 'awaiting>rejected', 'queued>awaiting', 'queued>cancelled', 'queued>running', 'running>awaiting', 'running>cancelled', 'running>completed', 'running>failed', 'running>queued', 'running>rejected') THEN
        RAISE EXCEPTION 'runs_run: % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER runs_run_status_moves BEFORE UPDATE OF status ON runs_run FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION runs_run_status_moves();

CREATE OR REPLACE FUNCTION runs_proposal_state_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state || '>' || NEW.state) NOT IN ('allowed>performed', 'allowed>rejected', 'allowed>superseded', 'approved>open', 'approved>performed', 'approved>rejected', 'approved>superseded', 'open>approved', 'open>rejected', 'open>superseded') THEN
        RAISE EXCEPTION 'runs_proposal: % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER runs_proposal_state_moves BEFORE UPDATE OF state ON runs_proposal FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION runs_proposal_state_moves();

CREATE OR REPLACE FUNCTION runs_effect_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('intended>refused', 'intended>sent', 'sent>confirmed', 'sent>intended', 'sent>refused', 'sent>unknown', 'unknown>confirmed', 'unknown>refused') THEN
        RAISE EXCEPTION 'runs_effect: % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER runs_effect_status_moves BEFORE UPDATE OF status ON runs_effect FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION runs_effect_status_moves();
"""
MOVES_BACK = """
DROP TRIGGER IF EXISTS runs_run_status_moves ON runs_run;
DROP FUNCTION IF EXISTS runs_run_status_moves();
DROP TRIGGER IF EXISTS runs_proposal_state_moves ON runs_proposal;
DROP FUNCTION IF EXISTS runs_proposal_state_moves();
DROP TRIGGER IF EXISTS runs_effect_status_moves ON runs_effect;
DROP FUNCTION IF EXISTS runs_effect_status_moves();
"""

NEVER_CHANGE = """
CREATE OR REPLACE TRIGGER runs_agentversion_never_changes BEFORE UPDATE OR DELETE ON runs_agentversion
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER runs_agentversion_never_emptied BEFORE TRUNCATE ON runs_agentversion
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_agentversion ENABLE ALWAYS TRIGGER runs_agentversion_never_changes;
ALTER TABLE runs_agentversion ENABLE ALWAYS TRIGGER runs_agentversion_never_emptied;

CREATE OR REPLACE TRIGGER runs_plan_never_changes BEFORE UPDATE OR DELETE ON runs_plan
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER runs_plan_never_emptied BEFORE TRUNCATE ON runs_plan
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_plan ENABLE ALWAYS TRIGGER runs_plan_never_changes;
ALTER TABLE runs_plan ENABLE ALWAYS TRIGGER runs_plan_never_emptied;

CREATE OR REPLACE TRIGGER runs_runinput_never_changes BEFORE UPDATE OR DELETE ON runs_runinput
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER runs_runinput_never_emptied BEFORE TRUNCATE ON runs_runinput
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_runinput ENABLE ALWAYS TRIGGER runs_runinput_never_changes;
ALTER TABLE runs_runinput ENABLE ALWAYS TRIGGER runs_runinput_never_emptied;

CREATE OR REPLACE TRIGGER runs_step_never_changes BEFORE UPDATE OR DELETE ON runs_step
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER runs_step_never_emptied BEFORE TRUNCATE ON runs_step
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_step ENABLE ALWAYS TRIGGER runs_step_never_changes;
ALTER TABLE runs_step ENABLE ALWAYS TRIGGER runs_step_never_emptied;

CREATE OR REPLACE TRIGGER runs_toolcall_never_changes BEFORE UPDATE OR DELETE ON runs_toolcall
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER runs_toolcall_never_emptied BEFORE TRUNCATE ON runs_toolcall
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_toolcall ENABLE ALWAYS TRIGGER runs_toolcall_never_changes;
ALTER TABLE runs_toolcall ENABLE ALWAYS TRIGGER runs_toolcall_never_emptied;

CREATE OR REPLACE TRIGGER runs_action_never_changes BEFORE UPDATE OR DELETE ON runs_action
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER runs_action_never_emptied BEFORE TRUNCATE ON runs_action
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_action ENABLE ALWAYS TRIGGER runs_action_never_changes;
ALTER TABLE runs_action ENABLE ALWAYS TRIGGER runs_action_never_emptied;
"""
NEVER_CHANGE_BACK = """
DROP TRIGGER IF EXISTS runs_agentversion_never_changes ON runs_agentversion;
DROP TRIGGER IF EXISTS runs_agentversion_never_emptied ON runs_agentversion;
DROP TRIGGER IF EXISTS runs_plan_never_changes ON runs_plan;
DROP TRIGGER IF EXISTS runs_plan_never_emptied ON runs_plan;
DROP TRIGGER IF EXISTS runs_runinput_never_changes ON runs_runinput;
DROP TRIGGER IF EXISTS runs_runinput_never_emptied ON runs_runinput;
DROP TRIGGER IF EXISTS runs_step_never_changes ON runs_step;
DROP TRIGGER IF EXISTS runs_step_never_emptied ON runs_step;
DROP TRIGGER IF EXISTS runs_toolcall_never_changes ON runs_toolcall;
DROP TRIGGER IF EXISTS runs_toolcall_never_emptied ON runs_toolcall;
DROP TRIGGER IF EXISTS runs_action_never_changes ON runs_action;
DROP TRIGGER IF EXISTS runs_action_never_emptied ON runs_action;
"""

RUN = """
CREATE FUNCTION runs_run_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'queued' THEN
            RAISE EXCEPTION 'runs_run: a run is born queued, not %', NEW.status USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.epoch < OLD.epoch OR (NEW.status = 'running' AND OLD.status <> 'running' AND NEW.epoch = OLD.epoch) THEN
        RAISE EXCEPTION 'runs_run: the epoch only rises, and rises with each claim' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.audit_seq < OLD.audit_seq OR (NEW.audit_seq = OLD.audit_seq AND NEW.audit_head <> OLD.audit_head) THEN
        RAISE EXCEPTION 'runs_run: the head of the trail only moves forward' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.revision < OLD.revision OR (NEW.position < OLD.position AND NEW.revision = OLD.revision) THEN
        RAISE EXCEPTION 'runs_run: a run goes back only by a new revision' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.spent_steps < OLD.spent_steps OR NEW.spent_calls < OLD.spent_calls OR NEW.spent_tokens < OLD.spent_tokens
        OR NEW.spent_cost < OLD.spent_cost OR NEW.spent_ms < OLD.spent_ms THEN
        RAISE EXCEPTION 'runs_run: what is spent stays spent' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version_id <> OLD.version_id OR NEW.requester_id <> OLD.requester_id OR NEW.agent <> OLD.agent
        OR NEW.id <> OLD.id OR NEW.number <> OLD.number THEN
        RAISE EXCEPTION 'runs_run: a run stays pinned to its agent version and requester'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_run_guard BEFORE INSERT OR UPDATE ON runs_run
    FOR EACH ROW EXECUTE FUNCTION runs_run_guard();
CREATE TRIGGER runs_run_never_deleted BEFORE DELETE ON runs_run
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE runs_run SET (fillfactor = 70);  -- a step rewrites the row: room for it on the same page
"""
RUN_BACK = """
DROP TRIGGER runs_run_never_deleted ON runs_run;
DROP TRIGGER runs_run_guard ON runs_run;
DROP FUNCTION runs_run_guard();
"""

PROPOSAL = """
CREATE FUNCTION runs_proposal_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- born performed: what is allowed may be performed in the transaction that stores it
        IF NEW.state NOT IN ('open', 'allowed', 'performed', 'denied')
            OR (NEW.state IN ('allowed', 'performed')) <> (NEW.verdict = 'allow') THEN
            RAISE EXCEPTION 'runs_proposal: a % proposal is not born %', NEW.verdict, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    OLD.state := NEW.state;
    OLD.closed_at := NEW.closed_at;
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'runs_proposal: only the state of a proposal changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_proposal_frozen BEFORE INSERT OR UPDATE ON runs_proposal
    FOR EACH ROW EXECUTE FUNCTION runs_proposal_frozen();
CREATE TRIGGER runs_proposal_never_deleted BEFORE DELETE ON runs_proposal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
PROPOSAL_BACK = """
DROP TRIGGER runs_proposal_never_deleted ON runs_proposal;
DROP TRIGGER runs_proposal_frozen ON runs_proposal;
DROP FUNCTION runs_proposal_frozen();
"""

APPROVAL = """
CREATE FUNCTION runs_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_digest text;
    v_needed int;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT a.digest, p.signatures INTO v_digest, v_needed
            FROM runs_action a JOIN runs_proposal p ON p.id = a.proposal_id WHERE a.id = NEW.action_id;
        IF NEW.digest IS DISTINCT FROM v_digest THEN
            RAISE EXCEPTION 'runs_approval: what is approved is not the action' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT count(DISTINCT s) FROM unnest(NEW.signers) s) < greatest(v_needed, 1) THEN
            RAISE EXCEPTION 'runs_approval: each signature the proposal needs is by another person'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.consumed_at IS NOT NULL THEN
            RAISE EXCEPTION 'runs_approval: an approval is born unused' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.consumed_at IS NOT NULL OR OLD.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'runs_approval: an approval is used once' USING ERRCODE = 'restrict_violation';
    END IF;
    OLD.consumed_at := NEW.consumed_at;
    OLD.revoked_at := NEW.revoked_at;
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'runs_approval: an approval does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_approval_guard BEFORE INSERT OR UPDATE ON runs_approval
    FOR EACH ROW EXECUTE FUNCTION runs_approval_guard();
CREATE TRIGGER runs_approval_never_deleted BEFORE DELETE ON runs_approval
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
APPROVAL_BACK = """
DROP TRIGGER runs_approval_never_deleted ON runs_approval;
DROP TRIGGER runs_approval_guard ON runs_approval;
DROP FUNCTION runs_approval_guard();
"""

EFFECT = """
CREATE FUNCTION runs_effect_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_action runs_action%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.key, NEW.run_id, NEW.action_id, NEW.approval_id, NEW.tool, NEW.reference, NEW.intended_at)
            IS DISTINCT FROM
            (OLD.key, OLD.run_id, OLD.action_id, OLD.approval_id, OLD.tool, OLD.reference, OLD.intended_at)
            OR NEW.epoch < OLD.epoch OR NEW.attempts < OLD.attempts THEN
            RAISE EXCEPTION 'runs_effect: what an effect is does not change' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status NOT IN ('intended', 'confirmed') THEN
        RAISE EXCEPTION 'runs_effect: an effect is not born %', NEW.status USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO v_action FROM runs_action WHERE id = NEW.action_id;
    IF v_action.tool <> NEW.tool OR v_action.reference <> NEW.reference OR NEW.reference = '' THEN
        RAISE EXCEPTION 'runs_effect: the effect is not the action''s' USING ERRCODE = 'check_violation';
    END IF;
    IF v_action.verdict = 'allow' AND NEW.approval_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM runs_approval a WHERE a.id = NEW.approval_id AND a.action_id = NEW.action_id
        AND a.digest = v_action.digest AND a.consumed_at IS NOT NULL AND a.revoked_at IS NULL) THEN
        RAISE EXCEPTION 'runs_effect: no effect without the gate''s leave or a used approval of exactly this'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_effect_guard BEFORE INSERT OR UPDATE ON runs_effect
    FOR EACH ROW EXECUTE FUNCTION runs_effect_guard();
CREATE TRIGGER runs_effect_never_deleted BEFORE DELETE ON runs_effect
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
EFFECT_BACK = """
DROP TRIGGER runs_effect_never_deleted ON runs_effect;
DROP TRIGGER runs_effect_guard ON runs_effect;
DROP FUNCTION runs_effect_guard();
"""

AWAIT = """
CREATE FUNCTION runs_await_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL OR (NEW.run_id, NEW.revision, NEW.seq, NEW.request_digest, NEW.request)
        IS DISTINCT FROM (OLD.run_id, OLD.revision, OLD.seq, OLD.request_digest, OLD.request) THEN
        RAISE EXCEPTION 'runs_await: a question is answered once and does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_await_guard BEFORE UPDATE ON runs_await FOR EACH ROW EXECUTE FUNCTION runs_await_guard();
CREATE TRIGGER runs_await_never_deleted BEFORE DELETE ON runs_await
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
AWAIT_BACK = """
DROP TRIGGER runs_await_never_deleted ON runs_await;
DROP TRIGGER runs_await_guard ON runs_await;
DROP FUNCTION runs_await_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial"), ("core", "0003_audit"), ("tools_registry", "0001_initial")]

    operations = [
        migrations.RunSQL(MOVES, MOVES_BACK),
        migrations.RunSQL(NEVER_CHANGE, NEVER_CHANGE_BACK),
        migrations.RunSQL(RUN, RUN_BACK),
        migrations.RunSQL(PROPOSAL, PROPOSAL_BACK),
        migrations.RunSQL(APPROVAL, APPROVAL_BACK),
        migrations.RunSQL(EFFECT, EFFECT_BACK),
        migrations.RunSQL(AWAIT, AWAIT_BACK),
    ]
