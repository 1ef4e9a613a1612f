"""Whatever an owner of the database does with the triggers off, the verifier finds it and names the entry."""

import pytest
from django.core.management import call_command

from agentops.core.audit import heads
from agentops.core.audit.models import AuditEntry, AuditStream
from agentops.core.audit.payloads import commit, store
from agentops.core.audit.trail import GENESIS, Actor, Event, seal
from agentops.core.audit.verify import entry_hash, verify


@pytest.fixture(autouse=True)
def written(happened):
    """Two streams of five entries, with facets and payloads."""
    for stream in ("user:1", "user:2"):
        for number in range(1, 6):
            kept = commit({"name": "Ada", "number": number})
            seq = happened(
                stream,
                f"step.{number}",
                data={"amount": f"{number}.00"},
                commits={"payload": kept.hex},
                facets=(f"document={number}",),
            )
            store(stream, seq, f"person:{stream[-1]}", kept)
    assert verify().ok


def found(capsys) -> tuple[str, int, set[str]]:
    """Stream and place of the first bad entry as the command names it, and all that is wrong there."""
    with pytest.raises(SystemExit) as left:
        call_command("audit_verify", "--all")
    assert left.value.code == 1
    report = verify()
    first = report.first_bad
    assert f"first bad entry: {first.stream} {first.seq}:" in capsys.readouterr().out
    return (
        first.stream,
        first.seq,
        {p.code for p in report.problems if (p.stream, p.seq) == (first.stream, first.seq)},
    )


def rechain(tamper, stream: str) -> None:
    """Number and hash a stream anew and lift its head, as whoever owns the database but not the key can."""
    last, seq = GENESIS, 0
    for entry in list(AuditEntry.objects.filter(stream=stream).order_by("seq")):
        seq += 1
        made = entry_hash(stream, seq, last, entry.body, bytes(entry.mac))
        tamper(
            "UPDATE audit_entry SET seq = %s, prev = %s, hash = %s WHERE stream = %s AND seq = %s",
            seq,
            last,
            made,
            stream,
            entry.seq,
        )
        for table in ("audit_facet", "audit_payload"):
            tamper(f"UPDATE {table} SET seq = %s WHERE stream = %s AND seq = %s", seq, stream, entry.seq)
        last = made
    tamper("UPDATE audit_stream SET head_seq = %s, head_hash = %s WHERE stream = %s", seq, last, stream)


def delete(tamper, stream: str, seq: int) -> None:
    for table in ("audit_payload", "audit_facet", "audit_entry"):
        tamper(f"DELETE FROM {table} WHERE stream = %s AND seq >= %s AND seq <= %s", stream, seq, seq)


EDIT = "UPDATE audit_entry SET body = replace(body, '3.00', '9.00') WHERE stream = 'user:2' AND seq = 3"


def test_an_untouched_trail_is_green(capsys):
    call_command("audit_verify")
    assert capsys.readouterr().out == "10 entries in 2 streams checked, 10 payloads; all fit\n"


def test_an_edited_body_is_found(tamper, capsys):
    tamper(EDIT)
    assert found(capsys) == ("user:2", 3, {"hash", "mac"})


def test_an_edited_body_with_a_new_hash_is_found(tamper, capsys):
    tamper(EDIT)
    rechain(tamper, "user:2")
    assert found(capsys) == ("user:2", 3, {"mac"})


@pytest.mark.parametrize(
    "column", ["at = at + interval '1 second'", "action = 'x'", "actor = 'person:other'", "at = 'infinity'"]
)
def test_an_edited_column_is_found(tamper, capsys, column):
    tamper(f"UPDATE audit_entry SET {column} WHERE stream = 'user:1' AND seq = 2")
    assert found(capsys) == ("user:1", 2, {"columns"})


@pytest.mark.parametrize("column", ["hash", "prev", "mac"])
def test_a_flipped_bit_is_found(tamper, capsys, column):
    tamper(
        f"UPDATE audit_entry SET {column} = set_bit({column}, 9, 1 - get_bit({column}, 9))"
        " WHERE stream = 'user:1' AND seq = 5"
    )
    stream, seq, codes = found(capsys)
    assert (stream, seq) == ("user:1", 5)
    assert codes & {"hash", "chain", "mac"}


def test_another_spelling_of_the_same_body_is_found(tamper, capsys):
    tamper("UPDATE audit_entry SET body = replace(body, '\":', '\": ') WHERE stream = 'user:1' AND seq = 1")
    assert found(capsys)[2] >= {"body", "mac"}


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '{"a":1.5}', '{"facets":7}', '{"commit":[],"facets":[[]],"actor":1}', "{" * 5000],
)
def test_a_body_that_is_no_event_is_found_and_does_not_stop_the_verifier(tamper, capsys, body):
    tamper("UPDATE audit_entry SET body = %s WHERE stream = 'user:1' AND seq = 4", body)
    stream, seq, codes = found(capsys)
    assert (stream, seq) == ("user:1", 4)
    assert codes >= {"hash", "mac"}


def test_a_deleted_middle_is_found(tamper, capsys):
    delete(tamper, "user:1", 3)
    assert found(capsys) == ("user:1", 4, {"gap", "chain"})


def test_a_deleted_middle_numbered_and_chained_anew_is_found(tamper, capsys):
    delete(tamper, "user:1", 3)
    rechain(tamper, "user:1")
    assert found(capsys) == ("user:1", 3, {"place"})


def test_a_cut_tail_is_found(tamper, capsys):
    delete(tamper, "user:1", 5)
    assert found(capsys) == ("user:1", 5, {"cut"})


def test_a_vanished_stream_is_found(tamper, capsys):
    for seq in range(1, 6):
        delete(tamper, "user:1", seq)
    assert found(capsys) == ("user:1", 1, {"cut"})


def test_a_vanished_head_is_found(tamper, capsys):
    tamper("DELETE FROM audit_stream WHERE stream = 'user:2'")
    assert found(capsys) == ("user:2", 5, {"no_head"})


def test_a_head_set_back_is_found(tamper, capsys):
    tamper("UPDATE audit_stream SET head_seq = 4 WHERE stream = 'user:2'")
    assert found(capsys) == ("user:2", 5, {"beyond_head"})


def test_a_head_that_names_another_entry_is_found(tamper, capsys):
    tamper("UPDATE audit_stream SET head_hash = decode(repeat('01', 32), 'hex') WHERE stream = 'user:2'")
    assert found(capsys) == ("user:2", 5, {"head"})


def swap(tamper) -> None:
    for table in ("audit_entry", "audit_facet", "audit_payload"):
        for old, new in ((2, 99), (3, 2), (99, 3)):
            tamper(f"UPDATE {table} SET seq = %s WHERE stream = 'user:1' AND seq = %s", new, old)


def test_two_entries_in_each_others_place_are_found(tamper, capsys):
    swap(tamper)
    assert found(capsys) == ("user:1", 2, {"chain", "hash", "place"})


def test_two_entries_in_each_others_place_and_chained_anew_are_found(tamper, capsys):
    swap(tamper)
    rechain(tamper, "user:1")
    assert found(capsys) == ("user:1", 2, {"place"})


def forge(tamper, key: bytes, settings) -> None:
    """An entry that somebody made up, well spelled and well chained, behind the last one."""
    mine, settings.AUDIT_MAC_KEY = settings.AUDIT_MAC_KEY, key
    last = AuditEntry.objects.get(stream="user:1", seq=5)
    sealed = seal("user:1", Event(action="payment.approved", actor=Actor("person", "x")), last.at, seq=6)
    settings.AUDIT_MAC_KEY = mine
    made = entry_hash("user:1", 6, bytes(last.hash), sealed.body, sealed.mac)
    tamper(
        "INSERT INTO audit_entry (stream, seq, at, action, actor, prev, body, hash, mac)"
        " VALUES ('user:1', 6, %s, %s, %s, %s, %s, %s, %s)",
        sealed.at, sealed.action, sealed.actor, bytes(last.hash), sealed.body, made, sealed.mac,
    )  # fmt: skip
    tamper("UPDATE audit_stream SET head_seq = 6, head_hash = %s WHERE stream = 'user:1'", made)


def test_a_forged_entry_is_found(tamper, capsys, settings):
    forge(tamper, b"another key" * 3, settings)
    assert found(capsys) == ("user:1", 6, {"mac"})


def test_an_entry_copied_to_another_place_is_found(tamper, capsys):
    tamper(
        "INSERT INTO audit_entry (stream, seq, at, action, actor, prev, body, hash, mac)"
        " SELECT 'user:1', 6, at, action, actor, hash, body, hash, mac FROM audit_entry"
        " WHERE stream = 'user:1' AND seq = 5"
    )
    rechain(tamper, "user:1")
    stream, seq, codes = found(capsys)
    assert (stream, seq) == ("user:1", 6)
    assert "place" in codes


def test_an_entry_copied_to_another_stream_is_found(tamper, capsys):
    tamper(
        "UPDATE audit_entry SET body = o.body, mac = o.mac, at = o.at, action = o.action, actor = o.actor"
        " FROM audit_entry o"
        " WHERE audit_entry.stream = 'user:1' AND audit_entry.seq = 5 AND o.stream = 'user:2' AND o.seq = 5"
    )
    rechain(tamper, "user:1")
    assert found(capsys)[2] >= {"mac"}


def test_everything_built_anew_under_another_key_is_found(capsys, settings):
    settings.AUDIT_MAC_KEY = b"the key of this program; all entries were made under another"
    assert found(capsys) == ("user:1", 1, {"mac"})
    assert verify().bad == 10


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_facet SET value = 'x' WHERE stream = 'user:1' AND seq = 2",
        "DELETE FROM audit_facet WHERE stream = 'user:1' AND seq = 2",
        "INSERT INTO audit_facet VALUES ('counterparty', 'V9', 'user:1', 2)",
    ],
)
def test_an_entry_filed_under_something_else_is_found(tamper, capsys, sql):
    tamper(sql)
    assert found(capsys) == ("user:1", 2, {"facets"})


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_payload SET ciphertext = set_bit(ciphertext, 200, 1 - get_bit(ciphertext, 200))"
        " WHERE stream = 'user:1' AND seq = 2",
        "UPDATE audit_payload SET ciphertext = ''::bytea WHERE stream = 'user:1' AND seq = 2",
        "UPDATE audit_payload p SET ciphertext = o.ciphertext FROM audit_payload o"
        " WHERE (p.stream, p.seq, o.stream, o.seq) = ('user:1', 2, 'user:1', 3)",
        "UPDATE audit_payload SET name = 'other' WHERE stream = 'user:1' AND seq = 2",
    ],
)
def test_an_exchanged_payload_is_found(tamper, capsys, sql):
    tamper(sql)
    assert found(capsys) == ("user:1", 2, {"payload"})


def test_what_belongs_to_no_entry_is_found(tamper):
    tamper("INSERT INTO audit_facet VALUES ('document', 'd', 'user:0', 1), ('document', 'd', 'user:3', 1)")
    assert [(p.stream, p.code) for p in verify().problems] == [("user:0", "orphan"), ("user:3", "orphan")]


def test_one_bad_entry_is_one_entry_and_not_all_that_follow(tamper):
    tamper(EDIT)
    assert {(p.stream, p.seq) for p in verify().problems} == {("user:2", 3)}


def test_only_the_streams_asked_for_are_checked(tamper, capsys):
    tamper(EDIT)
    call_command("audit_verify", "user:1")
    assert "5 entries in 1 streams checked" in capsys.readouterr().out
    assert verify(["user:2"]).first_bad.seq == 3


def test_heads_kept_elsewhere_are_compared_too(monkeypatch, happened):
    known = dict(heads._sources)
    monkeypatch.setattr(heads, "_sources", known)
    heads.register_heads("elsewhere", lambda: [("run:2", 4, GENESIS), ("run:1", 0, GENESIS), ("a", 0, b"x" * 32)])
    assert [(p.stream, p.seq, p.code) for p in verify().problems] == [("a", 0, "head"), ("run:2", 1, "cut")]


def test_the_heads_of_this_house_are_all_streams():
    assert AuditStream.objects.count() == 2
    assert [head.stream for head in heads.all_heads()] == ["user:1", "user:2"]
