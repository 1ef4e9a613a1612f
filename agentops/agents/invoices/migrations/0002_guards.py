"""What constraints cannot say: allowed moves, an unchangeable and balanced ledger, payments only to accounts on file."""

from django.db import migrations

INVOICE_MOVES = r"""
CREATE OR REPLACE FUNCTION invoices_invoice_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('rejected>staged', 'staged>posted', 'staged>rejected') THEN
        RAISE EXCEPTION 'invoices_invoice: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_invoice_status_moves BEFORE UPDATE OF status ON invoices_invoice FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION invoices_invoice_status_moves();
"""
INVOICE_MOVES_BACK = r"""DROP TRIGGER IF EXISTS invoices_invoice_status_moves ON invoices_invoice;
DROP FUNCTION IF EXISTS invoices_invoice_status_moves();
"""
PAYMENT_MOVES = r"""
CREATE OR REPLACE FUNCTION invoices_payment_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('approved>cancelled', 'approved>scheduled', 'confirmed>returned', 'proposed>approved', 'proposed>cancelled', 'released>confirmed', 'released>returned', 'scheduled>cancelled', 'scheduled>released') THEN
        RAISE EXCEPTION 'invoices_payment: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_payment_status_moves BEFORE UPDATE OF status ON invoices_payment FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION invoices_payment_status_moves();
"""
PAYMENT_MOVES_BACK = r"""DROP TRIGGER IF EXISTS invoices_payment_status_moves ON invoices_payment;
DROP FUNCTION IF EXISTS invoices_payment_status_moves();
"""
PERIOD_MOVES = r"""
CREATE OR REPLACE FUNCTION invoices_period_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status || '>' || NEW.status) NOT IN ('closed>open', 'open>closed') THEN
        RAISE EXCEPTION 'invoices_period: % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_period_status_moves BEFORE UPDATE OF status ON invoices_period FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION invoices_period_status_moves();
"""
PERIOD_MOVES_BACK = r"""DROP TRIGGER IF EXISTS invoices_period_status_moves ON invoices_period;
DROP FUNCTION IF EXISTS invoices_period_status_moves();
"""
ENTRY_STAYS = r"""
CREATE OR REPLACE TRIGGER invoices_journalentry_never_changes BEFORE UPDATE OR DELETE ON invoices_journalentry
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER invoices_journalentry_never_emptied BEFORE TRUNCATE ON invoices_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE invoices_journalentry ENABLE ALWAYS TRIGGER invoices_journalentry_never_changes;
ALTER TABLE invoices_journalentry ENABLE ALWAYS TRIGGER invoices_journalentry_never_emptied;
"""
ENTRY_STAYS_BACK = r"""
DROP TRIGGER IF EXISTS invoices_journalentry_never_changes ON invoices_journalentry;
DROP TRIGGER IF EXISTS invoices_journalentry_never_emptied ON invoices_journalentry;
"""
LINE_STAYS = r"""
CREATE OR REPLACE TRIGGER invoices_journalline_never_changes BEFORE UPDATE OR DELETE ON invoices_journalline
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER invoices_journalline_never_emptied BEFORE TRUNCATE ON invoices_journalline
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE invoices_journalline ENABLE ALWAYS TRIGGER invoices_journalline_never_changes;
ALTER TABLE invoices_journalline ENABLE ALWAYS TRIGGER invoices_journalline_never_emptied;
"""
LINE_STAYS_BACK = r"""
DROP TRIGGER IF EXISTS invoices_journalline_never_changes ON invoices_journalline;
DROP TRIGGER IF EXISTS invoices_journalline_never_emptied ON invoices_journalline;
"""

POSTED_INVOICE_STAYS = r"""
CREATE OR REPLACE FUNCTION invoices_posted_invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'invoices_invoice: a posted invoice never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE OR REPLACE TRIGGER invoices_posted_invoice_stays BEFORE UPDATE OR DELETE ON invoices_invoice FOR EACH ROW
    WHEN (OLD.status = 'posted') EXECUTE FUNCTION invoices_posted_invoice_stays();
"""
POSTED_INVOICE_STAYS_BACK = r"""
DROP TRIGGER IF EXISTS invoices_posted_invoice_stays ON invoices_invoice;
DROP FUNCTION IF EXISTS invoices_posted_invoice_stays();
"""

LEDGER = r"""
ALTER TABLE invoices_journalentry ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE OR REPLACE FUNCTION invoices_period_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- FOR SHARE, so that nobody closes the month while this is being posted into it.
    PERFORM 1 FROM invoices_period WHERE month = NEW.period_id AND status = 'open' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoices_journalentry: period % is closed', NEW.period_id USING ERRCODE = 'check_violation';
    END IF;
    IF to_char(NEW.posted_on, 'YYYY-MM') <> NEW.period_id THEN
        RAISE EXCEPTION 'invoices_journalentry: % is not a day of period %', NEW.posted_on, NEW.period_id
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.tx := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_period_is_open BEFORE INSERT ON invoices_journalentry FOR EACH ROW
    EXECUTE FUNCTION invoices_period_is_open();

CREATE OR REPLACE FUNCTION invoices_line_comes_with_its_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM invoices_journalentry WHERE id = NEW.entry_id AND tx = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoices_journalline: an entry gets no lines after it was written' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_line_comes_with_its_entry BEFORE INSERT ON invoices_journalline FOR EACH ROW
    EXECUTE FUNCTION invoices_line_comes_with_its_entry();

CREATE OR REPLACE FUNCTION invoices_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    PERFORM 1 FROM invoices_journalline WHERE entry_id = NEW.id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoices_journalentry: an entry has lines' USING ERRCODE = 'check_violation';
    END IF;
    SELECT string_agg(currency || ' ' || off, ', ') INTO wrong FROM (
        SELECT currency, sum(debit - credit) AS off FROM invoices_journalline WHERE entry_id = NEW.id
        GROUP BY currency HAVING sum(debit - credit) <> 0) AS sums;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'invoices_journalentry: debit and credit differ by %', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoices_entry_balances AFTER INSERT ON invoices_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoices_entry_balances();
"""
LEDGER_BACK = r"""
DROP TRIGGER IF EXISTS invoices_entry_balances ON invoices_journalentry;
DROP FUNCTION IF EXISTS invoices_entry_balances();
DROP TRIGGER IF EXISTS invoices_line_comes_with_its_entry ON invoices_journalline;
DROP FUNCTION IF EXISTS invoices_line_comes_with_its_entry();
DROP TRIGGER IF EXISTS invoices_period_is_open ON invoices_journalentry;
DROP FUNCTION IF EXISTS invoices_period_is_open();
ALTER TABLE invoices_journalentry DROP COLUMN tx;
"""

PAYMENTS = r"""
ALTER TABLE invoices_payment ADD CONSTRAINT payment_account_is_one_of_that_vendors
    FOREIGN KEY (vendor_id, account) REFERENCES invoices_vendoraccount (vendor_id, account);
ALTER TABLE invoices_invoice ADD CONSTRAINT invoice_belongs_to_its_vendor UNIQUE (id, vendor_id);
ALTER TABLE invoices_payment ADD CONSTRAINT payment_invoice_is_one_of_that_vendors
    FOREIGN KEY (invoice_id, vendor_id) REFERENCES invoices_invoice (id, vendor_id);

CREATE OR REPLACE FUNCTION invoices_payment_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.vendor_id, OLD.invoice_id, OLD.account, OLD.amount, OLD.currency, OLD.key)
            IS DISTINCT FROM (NEW.vendor_id, NEW.invoice_id, NEW.account, NEW.amount, NEW.currency, NEW.key) THEN
        RAISE EXCEPTION 'invoices_payment: whom, how much and for what never change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.status NOT IN ('proposed', 'approved', 'scheduled') THEN
        RAISE EXCEPTION 'invoices_payment: a payment is not born %', NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT 1 FROM invoices_invoice WHERE id = NEW.invoice_id AND status = 'posted' AND currency = NEW.currency) THEN
        RAISE EXCEPTION 'invoices_payment: only a posted invoice is paid, in its currency' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status IN ('proposed', 'approved', 'scheduled', 'released') AND (TG_OP = 'INSERT' OR OLD.status <> NEW.status)
            AND NOT EXISTS (SELECT 1 FROM invoices_vendoraccount
                            WHERE vendor_id = NEW.vendor_id AND account = NEW.account AND active) THEN
        RAISE EXCEPTION 'invoices_payment: the account is no longer on file' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_payment_is_sound BEFORE INSERT OR UPDATE ON invoices_payment FOR EACH ROW
    EXECUTE FUNCTION invoices_payment_is_sound();
"""
PAYMENTS_BACK = r"""
DROP TRIGGER IF EXISTS invoices_payment_is_sound ON invoices_payment;
DROP FUNCTION IF EXISTS invoices_payment_is_sound();
ALTER TABLE invoices_payment DROP CONSTRAINT payment_invoice_is_one_of_that_vendors;
ALTER TABLE invoices_invoice DROP CONSTRAINT invoice_belongs_to_its_vendor;
ALTER TABLE invoices_payment DROP CONSTRAINT payment_account_is_one_of_that_vendors;
"""

GUARDS = (
    (INVOICE_MOVES, INVOICE_MOVES_BACK),
    (PAYMENT_MOVES, PAYMENT_MOVES_BACK),
    (PERIOD_MOVES, PERIOD_MOVES_BACK),
    (ENTRY_STAYS, ENTRY_STAYS_BACK),
    (LINE_STAYS, LINE_STAYS_BACK),
    (POSTED_INVOICE_STAYS, POSTED_INVOICE_STAYS_BACK),
    (LEDGER, LEDGER_BACK),
    (PAYMENTS, PAYMENTS_BACK),
)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_initial"), ("core", "0002_guards")]
    operations = [migrations.RunSQL(forward, back) for forward, back in GUARDS]
