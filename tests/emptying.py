"""Emptying the tables after a test that committed: only those with rows are touched.

Django truncates every table, which makes some six hundred new files after each test. Here foreign keys are not asked,
since everything goes; what guards a table against deletion is taken down and put up again in the same transaction.
"""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate

KEPT = {"django_content_type", "auth_permission"}  # `migrate` filled them; nobody need look whether they are there
GUARDS = """
SELECT relname, tgname, tgenabled FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND tgtype & 8 <> 0 AND tgenabled <> 'D'
"""
AGAIN = {"A": "ENABLE ALWAYS", "R": "ENABLE REPLICA", "O": "ENABLE"}
_truncate = DatabaseOperations.sql_flush
_guards: dict[str, list[tuple[str, str]]] = {}


def install() -> None:
    DatabaseOperations.sql_flush = _flush_sql  # type: ignore[method-assign]


def _flush_sql(operations: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        if options.get("reset_sequences") or not cursor.fetchone()[0]:  # a given server, and an ordinary role
            return _truncate(operations, style, tables, **options)
        if not _guards:
            post_migrate.disconnect(create_contenttypes)
            post_migrate.disconnect(
                create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions"
            )
            cursor.execute(GUARDS)
            for table, name, enabled in cursor.fetchall():
                _guards.setdefault(table, []).append((name, AGAIN[enabled]))
        asked = (f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables if table not in KEPT)
        cursor.execute(" UNION ALL ".join(asked))
        full = [table for (table,) in cursor.fetchall()]
    guards = [(table, *guard) for table in full for guard in _guards.get(table, ())]
    return [
        "SET LOCAL session_replication_role = replica",
        *(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"' for table, name, _ in guards),
        *(f'DELETE FROM "{table}"' for table in full),
        *(f'ALTER TABLE "{table}" {again} TRIGGER "{name}"' for table, name, again in guards),
    ]
