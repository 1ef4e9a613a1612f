"""A source asks for runs as a service user, whoever writes its row: a program never asks in a person's name."""

from django.db import migrations

SERVICES_ASK = """
CREATE FUNCTION webhooks_requester_is_a_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM core_user WHERE id = NEW.requester_id AND kind = 'service') THEN
        RAISE EXCEPTION 'webhooks_source: a program asks for runs as a service user' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER webhooks_requester_is_a_service BEFORE INSERT OR UPDATE OF requester_id ON webhooks_source
    FOR EACH ROW EXECUTE FUNCTION webhooks_requester_is_a_service();
"""
ANYBODY_ASKS = """
DROP TRIGGER webhooks_requester_is_a_service ON webhooks_source;
DROP FUNCTION webhooks_requester_is_a_service();
"""


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_guards")]

    operations = [migrations.RunSQL(SERVICES_ASK, ANYBODY_ASKS)]
