"""Who asked for a run is mostly one person: found by two look-ups, and by the recursive way only where there is more."""

from django.db import migrations

# Asked three times between an approval and its effect. The answer is the same as before, without its repetition.
ASKED_BY = """
CREATE OR REPLACE FUNCTION runs_asked_by(asked uuid) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_requester uuid;
    v_parent uuid;
BEGIN
    SELECT requester_id, parent_id INTO v_requester, v_parent FROM runs_run WHERE id = asked;
    IF v_requester IS NOT NULL AND v_parent IS NULL
        AND NOT EXISTS (SELECT FROM runs_intakeproblem WHERE run_id = asked) THEN
        RETURN ARRAY[v_requester];
    END IF;
    RETURN (
        WITH RECURSIVE line AS (
            SELECT id, parent_id, requester_id FROM runs_run WHERE id = asked
            UNION SELECT r.id, r.parent_id, r.requester_id FROM runs_run r JOIN line l ON r.id = l.parent_id
        ), receipts AS (
            SELECT p.id, p.requester_id FROM runs_intakeproblem p JOIN line l ON p.run_id = l.id
            UNION SELECT p.id, p.requester_id FROM runs_intakeproblem p JOIN receipts c ON p.replaced_by_id = c.id
        )
        SELECT ARRAY(SELECT requester_id FROM line WHERE id = asked)
            || ARRAY(SELECT requester_id FROM line UNION SELECT requester_id FROM receipts));
END $$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION runs_asked_by(asked uuid) RETURNS uuid[] LANGUAGE sql STABLE AS $$
WITH RECURSIVE line AS (
    SELECT id, parent_id, requester_id FROM runs_run WHERE id = asked
    UNION SELECT r.id, r.parent_id, r.requester_id FROM runs_run r JOIN line l ON r.id = l.parent_id
), receipts AS (
    SELECT p.id, p.requester_id FROM runs_intakeproblem p JOIN line l ON p.run_id = l.id
    UNION SELECT p.id, p.requester_id FROM runs_intakeproblem p JOIN receipts c ON p.replaced_by_id = c.id
)
SELECT ARRAY(SELECT requester_id FROM line WHERE id = asked)
    || ARRAY(SELECT requester_id FROM line UNION SELECT requester_id FROM receipts)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0015_notes_and_children")]

    operations = [migrations.RunSQL(ASKED_BY, AS_BEFORE)]
