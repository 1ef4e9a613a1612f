"""Triggers of the ways in: allowed moves of a mail, rows that stay, and that services, not people, ask by themselves."""

from django.db import migrations

# agentops.intake.lifecycle tells this table as a story; tests/intake/test_constraints.py holds the two equal.
MOVES = """
CREATE OR REPLACE FUNCTION intake_mail_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('stored>done', 'stored>triage', 'triage>closed', 'triage>stored') THEN
        RAISE EXCEPTION 'intake_mail: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER intake_mail_status_moves BEFORE UPDATE OF status ON intake_mail FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION intake_mail_status_moves();
"""
MOVES_BACK = """
DROP TRIGGER IF EXISTS intake_mail_status_moves ON intake_mail;
DROP FUNCTION IF EXISTS intake_mail_status_moves();
"""

NEVER_CHANGE = """
CREATE OR REPLACE TRIGGER intake_arrival_never_changes BEFORE UPDATE OR DELETE ON intake_arrival
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER intake_arrival_never_emptied BEFORE TRUNCATE ON intake_arrival
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE intake_arrival ENABLE ALWAYS TRIGGER intake_arrival_never_changes;
ALTER TABLE intake_arrival ENABLE ALWAYS TRIGGER intake_arrival_never_emptied;

CREATE OR REPLACE TRIGGER intake_firing_never_changes BEFORE UPDATE OR DELETE ON intake_firing
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER intake_firing_never_emptied BEFORE TRUNCATE ON intake_firing
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE intake_firing ENABLE ALWAYS TRIGGER intake_firing_never_changes;
ALTER TABLE intake_firing ENABLE ALWAYS TRIGGER intake_firing_never_emptied;

CREATE OR REPLACE TRIGGER intake_acknowledgement_never_changes BEFORE UPDATE OR DELETE ON intake_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER intake_acknowledgement_never_emptied BEFORE TRUNCATE ON intake_acknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE intake_acknowledgement ENABLE ALWAYS TRIGGER intake_acknowledgement_never_changes;
ALTER TABLE intake_acknowledgement ENABLE ALWAYS TRIGGER intake_acknowledgement_never_emptied;
"""
NEVER_CHANGE_BACK = """
DROP TRIGGER IF EXISTS intake_arrival_never_changes ON intake_arrival;
DROP TRIGGER IF EXISTS intake_arrival_never_emptied ON intake_arrival;
DROP TRIGGER IF EXISTS intake_firing_never_changes ON intake_firing;
DROP TRIGGER IF EXISTS intake_firing_never_emptied ON intake_firing;
DROP TRIGGER IF EXISTS intake_acknowledgement_never_changes ON intake_acknowledgement;
DROP TRIGGER IF EXISTS intake_acknowledgement_never_emptied ON intake_acknowledgement;
"""

SERVICES_ASK = """
CREATE OR REPLACE FUNCTION intake_requester_is_a_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM core_user WHERE id = NEW.requester_id AND kind = 'service') THEN
        RAISE EXCEPTION '%: what comes in by itself is asked for by a service user', TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER intake_mailbox_requester_is_a_service BEFORE INSERT OR UPDATE OF requester_id ON intake_mailbox
    FOR EACH ROW EXECUTE FUNCTION intake_requester_is_a_service();
CREATE OR REPLACE TRIGGER intake_watch_requester_is_a_service BEFORE INSERT OR UPDATE OF requester_id ON intake_watch
    FOR EACH ROW EXECUTE FUNCTION intake_requester_is_a_service();
"""
SERVICES_ASK_BACK = """
DROP TRIGGER IF EXISTS intake_mailbox_requester_is_a_service ON intake_mailbox;
DROP TRIGGER IF EXISTS intake_watch_requester_is_a_service ON intake_watch;
DROP FUNCTION IF EXISTS intake_requester_is_a_service();
"""


# What a mail was when it came stays so; and a mailbox with mails stays the same account, because mails are known by
# the numbers that their server gave them.
EVIDENCE = """
CREATE OR REPLACE FUNCTION intake_mail_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.mailbox_id, OLD.uidvalidity, OLD.uid, OLD.document, OLD.size, OLD.message_id, OLD.sender, OLD.subject,
        OLD.sent, OLD.authentication, OLD.requester_id, OLD.at)
        IS DISTINCT FROM (NEW.mailbox_id, NEW.uidvalidity, NEW.uid, NEW.document, NEW.size, NEW.message_id, NEW.sender,
        NEW.subject, NEW.sent, NEW.authentication, NEW.requester_id, NEW.at) THEN
        RAISE EXCEPTION 'intake_mail: what a mail was when it came does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER intake_mail_is_evidence BEFORE UPDATE ON intake_mail
    FOR EACH ROW EXECUTE FUNCTION intake_mail_is_evidence();

CREATE OR REPLACE FUNCTION intake_mailbox_stays_one_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.host, OLD."user", OLD.folder) IS DISTINCT FROM (NEW.host, NEW."user", NEW.folder)
        AND EXISTS (SELECT FROM intake_mail WHERE mailbox_id = OLD.id) THEN
        RAISE EXCEPTION 'intake_mailbox: mails have come in from this account, so it stays the same'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER intake_mailbox_stays_one_account BEFORE UPDATE OF host, "user", folder ON intake_mailbox
    FOR EACH ROW EXECUTE FUNCTION intake_mailbox_stays_one_account();
"""
EVIDENCE_BACK = """
DROP TRIGGER IF EXISTS intake_mail_is_evidence ON intake_mail;
DROP FUNCTION IF EXISTS intake_mail_is_evidence();
DROP TRIGGER IF EXISTS intake_mailbox_stays_one_account ON intake_mailbox;
DROP FUNCTION IF EXISTS intake_mailbox_stays_one_account();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("core", "0002_guards")]

    operations = [
        migrations.RunSQL(MOVES, MOVES_BACK),
        migrations.RunSQL(NEVER_CHANGE, NEVER_CHANGE_BACK),
        migrations.RunSQL(SERVICES_ASK, SERVICES_ASK_BACK),
        migrations.RunSQL(EVIDENCE, EVIDENCE_BACK),
    ]
