"""What the application's own database role may do: work with rows, add to what is append-only."""

from collections.abc import Iterable
from typing import Final, LiteralString

from django.db import connection, transaction
from psycopg import sql

# Tables whose rows are inserted and stay. Each room adds its own, beside the triggers of protection.py.
immutable_tables: set[str] = set()
# Tables whose rows change but are never deleted.
lasting_tables: set[str] = {"core_user", "core_blob", "core_exchangerate", "core_apitoken"}
# Tables that only migrations write.
fixed_tables: set[str] = {
    "django_migrations",
    "django_content_type",
    "auth_group",
    "auth_permission",
    "auth_group_permissions",
}

_AUDIT_TABLES: Final = ("audit_entry", "audit_facet", "audit_stream", "audit_payload", "audit_key")
_AUDIT_FUNCTIONS: Final[tuple[LiteralString, ...]] = (
    "audit_write(text, bigint, bytea, text, bytea, timestamptz, text, text, text[])",
    "audit_write_to(bytea, text, bigint, bytea, text, bytea, timestamptz, text, text, text[])",
    "audit_append(text, text, bytea, timestamptz, text, text, text[], bigint)",
    "audit_key_open(uuid, text, bytea)",
    "audit_key_destroy(text)",
    "audit_payload_write(text, bigint, text, uuid, bytea)",
)


class RightsMeaningless(ValueError):
    """This role may do everything, or owns the tables: granting it less would be a pretence."""


def register_immutable(*tables: str) -> None:
    """Let the application only read and add to these tables; call it in the app's `ready`."""
    immutable_tables.update(tables)


def register_lasting(*tables: str) -> None:
    """Let the application change rows of these tables, never delete them; call it in `ready`."""
    lasting_tables.update(tables)


@transaction.atomic
def grant_app_rights(role: str) -> None:
    """Give `role` what the application needs and take everything else; run by the owner after each migration.

    Raises `RightsMeaningless` for a superuser, an owner of these tables, or a role that may become one.
    """
    _check_is_plain(role)
    tables = set(connection.introspection.table_names())
    _run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", role)
    _run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}", role)
    _run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", role)
    _run("GRANT USAGE ON SCHEMA public TO {role}", role)
    _run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}", role)
    _run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", role)
    writable = tables - fixed_tables - set(_AUDIT_TABLES)
    _on(writable, "GRANT INSERT ON {table} TO {role}", role)
    _on(writable - immutable_tables, "GRANT UPDATE ON {table} TO {role}", role)
    _on(writable - immutable_tables - lasting_tables, "GRANT DELETE ON {table} TO {role}", role)
    for function in _AUDIT_FUNCTIONS:
        _run("GRANT EXECUTE ON FUNCTION " + function + " TO {role}", role)


def _check_is_plain(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole
                OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                             AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
            FROM pg_roles r WHERE r.rolname = %s
            """,
            [role],
        )
        found = cursor.fetchone()
    if found is None:
        raise RightsMeaningless(f"There is no database role {role}.")
    if found[0]:
        raise RightsMeaningless(
            f"The role {role} is a superuser, makes roles, or owns tables: it keeps rights nobody gave."
        )


def _on(tables: Iterable[str], statement: LiteralString, role: str) -> None:
    for table in sorted(tables):
        _run(statement, role, table)


def _run(statement: LiteralString, role: str, table: str = "") -> None:
    composed = sql.SQL(statement).format(role=sql.Identifier(role), table=sql.Identifier(table or "-"))
    with connection.cursor() as cursor:
        cursor.execute(composed)
