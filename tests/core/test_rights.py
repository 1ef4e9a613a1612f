"""The application's own database role works with its rows and can only add to the trail."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from agentops.core import rights
from agentops.core.audit.payloads import commit, destroy_key, read, store
from agentops.core.audit.queries import Search, search
from agentops.core.audit.trail import GENESIS, Actor, Event, seal
from agentops.core.audit.verify import verify
from agentops.core.permissions import Role
from agentops.core.services import create_person

ROLE = "agentops_plain"
TABLES = ["audit_entry", "audit_facet", "audit_stream", "audit_payload", "audit_key"]


@pytest.fixture
def role(db, execute) -> str:
    """A plain role; the test server has one, a given server lets us make one."""
    for name in (ROLE, "agentops_app"):
        if execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, 'MEMBER')", name):
            return name
    if not execute("SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolcreaterole OR rolsuper)"):
        pytest.skip("the test's role may not make another")
    execute(f"CREATE ROLE {ROLE}")
    execute(f"GRANT {ROLE} TO CURRENT_USER")
    return ROLE


@pytest.fixture
def as_application(role, execute, happened):
    """Be the application: rights granted, some entries written, the owner's hat off."""
    rights.grant_app_rights(role)
    kept = commit("Ada")
    seq = happened(commits={"payload": kept.hex}, facets=("document=d",))
    store("user:1", seq, "person:1", kept)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"SET LOCAL ROLE {role}")
    yield
    execute("RESET ROLE")


def refused(sql: str) -> None:
    denied = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with denied, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {t} SET stream = 'x'",
        "DELETE FROM {t}",
        "TRUNCATE {t}",
        "INSERT INTO {t} DEFAULT VALUES",
        "DROP TABLE {t}",
        "ALTER TABLE {t} DISABLE TRIGGER USER",
        "LOCK TABLE {t} IN EXCLUSIVE MODE",
    ],
)
def test_the_application_cannot_touch_the_trail(as_application, table, sql):
    refused(sql.format(t=table).replace("SET stream", "SET subject" if table == "audit_key" else "SET stream"))


def test_the_application_cannot_change_the_functions_or_make_its_own_in_their_way(as_application):
    refused("ALTER FUNCTION audit_key_destroy(text) SECURITY INVOKER")
    refused("DROP FUNCTION audit_key_destroy(text)")
    refused("CREATE FUNCTION sha256(text) RETURNS bytea LANGUAGE sql AS 'SELECT NULL::bytea'")
    refused("CREATE TABLE public.mine (id int)")


def test_the_application_writes_through_the_functions_and_reads(as_application, happened, execute):
    assert happened() == 2
    sealed = seal("run:1", Event(action="run.started", actor=Actor.system("w")), datetime.now(UTC), seq=1)
    execute("SELECT audit_write(%s, %s, %s, %s, %s, %s, %s, %s, %s)", "run:1", 1, GENESIS, *sealed)
    kept = commit("Grace")
    store("user:1", happened(commits={"payload": kept.hex}), "person:2", kept)
    assert (read("user:1", 1), read("user:1", 3)) == ("Ada", "Grace")
    assert destroy_key("person:2", by=Actor.system("test"), reason="asked")
    assert len(search(Search()).lines) == 5
    assert [problem.code for problem in verify().problems] == ["no_head"]  # of run:1, whose run does not exist


def test_the_application_does_its_daily_work(as_application, now):
    person = create_person(email="x@example.org", name="X", by=Actor.system("s"), now=now, roles=[Role.REVIEWER])
    assert person.roles == {Role.REVIEWER}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM core_user",
        "DELETE FROM core_blob",
        "UPDATE auth_group SET name = 'x'",
        "INSERT INTO auth_group (name) VALUES ('x')",
        "DELETE FROM django_migrations",
        "UPDATE django_content_type SET model = 'x'",
        "TRUNCATE core_exchangerate",
    ],
)
def test_the_application_leaves_alone_what_only_migrations_write_and_what_lasts(as_application, sql):
    refused(sql)


def test_a_room_can_register_its_own_immutable_tables(role, execute, monkeypatch):
    monkeypatch.setattr(rights, "immutable_tables", set())
    execute("CREATE TABLE stone (id int)")
    rights.register_immutable("stone")
    rights.grant_app_rights(role)
    execute(f"SET LOCAL ROLE {role}")
    execute("INSERT INTO stone VALUES (1)")
    refused("UPDATE stone SET id = 2")
    refused("DELETE FROM stone")
    refused("TRUNCATE stone")


def test_rights_once_given_by_hand_are_taken_back(role, execute):
    execute(f"GRANT ALL ON audit_entry, core_user TO {role}")
    rights.grant_app_rights(role)
    execute(f"SET LOCAL ROLE {role}")
    refused("TRUNCATE core_user")
    refused("DELETE FROM audit_entry")


def test_others_cannot_call_the_functions(role, execute):
    execute(f"SET LOCAL ROLE {role}")
    for call in (
        "audit_append('s', 'b', 'm', now(), 'a', 'a')",
        "audit_write('run:1', 1, 'p', 'b', 'm', now(), 'a', 'a')",
        "audit_key_destroy('s')",
        "audit_key_open(gen_random_uuid(), 's', 'w')",
        "audit_payload_write('s', 1, 'n', gen_random_uuid(), 'c')",
    ):
        refused(f"SELECT {call}")


def test_the_owner_a_superuser_and_nobody_get_no_pretence_of_less(db, execute):
    (owner,) = execute("SELECT current_user")[0]
    (superuser,) = execute("SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY oid LIMIT 1")[0]
    for name in (owner, superuser, "nobody_of_this_name"):
        with pytest.raises(rights.RightsMeaningless):
            rights.grant_app_rights(name)


def test_the_command_grants_or_says_why_not(role, capsys):
    call_command("grant_rights", "--role", role)
    assert capsys.readouterr().out == f"{role} has the application's rights.\n"
    with pytest.raises(CommandError, match="no database role"):
        call_command("grant_rights", "--role", "nobody_of_this_name")
