"""What constraints cannot say of tickets: allowed moves, and messages, triages and ratings that never change."""

from django.db import migrations

from agentops.core.protection import immutable_sql

MOVES = r"""
CREATE OR REPLACE FUNCTION support_ticket_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('open>closed', 'open>resolved', 'open>waiting', 'waiting>closed', 'waiting>open', 'waiting>resolved') THEN
        RAISE EXCEPTION 'support_ticket: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER support_ticket_status_moves BEFORE UPDATE OF status ON support_ticket FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION support_ticket_status_moves();

CREATE OR REPLACE FUNCTION support_ticket_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - '{status,first_reply_at,ended_at}'::text[]
            IS DISTINCT FROM to_jsonb(NEW) - '{status,first_reply_at,ended_at}'::text[] THEN
        RAISE EXCEPTION 'support_ticket: whose ticket it is and where it is answered never changes'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER support_ticket_is_sound BEFORE UPDATE ON support_ticket
    FOR EACH ROW EXECUTE FUNCTION support_ticket_is_sound();
"""
MOVES_BACK = r"""
DROP TRIGGER IF EXISTS support_ticket_is_sound ON support_ticket;
DROP FUNCTION IF EXISTS support_ticket_is_sound();
DROP TRIGGER IF EXISTS support_ticket_status_moves ON support_ticket;
DROP FUNCTION IF EXISTS support_ticket_status_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("core", "0002_guards")]
    operations = [
        migrations.RunSQL(MOVES, MOVES_BACK),
        *(migrations.RunSQL(*immutable_sql(f"support_{name}")) for name in ("message", "triage", "rating")),
    ]
