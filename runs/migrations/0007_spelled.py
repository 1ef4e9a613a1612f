"""What is written once and read whole is kept as it was spelled: a fifth smaller, and cheaper to write.

The guard of proposals compares whole rows, and `json` has no equality: it compares their bytes instead (`*<>`).
"""

from django.db import migrations

import runs.models.fields

KEPT = (
    ("runinput", "input", {}),
    ("step", "output", {"null": True}),
    ("toolcall", "input", {}),
    ("toolcall", "input_from", {"null": True}),
    ("toolcall", "output", {"null": True}),
    ("proposal", "body", {}),
    ("action", "args", {}),
)

FROZEN = """
CREATE OR REPLACE FUNCTION runs_proposal_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- born performed: what is allowed may be performed in the transaction that stores it
        IF NEW.state NOT IN ('open', 'allowed', 'performed', 'denied')
            OR (NEW.state IN ('allowed', 'performed')) <> (NEW.verdict = 'allow') THEN
            RAISE EXCEPTION 'runs_proposal: a % proposal is not born %', NEW.verdict, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    OLD.state := NEW.state;
    OLD.closed_at := NEW.closed_at;
    IF OLD /* is another row than */ NEW THEN
        RAISE EXCEPTION 'runs_proposal: only the state of a proposal changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BY_BYTES = FROZEN.replace("/* is another row than */", "*<>")
BY_VALUE = FROZEN.replace("/* is another row than */", "IS DISTINCT FROM")


class Migration(migrations.Migration):
    dependencies = [("runs", "0006_by_reference")]

    operations = [
        migrations.RunSQL(BY_BYTES, BY_VALUE),
        *(
            migrations.AlterField(table, column, runs.models.fields.SpelledJSONField(**how))
            for table, column, how in KEPT
        ),
        # Room for the second version of a proposal beside its first, so that a decision does not write it out again.
        migrations.RunSQL(
            "ALTER TABLE runs_proposal SET (fillfactor = 75)", "ALTER TABLE runs_proposal RESET (fillfactor)"
        ),
    ]
