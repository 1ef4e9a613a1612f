"""SQL for migrations that makes a table immutable: its rows stay, whoever asks, the owner included."""


def immutable_sql(table: str) -> tuple[str, str]:
    """SQL that makes, and SQL that removes, the triggers that refuse update, delete and truncate on `table`.

    The migration that runs it depends on ("core", "0002_guards"), which brings the function. Tests may
    truncate: a database whose name starts with `test_` is emptied between tests.
    """
    forward = f"""
CREATE OR REPLACE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE OR REPLACE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_never_changes;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_never_emptied;
"""
    reverse = f"""
DROP TRIGGER IF EXISTS {table}_never_changes ON {table};
DROP TRIGGER IF EXISTS {table}_never_emptied ON {table};
"""
    return forward, reverse
