"""The log of webhooks ends: what is long over may be forgotten, by one function and never within a week."""

from django.db import migrations, models

# The application has no right to delete these rows; it may only ask for this, which keeps what is young, under way or
# not yet written. A call that is made again after its row is gone starts nothing: its runs are known by their key.
FORGETTING = """
CREATE FUNCTION webhooks_stays_a_week() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > clock_timestamp() - interval '7 days' THEN
        RAISE EXCEPTION '%: nothing is forgotten within a week', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE OR REPLACE TRIGGER webhooks_attempt_never_changes BEFORE UPDATE ON webhooks_attempt
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER webhooks_attempt_stays_a_week BEFORE DELETE ON webhooks_attempt
    FOR EACH ROW EXECUTE FUNCTION webhooks_stays_a_week();
CREATE OR REPLACE TRIGGER webhooks_received_never_changes BEFORE UPDATE ON webhooks_received
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER webhooks_received_stays_a_week BEFORE DELETE ON webhooks_received
    FOR EACH ROW EXECUTE FUNCTION webhooks_stays_a_week();
ALTER TABLE webhooks_attempt ENABLE ALWAYS TRIGGER webhooks_attempt_never_changes;
ALTER TABLE webhooks_attempt ENABLE ALWAYS TRIGGER webhooks_attempt_stays_a_week;
ALTER TABLE webhooks_received ENABLE ALWAYS TRIGGER webhooks_received_never_changes;
ALTER TABLE webhooks_received ENABLE ALWAYS TRIGGER webhooks_received_stays_a_week;

CREATE FUNCTION webhooks_forget(before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_before timestamptz := least(before, clock_timestamp() - interval '7 days');
    v_old uuid[];
    v_calls integer;
BEGIN
    v_old := ARRAY(
        SELECT h.id FROM webhooks_happening h
        WHERE h.at < v_before AND h.body IS NOT NULL AND NOT EXISTS (
            SELECT FROM webhooks_delivery d WHERE d.happening_id = h.id AND (
                d.status = 'pending' OR d.due_at >= v_before
                OR EXISTS (SELECT FROM webhooks_attempt a WHERE a.delivery_id = d.id AND a.at >= v_before)))
        ORDER BY h.at LIMIT most FOR UPDATE SKIP LOCKED);
    DELETE FROM webhooks_attempt a USING webhooks_delivery d
        WHERE a.delivery_id = d.id AND d.happening_id = ANY (v_old);
    DELETE FROM webhooks_delivery WHERE happening_id = ANY (v_old);
    DELETE FROM webhooks_happening WHERE id = ANY (v_old);
    DELETE FROM webhooks_received WHERE id = ANY (ARRAY(
        SELECT id FROM webhooks_received WHERE at < v_before ORDER BY at LIMIT most FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS v_calls = ROW_COUNT;
    RETURN cardinality(v_old) + v_calls;
END $$;
"""
KEEPING = """
DROP FUNCTION webhooks_forget(timestamptz, integer);
DROP TRIGGER webhooks_attempt_stays_a_week ON webhooks_attempt;
DROP TRIGGER webhooks_received_stays_a_week ON webhooks_received;
DROP FUNCTION webhooks_stays_a_week();
CREATE OR REPLACE TRIGGER webhooks_attempt_never_changes BEFORE UPDATE OR DELETE ON webhooks_attempt
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER webhooks_received_never_changes BEFORE UPDATE OR DELETE ON webhooks_received
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE webhooks_attempt ENABLE ALWAYS TRIGGER webhooks_attempt_never_changes;
ALTER TABLE webhooks_received ENABLE ALWAYS TRIGGER webhooks_received_never_changes;
"""


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0003_services_ask")]

    operations = [
        migrations.AddIndex("happening", models.Index(fields=["at"], name="happening_by_age")),
        migrations.AddIndex("received", models.Index(fields=["at"], name="received_by_age")),
        migrations.RunSQL(FORGETTING, KEEPING),
    ]
