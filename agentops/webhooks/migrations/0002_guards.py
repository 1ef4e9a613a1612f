"""The trigger that notices what endpoints want to know, and what never changes."""

from django.db import migrations

from agentops.core.protection import immutable_sql

# In the transaction in which it happens: nothing an endpoint wants is missed, whatever crashes, and nothing that was
# rolled back is told. Where nobody listens it costs one look at a small table.
NOTICE = """
CREATE FUNCTION webhooks_notice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM webhooks_endpoint WHERE active AND TG_ARGV[0] = ANY(types)) THEN
        INSERT INTO webhooks_happening (id, type, subject, at)
            VALUES (gen_random_uuid(), TG_ARGV[0], NEW.id, clock_timestamp());
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER webhooks_run_finished AFTER UPDATE OF status ON runs_run FOR EACH ROW
    WHEN (NEW.status <> OLD.status AND NEW.status IN ('completed', 'rejected', 'failed', 'cancelled'))
    EXECUTE FUNCTION webhooks_notice('run.finished');
CREATE TRIGGER webhooks_review_opened AFTER INSERT ON reviews_review FOR EACH ROW
    EXECUTE FUNCTION webhooks_notice('review.opened');
CREATE TRIGGER webhooks_review_decided AFTER UPDATE OF status ON reviews_review FOR EACH ROW
    WHEN (NEW.status <> OLD.status AND NEW.status IN ('decided', 'expired'))
    EXECUTE FUNCTION webhooks_notice('review.decided');
CREATE TRIGGER webhooks_intake_refused AFTER INSERT ON runs_intakeproblem FOR EACH ROW
    EXECUTE FUNCTION webhooks_notice('intake.refused');
"""
FORGET = """
DROP TRIGGER webhooks_intake_refused ON runs_intakeproblem;
DROP TRIGGER webhooks_review_decided ON reviews_review;
DROP TRIGGER webhooks_review_opened ON reviews_review;
DROP TRIGGER webhooks_run_finished ON runs_run;
DROP FUNCTION webhooks_notice();
"""

# A message is written once: each attempt sends the same bytes under the same id.
WRITTEN_ONCE = """
CREATE FUNCTION webhooks_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.body IS NOT NULL OR (NEW.id, NEW.type, NEW.subject, NEW.at)
        IS DISTINCT FROM (OLD.id, OLD.type, OLD.subject, OLD.at) THEN
        RAISE EXCEPTION 'webhooks_happening: a message is written once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER webhooks_written_once BEFORE UPDATE ON webhooks_happening
    FOR EACH ROW EXECUTE FUNCTION webhooks_written_once();
"""
REWRITABLE = """
DROP TRIGGER webhooks_written_once ON webhooks_happening;
DROP FUNCTION webhooks_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial"), ("reviews", "0002_guards"), ("runs", "0003_intakeproblem")]

    operations = [
        migrations.RunSQL(NOTICE, FORGET),
        migrations.RunSQL(WRITTEN_ONCE, REWRITABLE),
        migrations.RunSQL(*immutable_sql("webhooks_attempt")),
        migrations.RunSQL(*immutable_sql("webhooks_received")),
    ]
