"""The trail's tables refuse every change, from whomever it comes; each way round the functions is closed."""

import pytest
from django.db import IntegrityError, transaction

from agentops.core.audit.payloads import commit, destroy_key, store
from agentops.core.audit.trail import Actor

SQL = {
    "audit_entry": [
        "UPDATE audit_entry SET body = '{}'",
        "UPDATE audit_entry SET at = at",
        "DELETE FROM audit_entry",
    ],
    "audit_facet": ["UPDATE audit_facet SET value = 'x'", "DELETE FROM audit_facet"],
    "audit_payload": ["UPDATE audit_payload SET ciphertext = ''", "DELETE FROM audit_payload"],
    "audit_key": [
        "DELETE FROM audit_key",
        "UPDATE audit_key SET wrapped_key = 'x'",
        "UPDATE audit_key SET subject = 'x', destroyed_at = now(), wrapped_key = NULL",
    ],
    "audit_stream": [
        "DELETE FROM audit_stream",
        "UPDATE audit_stream SET head_seq = head_seq - 1",
        "UPDATE audit_stream SET head_seq = head_seq + 2",
        "UPDATE audit_stream SET head_hash = 'x'",
        "UPDATE audit_stream SET stream = 'x', head_seq = head_seq + 1",
        "INSERT INTO audit_stream VALUES ('x', 5, decode(repeat('00', 32), 'hex'))",
        "INSERT INTO audit_stream VALUES ('x', 0, 'x')",
    ],
}


@pytest.fixture(autouse=True)
def written(happened):
    kept = commit({"name": "Ada"})
    seq = happened(commits={"payload": kept.hex}, facets=("document=d",))
    store("user:1", seq, "person:1", kept)


@pytest.mark.parametrize("sql", [sql for statements in SQL.values() for sql in statements])
def test_a_change_is_refused(execute, sql):
    with pytest.raises(IntegrityError, match=r"refused|rises by one|only be destroyed"):
        execute(sql)


@pytest.mark.parametrize("table", SQL)
def test_the_triggers_fire_in_a_replica_session_too(execute, table):
    rows = execute("SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table)
    assert len(rows) == 2
    assert {enabled for _, enabled in rows} == {"A"}


@pytest.mark.parametrize("table", SQL)
def test_a_definers_function_is_refused_too(execute, table):
    execute(f"CREATE FUNCTION erase() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM {table}'")
    with pytest.raises(IntegrityError, match=r"refused|never removed|only be destroyed"):
        execute("SELECT erase()")


def test_a_destroyed_key_stays_destroyed(execute):
    assert destroy_key("person:1", by=Actor.system("test"), reason="asked")
    with pytest.raises(IntegrityError, match="only be destroyed, once"), transaction.atomic():
        execute("UPDATE audit_key SET destroyed_at = NULL, wrapped_key = 'x'")
    with pytest.raises(IntegrityError, match="the key of this payload is destroyed"):
        execute("SELECT audit_payload_write('user:1', 1, 'late', id, 'x') FROM audit_key")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (
            "INSERT INTO audit_key (id, subject) VALUES (gen_random_uuid(), 's')",
            "audit_key_is_gone_exactly_when_destroyed",
        ),
        (
            "INSERT INTO audit_key (id, subject, wrapped_key) VALUES (gen_random_uuid(), 'person:1', 'k')",
            "audit_key_one_alive_per_subject",
        ),
    ],
)
def test_a_key_that_cannot_be_is_refused(execute, sql, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        execute(sql)


def test_the_functions_run_with_a_fixed_search_path_and_belong_to_nobody_else(execute):
    rows = execute(
        "SELECT proname, prosecdef, proconfig::text, proacl::text FROM pg_proc WHERE proname ~ '^audit_' AND prosecdef"
    )
    assert {row[0] for row in rows} == {
        "audit_write",
        "audit_write_to",
        "audit_append",
        "audit_key_open",
        "audit_key_destroy",
        "audit_payload_write",
    }
    for name, _, config, rights in rows:
        assert "search_path=pg_catalog, public, pg_temp" in config, name
        assert not any(right.startswith("=") for right in rights.strip("{}").split(",")), f"PUBLIC may call {name}"
