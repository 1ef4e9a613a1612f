"""Triggers: a review moves along its table, a decision stays as it was made, and no path signs against the rules."""

from django.db import migrations

# guard_sql("reviews_review", "status", reviews.lifecycle.TRANSITIONS); a test holds the two equal.
MOVES = """
CREATE OR REPLACE FUNCTION reviews_review_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('open>decided', 'open>expired', 'open>signed_once', 'open>withdrawn', 'signed_once>decided', 'signed_once>expired', 'signed_once>open', 'signed_once>withdrawn') THEN
        RAISE EXCEPTION 'reviews_review: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER reviews_review_status_moves BEFORE UPDATE OF status ON reviews_review FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION reviews_review_status_moves();
"""
MOVES_UNDO = """
DROP TRIGGER IF EXISTS reviews_review_status_moves ON reviews_review;
DROP FUNCTION IF EXISTS reviews_review_status_moves();
"""

# immutable_sql("reviews_decision"); a test holds the two equal.
STAYS = """
CREATE OR REPLACE TRIGGER reviews_decision_never_changes BEFORE UPDATE OR DELETE ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER reviews_decision_never_emptied BEFORE TRUNCATE ON reviews_decision
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE reviews_decision ENABLE ALWAYS TRIGGER reviews_decision_never_changes;
ALTER TABLE reviews_decision ENABLE ALWAYS TRIGGER reviews_decision_never_emptied;
"""
STAYS_UNDO = """
DROP TRIGGER IF EXISTS reviews_decision_never_changes ON reviews_decision;
DROP TRIGGER IF EXISTS reviews_decision_never_emptied ON reviews_decision;
"""

# What the services check with better words, held against whoever goes round them.
SIGNING = """
CREATE FUNCTION reviews_check_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_kind text;
    v_active boolean;
    v_digest text;
    v_blocked boolean;
    v_authors uuid[];
    v_requester uuid;
BEGIN
    SELECT kind, is_active INTO v_kind, v_active FROM core_user WHERE id = NEW.person_id;
    IF v_kind <> 'person' OR NOT v_active THEN
        RAISE EXCEPTION 'decision: only an active person decides' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.verdict NOT IN ('approve', 'edit') THEN
        RETURN NEW;
    END IF;
    SELECT p.digest, p.blocked, p.authors, r.requester_id INTO v_digest, v_blocked, v_authors, v_requester
        FROM runs_proposal p JOIN runs_run r ON r.id = p.run_id WHERE p.id = NEW.proposal_id;
    IF v_digest IS DISTINCT FROM NEW.digest THEN
        RAISE EXCEPTION 'decision: a signature names the digest of its proposal' USING ERRCODE = 'check_violation';
    END IF;
    IF v_blocked THEN
        RAISE EXCEPTION 'decision: a blocked proposal is not signed' USING ERRCODE = 'check_violation';
    END IF;
    IF v_requester = NEW.person_id THEN
        RAISE EXCEPTION 'decision: nobody signs what they asked for' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.verdict = 'approve' AND NEW.person_id = ANY(v_authors) THEN
        RAISE EXCEPTION 'decision: an author does not sign again' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_decision_keeps_the_rules BEFORE INSERT ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_check_decision();

CREATE FUNCTION reviews_refuse_earlier_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'review: round % does not follow round %', NEW.round, OLD.round USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER reviews_review_round_only_rises BEFORE UPDATE OF round ON reviews_review FOR EACH ROW
    WHEN (NEW.round < OLD.round) EXECUTE FUNCTION reviews_refuse_earlier_round();
"""
SIGNING_UNDO = """
DROP TRIGGER reviews_review_round_only_rises ON reviews_review;
DROP FUNCTION reviews_refuse_earlier_round();
DROP TRIGGER reviews_decision_keeps_the_rules ON reviews_decision;
DROP FUNCTION reviews_check_decision();
"""


class Migration(migrations.Migration):
    """After this a signature by a service user, the requester or an author cannot be stored at all."""

    dependencies = [("reviews", "0001_initial"), ("core", "0002_guards")]
    operations = [
        migrations.RunSQL(MOVES, MOVES_UNDO),
        migrations.RunSQL(STAYS, STAYS_UNDO),
        migrations.RunSQL(SIGNING, SIGNING_UNDO),
    ]
