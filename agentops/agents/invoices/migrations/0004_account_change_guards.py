"""What constraints cannot say of a change of account: its moves, what of it never changes, and that payments wait."""

from django.db import migrations

CHANGE_MOVES = r"""
CREATE OR REPLACE FUNCTION invoices_accountchange_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('asked>called', 'asked>refused', 'called>cooling', 'called>refused', 'cooling>in_force', 'cooling>refused') THEN
        RAISE EXCEPTION 'invoices_accountchange: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_accountchange_status_moves BEFORE UPDATE OF status ON invoices_accountchange FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION invoices_accountchange_status_moves();
"""
CHANGE_MOVES_BACK = r"""DROP TRIGGER IF EXISTS invoices_accountchange_status_moves ON invoices_accountchange;
DROP FUNCTION IF EXISTS invoices_accountchange_status_moves();
"""
CALL_STAYS = r"""
CREATE OR REPLACE TRIGGER invoices_callback_never_changes BEFORE UPDATE OR DELETE ON invoices_callback
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER invoices_callback_never_emptied BEFORE TRUNCATE ON invoices_callback
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE invoices_callback ENABLE ALWAYS TRIGGER invoices_callback_never_changes;
ALTER TABLE invoices_callback ENABLE ALWAYS TRIGGER invoices_callback_never_emptied;
"""
CALL_STAYS_BACK = r"""
DROP TRIGGER IF EXISTS invoices_callback_never_changes ON invoices_callback;
DROP TRIGGER IF EXISTS invoices_callback_never_emptied ON invoices_callback;
"""

CHANGE_IS_SOUND = r"""
CREATE OR REPLACE FUNCTION invoices_account_change_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.status <> 'asked' THEN
        RAISE EXCEPTION 'invoices_accountchange: a change is not born %', NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.vendor_id, OLD.account, OLD."primary", OLD.drops, OLD.asked_by_id, OLD.asked_at)
            IS DISTINCT FROM (NEW.vendor_id, NEW.account, NEW."primary", NEW.drops, NEW.asked_by_id, NEW.asked_at) THEN
        RAISE EXCEPTION 'invoices_accountchange: whose account, which and who asked never change'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status NOT IN ('asked', 'called', 'cooling') THEN
        RAISE EXCEPTION 'invoices_accountchange: a closed change stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_account_change_is_sound BEFORE INSERT OR UPDATE ON invoices_accountchange
    FOR EACH ROW EXECUTE FUNCTION invoices_account_change_is_sound();
"""
CHANGE_IS_SOUND_BACK = r"""
DROP TRIGGER IF EXISTS invoices_account_change_is_sound ON invoices_accountchange;
DROP FUNCTION IF EXISTS invoices_account_change_is_sound();
"""

PAYMENT_WAITS = r"""
CREATE OR REPLACE FUNCTION invoices_payment_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever asks for a change locks the vendor first, so of the two at once one sees the other.
    PERFORM 1 FROM invoices_vendor WHERE id = NEW.vendor_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM invoices_accountchange
               WHERE vendor_id = NEW.vendor_id AND status IN ('asked', 'called', 'cooling')) THEN
        RAISE EXCEPTION 'invoices_payment: a change of the vendor''s account is open' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_payment_waits BEFORE UPDATE OF status ON invoices_payment FOR EACH ROW
    WHEN (NEW.status = 'released' AND OLD.status IS DISTINCT FROM 'released')
    EXECUTE FUNCTION invoices_payment_waits();
"""
PAYMENT_WAITS_BACK = r"""
DROP TRIGGER IF EXISTS invoices_payment_waits ON invoices_payment;
DROP FUNCTION IF EXISTS invoices_payment_waits();
"""

GUARDS = (
    (CHANGE_MOVES, CHANGE_MOVES_BACK),
    (CALL_STAYS, CALL_STAYS_BACK),
    (CHANGE_IS_SOUND, CHANGE_IS_SOUND_BACK),
    (PAYMENT_WAITS, PAYMENT_WAITS_BACK),
)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0003_account_changes"), ("core", "0002_guards")]
    operations = [migrations.RunSQL(forward, back) for forward, back in GUARDS]
