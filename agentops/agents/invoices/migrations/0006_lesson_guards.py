"""What constraints cannot say of a vendor's memory: people taught it, and what was taught never changes, it ends."""

from django.db import migrations

TAUGHT_BY_PEOPLE = r"""
CREATE OR REPLACE FUNCTION invoices_lesson_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT 1 FROM invoices_correction c JOIN invoices_layout l ON l.id = NEW.layout_id
            WHERE c.id = NEW.correction_id AND c.field = NEW.field AND c.vendor_id = l.vendor_id) THEN
        RAISE EXCEPTION 'invoices_lesson: it rests on a correction of this field and vendor'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM core_user WHERE id = NEW.taught_by_id AND kind = 'person') THEN
        RAISE EXCEPTION 'invoices_lesson: only a person teaches' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ended_by_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM core_user WHERE id = NEW.ended_by_id AND kind = 'person') THEN
        RAISE EXCEPTION 'invoices_lesson: only a person ends it' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL
            OR to_jsonb(OLD) - '{ended_at,ended_by_id,ended_why}'::text[]
               IS DISTINCT FROM to_jsonb(NEW) - '{ended_at,ended_by_id,ended_why}'::text[]) THEN
        RAISE EXCEPTION 'invoices_lesson: what was taught never changes, it only ends' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_lesson_is_sound BEFORE INSERT OR UPDATE ON invoices_lesson
    FOR EACH ROW EXECUTE FUNCTION invoices_lesson_is_sound();
"""
TAUGHT_BY_PEOPLE_BACK = r"""
DROP TRIGGER IF EXISTS invoices_lesson_is_sound ON invoices_lesson;
DROP FUNCTION IF EXISTS invoices_lesson_is_sound();
"""

CORRECTED_BY_PEOPLE = r"""
CREATE OR REPLACE FUNCTION invoices_correction_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.status <> 'pending'
            OR NOT EXISTS (SELECT 1 FROM core_user WHERE id = NEW.by_id AND kind = 'person')) THEN
        RAISE EXCEPTION 'invoices_correction: a person corrects, and it is learned from afterwards'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.status <> 'pending'
            OR to_jsonb(OLD) - '{status,why}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{status,why}'::text[]) THEN
        RAISE EXCEPTION 'invoices_correction: what was corrected never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER invoices_correction_is_sound BEFORE INSERT OR UPDATE ON invoices_correction
    FOR EACH ROW EXECUTE FUNCTION invoices_correction_is_sound();
"""
CORRECTED_BY_PEOPLE_BACK = r"""
DROP TRIGGER IF EXISTS invoices_correction_is_sound ON invoices_correction;
DROP FUNCTION IF EXISTS invoices_correction_is_sound();
"""


def stays(table: str, events: str) -> tuple[str, str]:
    """Rows of this table are never changed (`events`) and the table is never emptied."""
    name = f"{table}_never"
    return (
        f"""
CREATE OR REPLACE TRIGGER {name}_changes BEFORE {events} ON {table}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER {name}_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}_changes;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}_emptied;
""",
        f"""
DROP TRIGGER IF EXISTS {name}_changes ON {table};
DROP TRIGGER IF EXISTS {name}_emptied ON {table};
""",
    )


GUARDS = (
    (TAUGHT_BY_PEOPLE, TAUGHT_BY_PEOPLE_BACK),
    (CORRECTED_BY_PEOPLE, CORRECTED_BY_PEOPLE_BACK),
    stays("invoices_lesson", "DELETE"),
    stays("invoices_correction", "DELETE"),
    stays("invoices_layout", "UPDATE OR DELETE"),
    stays("invoices_lessonuse", "UPDATE OR DELETE"),
)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0005_lessons"), ("core", "0002_guards")]
    operations = [migrations.RunSQL(forward, back) for forward, back in GUARDS]
