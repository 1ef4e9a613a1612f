"""Events are sealed in one spelling, authenticated with their place, and appended with their change."""

import hmac
import json
import threading
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from agentops.core.audit import trail
from agentops.core.audit.models import AuditEntry, AuditFacet, AuditStream
from agentops.core.audit.trail import GENESIS, Actor, Event, NotInTransaction, append, iso, seal
from agentops.core.audit.verify import entry_hash, verify
from agentops.core.hashing import canonical_json

SYSTEM = Actor.system("test")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=10)
DATA = st.dictionaries(TEXT, st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT, max_size=5)


def event(**fields) -> Event:
    return Event(**{"action": "user.created", "actor": SYSTEM, **fields})


def test_a_body_says_everything_by_its_name(person):
    run = uuid4()
    sealed = seal(
        "run:x",
        event(
            actor=Actor.of(person, session="s1", level="password"),
            on_behalf_of="p2",
            object=("review", "r1", 3),
            run=run,
            step=4,
            epoch=2,
            policy="p" * 64,
            model=("small", "m" * 64),
            action_hash="a" * 64,
            effect_key="e1",
            decision="approve",
            reason="amount_over_limit",
            request_id="q1",
            data={"n": 1},
            commits={"input": "c" * 64},
            facets=("document=d",),
        ),
        AT,
        seq=7,
    )
    assert json.loads(sealed.body) == {
        "_seq": 7,
        "v": 2,
        "at": "2026-03-02T09:30:00.000000Z",
        "action": "user.created",
        "actor": {"type": "person", "id": str(person.id), "session": "s1", "auth_level": "password"},
        "on_behalf_of": "p2",
        "object": {"type": "review", "id": "r1", "version": 3},
        "run": str(run),
        "step": 4,
        "epoch": 2,
        "policy": "p" * 64,
        "model": {"name": "small", "prompt_hash": "m" * 64},
        "action_hash": "a" * 64,
        "effect_key": "e1",
        "decision": "approve",
        "reason_code": "amount_over_limit",
        "request_id": "q1",
        "data": {"n": 1},
        "commit": {"input": "c" * 64},
        "facets": ["document=d"],
    }
    assert (sealed.action, sealed.actor, sealed.facets) == (
        "user.created",
        f"person:{person.id}",
        ["document=d"],
    )


def test_what_an_event_does_not_say_takes_no_room():
    assert set(json.loads(seal("s", event(), AT).body)) == {"v", "id", "at", "action", "actor"}


def test_what_names_an_entry_is_not_repeated_in_it():
    run = uuid4()
    assert len(json.loads(seal(f"run:{run}", event(run=run), AT).body)["id"]) == 36
    placed = json.loads(seal(f"run:{run}", event(run=run), AT, seq=1).body)
    assert set(placed) == {"_seq", "v", "at", "action", "actor"}
    assert json.loads(seal("policy", event(run=run), AT, seq=1).body)["run"] == str(run)


@pytest.mark.django_db
def test_entries_of_the_first_version_stay_as_they_are(monkeypatch):
    said: dict[str, object] = {"v": 1, "id": "01a1f854-8ef8-7845-ab43-b9f222665ebd", "run": "1"}
    whole = trail._as_body
    monkeypatch.setattr(trail, "_as_body", lambda *args: {**whole(*args), **said})
    append("policy", event())
    monkeypatch.undo()
    append("policy", event())
    assert [json.loads(entry.body)["v"] for entry in AuditEntry.objects.order_by("seq")] == [1, 2]
    assert verify().ok


@given(DATA, st.integers(1, 2**53 - 1))
def test_a_body_is_canonical_and_begins_with_its_place(data, seq):
    body = seal("run:x", event(data=data), AT, seq=seq).body
    assert canonical_json(json.loads(body)).decode() == body
    assert body.startswith(f'{{"_seq":{seq},')


def test_the_mac_covers_stream_and_body(settings):
    sealed = seal("policy", event(), AT)
    assert sealed.mac == hmac.digest(settings.AUDIT_MAC_KEY, f"policy\n{sealed.body}".encode(), "sha256")


@pytest.mark.parametrize("key", [b"", b"too short"])
def test_without_a_key_nothing_is_sealed(settings, key):
    settings.AUDIT_MAC_KEY = key
    with pytest.raises(ImproperlyConfigured):
        seal("policy", event(), AT)


@pytest.mark.parametrize("data", [{"x": 1.5}, {"x": object()}, {1: 2}, {"x": 2**60}])
def test_data_without_one_spelling_is_refused(data):
    with pytest.raises(TypeError):
        seal("policy", event(data=data), AT)


def test_a_facet_has_a_kind():
    with pytest.raises(TypeError, match="kind=value"):
        seal("policy", event(facets=("document",)), AT)


def test_times_are_spelled_in_utc_with_microseconds():
    assert iso(datetime(2026, 3, 2, 10, 30, tzinfo=timezone(timedelta(hours=1)))) == "2026-03-02T09:30:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        iso(datetime(2026, 3, 2))


@pytest.mark.django_db
def test_entries_are_numbered_and_chained_and_the_head_follows():
    places = [append("policy", event(data={"n": n})) for n in range(3)]
    entries = list(AuditEntry.objects.order_by("seq"))
    assert places == [entry.seq for entry in entries] == [1, 2, 3]
    assert [bytes(entry.prev) for entry in entries] == [
        GENESIS,
        *(bytes(entry.hash) for entry in entries[:2]),
    ]
    head = AuditStream.objects.get()
    assert (head.head_seq, bytes(head.head_hash)) == (3, bytes(entries[2].hash))


@pytest.mark.django_db
def test_the_database_hashes_as_the_verifier_does():
    append("vendor:Ä", event(data={"n": "ü"}))
    entry = AuditEntry.objects.get()
    parts = [
        sha256("vendor:Ä".encode()).digest(),
        (1).to_bytes(8, "big"),
        GENESIS,
        sha256(entry.body.encode()).digest(),
    ]
    by_hand = sha256(b"\0" + b"".join(parts) + sha256(entry.mac).digest()).digest()
    assert by_hand == bytes(entry.hash) == entry_hash("vendor:Ä", 1, GENESIS, entry.body, bytes(entry.mac))


@pytest.mark.django_db
def test_an_entry_can_be_found_by_its_facets():
    append("policy", event(facets=("document=a=b", "counterparty=V1", "document=a=b")))
    assert set(AuditFacet.objects.values_list("kind", "value", "seq")) == {
        ("document", "a=b", 1),
        ("counterparty", "V1", 1),
    }
    assert verify().ok


@pytest.mark.django_db
def test_one_round_trip_is_enough_for_whoever_wrote_last(django_assert_num_queries):
    append("policy", event())
    with django_assert_num_queries(1):
        append("policy", event())


@pytest.mark.django_db
def test_a_wrong_guess_of_the_place_costs_a_second_round_trip_and_nothing_else(django_assert_num_queries):
    append("policy", event())
    trail._expected["policy"] = 41
    with django_assert_num_queries(2):
        assert append("policy", event()) == 2
    assert verify().ok


@pytest.mark.django_db
def test_what_was_rolled_back_leaves_no_gap():
    append("policy", event())
    with transaction.atomic():
        append("policy", event())
        transaction.set_rollback(True)
    assert append("policy", event()) == 2
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_its_change():
    with pytest.raises(NotInTransaction):
        append("policy", event())


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_stream_wait_for_one_another_and_leave_no_gap():
    failed = []

    def write() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    append("policy", event())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    report = verify()
    assert (report.ok, report.entries) == (True, 40)


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [-11, 11])
def test_an_entry_of_another_time_is_refused(minutes):
    with pytest.raises(IntegrityError, match="is not now"):
        append("policy", event(), datetime.now(UTC) + timedelta(minutes=minutes))


WRITE = "SELECT audit_write(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def sealed_for(stream: str, seq: int | None = None) -> list:
    return list(seal(stream, event(), datetime.now(UTC), seq=seq))


@pytest.mark.django_db
def test_the_head_of_a_run_is_kept_by_the_caller(execute):
    prev = GENESIS
    for seq in (1, 2):
        ((prev,),) = execute(WRITE, "run:1", seq, prev, *sealed_for("run:1", seq))
    assert not AuditStream.objects.exists()
    last = AuditEntry.objects.get(seq=2)
    assert bytes(last.hash) == bytes(prev)


def write_to(execute, head, stream, seq, prev, sealed):
    execute("SELECT audit_write_to(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", head, stream, seq, prev, *sealed)


@pytest.mark.django_db
def test_who_computed_the_next_head_writes_the_same_entry(execute):
    sealed = sealed_for("run:1", 1)
    execute(WRITE, "run:1", 1, GENESIS, *sealed)
    again = sealed_for("run:2", 1)
    write_to(execute, entry_hash("run:2", 1, GENESIS, again[0], again[1]), "run:2", 1, GENESIS, again)
    one, two = AuditEntry.objects.order_by("stream")
    assert bytes(one.hash) == entry_hash("run:1", 1, GENESIS, sealed[0], sealed[1])
    assert bytes(two.hash) == entry_hash("run:2", 1, GENESIS, again[0], again[1])
    assert (one.action, one.actor, bytes(one.prev)) == (two.action, two.actor, bytes(two.prev))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"head": b"h" * 32}, "is not the hash of this entry"),
        ({"head": None}, "is not the hash of this entry"),
        ({"prev": b"p" * 32}, "is not the hash of this entry"),
        ({"prev": b"short"}, "32 bytes"),
        ({"seq": 2}, "sealed for another place in run:1, not for 2"),
        ({"stream": "policy"}, "use audit_append"),
    ],
)
def test_a_head_that_is_not_the_hash_of_its_entry_is_refused(execute, wrong, sentence):
    sealed = sealed_for("run:1", 1)
    right = {"head": entry_hash("run:1", 1, GENESIS, sealed[0], sealed[1]), "stream": "run:1", "seq": 1}
    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        write_to(execute, **{**right, "prev": GENESIS, **wrong}, sealed=sealed)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_an_entry_sealed_for_another_place_is_refused(execute):
    with pytest.raises(DatabaseError, match="sealed for another place in run:1, not for 2"):
        execute(WRITE, "run:1", 2, GENESIS, *sealed_for("run:1", 1))


@pytest.mark.django_db
def test_a_place_is_filled_once(execute):
    execute(WRITE, "run:1", 1, GENESIS, *sealed_for("run:1", 1))
    with pytest.raises(IntegrityError, match="audit_entry_pkey"):
        execute(WRITE, "run:1", 1, GENESIS, *sealed_for("run:1", 1))


@pytest.mark.django_db
def test_places_count_from_one(execute):
    with pytest.raises(IntegrityError, match="audit_entry_counts_from_one"):
        execute(WRITE, "run:1", 0, GENESIS, *sealed_for("run:1", 0))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prev", "mac"), [(b"short", b"m" * 32), (GENESIS, b"short"), (GENESIS, b""), (b"", b"m" * 32)]
)
def test_hashes_and_macs_have_their_length(execute, prev, mac):
    body, _, *rest = sealed_for("run:1", 1)
    with pytest.raises(IntegrityError, match="32 bytes"):
        execute(WRITE, "run:1", 1, prev, body, mac, *rest)


@pytest.mark.django_db
def test_each_door_refuses_the_streams_of_the_other(execute):
    with pytest.raises(IntegrityError, match="use audit_append"), transaction.atomic():
        execute(WRITE, "policy", 1, GENESIS, *sealed_for("policy", 1))
    with pytest.raises(IntegrityError, match="use audit_write"):
        append("run:1", event())


@pytest.mark.django_db(transaction=True)
def test_a_runs_head_moves_on_by_a_statement_that_locks_the_row_first():
    """The statement that trail.py shows: transactions on one run wait, and write each entry once."""
    move = """
        WITH r AS MATERIALIZED (SELECT id, seq, head FROM door WHERE id = 1 FOR UPDATE),
             w AS MATERIALIZED (
                 SELECT audit_write('run:' || r.id, r.seq + 1, r.head, %s, %s, %s, %s, %s, %s) AS head FROM r)
        UPDATE door SET seq = r.seq + 1, head = w.head FROM r, w WHERE door.id = r.id
    """
    failed = []

    def advance() -> None:
        try:
            for _ in range(10):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(move, sealed_for("run:1"))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE door (id int PRIMARY KEY, seq bigint, head bytea)")
        cursor.execute("INSERT INTO door VALUES (1, 0, %s)", [GENESIS])
    try:
        threads = [threading.Thread(target=advance) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not failed
        assert list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))
        problems = {problem.code for problem in verify(["run:1"]).problems}
        assert problems == {"no_head"}  # nothing registered where this run's head is
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE door")
