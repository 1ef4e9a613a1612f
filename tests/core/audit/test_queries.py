"""The trail is searched by run, actor, event, document, counterparty and time, page by page."""

from datetime import UTC, datetime, timedelta

import pytest

from agentops.core.audit.queries import BadCursor, Search, chain_status, search, stream_of
from agentops.core.audit.trail import GENESIS, Actor, Event, append, seal


@pytest.fixture(autouse=True)
def start(db, execute) -> datetime:
    """Thirty entries a second apart from here on, by two actors, about three documents and two vendors."""
    start = datetime.now(UTC) - timedelta(minutes=5)
    for number in range(30):
        append(
            f"user:{number % 3}",
            Event(
                action=("review.opened", "review.decided")[number % 2],
                actor=Actor("person", f"p{number % 2}"),
                data={"number": number},
                facets=(f"document=d{number % 3}", f"counterparty=V{number % 2}"),
            ),
            start + timedelta(seconds=number),
        )
    sealed = seal("run:7", Event(action="run.started", actor=Actor.system("worker")), start, seq=1)
    execute("SELECT audit_write(%s, %s, %s, %s, %s, %s, %s, %s, %s)", "run:7", 1, GENESIS, *sealed)
    return start


def numbers(**wanted) -> list[int]:
    return [line.event.get("data", {}).get("number") for line in search(Search(**wanted)).lines]


def test_without_a_question_the_newest_come_first():
    page = search(Search(), size=4)
    assert [line.event["data"]["number"] for line in page.lines] == [29, 28, 27, 26]


@pytest.mark.parametrize(("wanted", "many"), [({}, 31), ({"action": "review."}, 30)])
def test_pages_follow_one_another_without_gap_or_repetition(wanted, many):
    seen, cursor = [], None
    while True:
        page = search(Search(**wanted), after=cursor, size=7)
        seen += [(line.stream, line.seq) for line in page.lines]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == many


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"actor": "person:p1"}, list(range(29, 0, -2))),
        ({"actor": "p1"}, list(range(29, 0, -2))),
        ({"action": "review.decided"}, list(range(29, 0, -2))),
        ({"action": "review."}, list(range(29, -1, -1))),
        ({"action": "review"}, []),
        ({"facets": (("document", "d2"),)}, list(range(29, 0, -3))),
        ({"facets": (("document", "d2"), ("counterparty", "V1"))}, [29, 23, 17, 11, 5]),
        ({"facets": (("document", "d9"),)}, []),
        ({"stream": "user:0", "actor": "p0"}, [24, 18, 12, 6, 0]),
        ({"since": 27}, [29, 28, 27]),
        ({"until": 2, "action": "review."}, [1, 0]),
        ({"since": 3, "until": 5}, [4, 3]),
        ({"run": "7"}, [None]),
        ({"run": "8"}, []),
    ],
)
def test_a_search_finds_what_it_asks_for(start, wanted, expected):
    times = {name: start + timedelta(seconds=wanted[name]) for name in ("since", "until") if name in wanted}
    assert numbers(**wanted | times) == expected


def test_entries_of_long_ago_are_found(start, tamper):
    tamper("UPDATE audit_entry SET at = at - interval '2 days' WHERE stream = 'user:0'")
    tamper("UPDATE audit_entry SET at = at - interval '2 years' WHERE stream = 'user:1'")
    assert len(search(Search()).lines) == 31
    assert len(search(Search(since=start - timedelta(days=3))).lines) == 21
    assert len(search(Search(until=start - timedelta(days=3))).lines) == 10


@pytest.mark.parametrize("cursor", ["x", "!!", "W10=", "bnVsbA==", "é"])
def test_a_page_that_was_never_offered_is_refused(cursor):
    with pytest.raises(BadCursor):
        search(Search(), after=cursor)


def test_a_stream_is_read_from_its_beginning():
    assert [line.seq for line in stream_of("user:2")] == list(range(1, 11))


def test_the_chain_of_one_stream_has_a_status(tamper):
    assert chain_status("user:2").ok
    tamper("DELETE FROM audit_facet WHERE stream = 'user:2' AND seq = 4")
    assert chain_status("user:2").first_bad.seq == 4
