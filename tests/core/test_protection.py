"""Tables whose rows never change, whoever asks."""

from importlib import import_module
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from agentops.core.protection import immutable_sql


@pytest.fixture
def stone(execute):
    execute("CREATE TABLE stone (id int PRIMARY KEY, words text)")
    forward, reverse = immutable_sql("stone")
    execute(forward)
    execute("INSERT INTO stone VALUES (1, 'thou shalt')")
    return reverse


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stone SET words = 'thou mayst'",
        "DELETE FROM stone",
        "INSERT INTO stone VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET words = 'x'",
        "MERGE INTO stone USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    ],
)
def test_update_and_delete_are_refused_in_every_form(stone, execute, sql):
    with pytest.raises(IntegrityError, match="stone is append-only"), transaction.atomic():
        execute(sql)
    assert execute("SELECT words FROM stone") == [("thou shalt",)]


def test_a_definers_function_is_refused_too(stone, execute):
    execute("CREATE FUNCTION chisel() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM stone'")
    with pytest.raises(IntegrityError, match="DELETE is refused"):
        execute("SELECT chisel()")


def test_truncate_is_let_through_where_the_database_is_a_tests(stone, execute):
    execute("TRUNCATE stone")
    assert execute("SELECT * FROM stone") == []


@pytest.fixture
def real_database(django_db_setup, django_db_blocker):
    """A database whose name is none of a test's."""
    with django_db_blocker.unblock():
        params = connection.get_connection_params() | {"dbname": "postgres", "cursor_factory": None}
    name = f"agentops_not_a_test_{uuid4().hex[:8]}"
    with psycopg.connect(**params, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(**(params | {"dbname": name}), autocommit=True) as database:
            yield database
        server.execute(f"DROP DATABASE {name}")


def test_truncate_is_refused_everywhere_else(real_database):
    refuse_change = import_module("agentops.core.migrations.0002_guards").REFUSE_CHANGE
    real_database.execute(refuse_change + "CREATE TABLE stone (id int);" + immutable_sql("stone")[0])
    for sql in ("TRUNCATE stone", "TRUNCATE stone CASCADE"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="TRUNCATE is refused"):
            real_database.execute(sql)


def test_the_triggers_fire_in_a_replica_session_too(stone, execute):
    enabled = execute("SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'stone'::regclass")
    assert enabled == [("A",), ("A",)]


def test_the_protection_can_be_taken_away_by_a_migration(stone, execute):
    execute(stone)
    execute("DELETE FROM stone")


def test_the_migration_of_the_trail_holds_the_same_sql():
    held = " ".join(import_module("agentops.core.migrations.0003_audit").TRIGGERS.split())
    for table in ("audit_entry", "audit_facet", "audit_payload"):
        made = immutable_sql(table)[0].replace("OR REPLACE ", "")
        assert " ".join(made.split()) in held
