"""The triggers that notice what may concern somebody, in the transaction in which it happens.

Each stands behind a WHEN that most writes do not meet, so a step of a run costs one comparison. Whom it concerns is
worked out afterwards: a trigger asks nothing but whether a person, and no program, asked for a run.
"""

from django.db import migrations

from agentops.core.protection import immutable_sql

NOTICE = """
CREATE FUNCTION notifications_notice_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO notifications_news (id, event, subject, scope, person, level, at, due_at)
        VALUES (gen_random_uuid(), TG_ARGV[0], NEW.id, '', NEW.assigned_to_id, NEW.escalated,
            clock_timestamp(), clock_timestamp());
    RETURN NULL;
END $$;
CREATE FUNCTION notifications_notice_comment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO notifications_news (id, event, subject, scope, person, level, at, due_at)
        VALUES (gen_random_uuid(), 'comment', NEW.id, '', NEW.person_id, 0, clock_timestamp(), clock_timestamp());
    RETURN NULL;
END $$;
CREATE FUNCTION notifications_notice_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM core_user WHERE id = NEW.requester_id AND kind = 'person') THEN
        INSERT INTO notifications_news (id, event, subject, scope, person, level, at, due_at)
            VALUES (gen_random_uuid(), 'run.ended', NEW.id, '', NEW.requester_id, 0,
                clock_timestamp(), clock_timestamp());
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION notifications_notice_switch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    thrown tools_registry_switch;
BEGIN
    IF TG_OP = 'DELETE' THEN thrown := OLD; ELSE thrown := NEW; END IF;
    INSERT INTO notifications_news (id, event, scope, person, level, at, due_at)
        VALUES (gen_random_uuid(), TG_ARGV[0], thrown.scope,
            CASE WHEN TG_OP = 'INSERT' THEN thrown.stopped_by_id END, 0, clock_timestamp(), clock_timestamp());
    RETURN NULL;
END $$;
CREATE FUNCTION notifications_notice_intake() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO notifications_news (id, event, subject, scope, level, at, due_at)
        VALUES (gen_random_uuid(), 'intake.refused', NEW.id, '', 0, clock_timestamp(), clock_timestamp());
    RETURN NULL;
END $$;

CREATE TRIGGER notifications_review_opened AFTER INSERT ON reviews_review FOR EACH ROW
    WHEN (NEW.status = 'open') EXECUTE FUNCTION notifications_notice_review('review.opened');
CREATE TRIGGER notifications_review_born_signed AFTER INSERT ON reviews_review FOR EACH ROW
    WHEN (NEW.status = 'signed_once') EXECUTE FUNCTION notifications_notice_review('review.signed');
CREATE TRIGGER notifications_review_assigned AFTER UPDATE OF assigned_to_id ON reviews_review FOR EACH ROW
    WHEN (NEW.assigned_to_id IS NOT NULL AND NEW.assigned_to_id IS DISTINCT FROM OLD.assigned_to_id)
    EXECUTE FUNCTION notifications_notice_review('review.assigned');
CREATE TRIGGER notifications_review_moved AFTER UPDATE OF desk_id ON reviews_review FOR EACH ROW
    WHEN (NEW.desk_id <> OLD.desk_id AND NEW.assigned_to_id IS NULL)
    EXECUTE FUNCTION notifications_notice_review('review.moved');
CREATE TRIGGER notifications_review_signed AFTER UPDATE OF status ON reviews_review FOR EACH ROW
    WHEN (NEW.status = 'signed_once' AND OLD.status = 'open')
    EXECUTE FUNCTION notifications_notice_review('review.signed');
CREATE TRIGGER notifications_review_late AFTER UPDATE OF escalated ON reviews_review FOR EACH ROW
    WHEN (NEW.escalated > OLD.escalated) EXECUTE FUNCTION notifications_notice_review('review.late');
CREATE TRIGGER notifications_comment AFTER INSERT ON reviews_comment FOR EACH ROW
    WHEN (cardinality(NEW.mentions) > 0) EXECUTE FUNCTION notifications_notice_comment();
CREATE TRIGGER notifications_run_ended AFTER UPDATE OF status ON runs_run FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL AND NEW.parent_id IS NULL)
    EXECUTE FUNCTION notifications_notice_run();
CREATE TRIGGER notifications_switch_thrown AFTER INSERT ON tools_registry_switch FOR EACH ROW
    EXECUTE FUNCTION notifications_notice_switch('switch.thrown');
CREATE TRIGGER notifications_switch_released AFTER DELETE ON tools_registry_switch FOR EACH ROW
    EXECUTE FUNCTION notifications_notice_switch('switch.released');
CREATE TRIGGER notifications_intake_refused AFTER INSERT ON runs_intakeproblem FOR EACH ROW
    WHEN (NEW.status = 'open') EXECUTE FUNCTION notifications_notice_intake();
"""
FORGET = """
DROP TRIGGER notifications_intake_refused ON runs_intakeproblem;
DROP TRIGGER notifications_switch_released ON tools_registry_switch;
DROP TRIGGER notifications_switch_thrown ON tools_registry_switch;
DROP TRIGGER notifications_run_ended ON runs_run;
DROP TRIGGER notifications_comment ON reviews_comment;
DROP TRIGGER notifications_review_late ON reviews_review;
DROP TRIGGER notifications_review_signed ON reviews_review;
DROP TRIGGER notifications_review_moved ON reviews_review;
DROP TRIGGER notifications_review_assigned ON reviews_review;
DROP TRIGGER notifications_review_born_signed ON reviews_review;
DROP TRIGGER notifications_review_opened ON reviews_review;
DROP FUNCTION notifications_notice_intake();
DROP FUNCTION notifications_notice_switch();
DROP FUNCTION notifications_notice_run();
DROP FUNCTION notifications_notice_comment();
DROP FUNCTION notifications_notice_review();
"""

# What was told stays told: a delivery that is over never goes out again by itself.
OVER = """
CREATE FUNCTION notifications_refuse_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'notifications_delivery: what was told is not told again' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER notifications_delivery_is_over_once BEFORE UPDATE ON notifications_delivery FOR EACH ROW
    WHEN (OLD.status IN ('sent', 'dropped') AND NEW.status <> OLD.status)
    EXECUTE FUNCTION notifications_refuse_delivery();
"""
NOT_OVER = """
DROP TRIGGER notifications_delivery_is_over_once ON notifications_delivery;
DROP FUNCTION notifications_refuse_delivery();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
        ("reviews", "0004_workplace"),
        ("runs", "0009_ways_on_from_an_intake_problem"),
        ("tools_registry", "0003_breaker_successes"),
    ]

    operations = [
        migrations.RunSQL(NOTICE, FORGET),
        migrations.RunSQL(OVER, NOT_OVER),
        migrations.RunSQL(*immutable_sql("notifications_attempt")),
    ]
