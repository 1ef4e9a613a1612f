"""The verifier: walks every stream from its first entry to its head and names whatever does not fit.

It reads entries, heads, facets and payloads side by side, each sorted by stream, in one snapshot: its memory
does not grow with the trail.
"""

import hmac
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from django.conf import settings

from agentops.core.audit import walk
from agentops.core.audit.heads import Head, all_heads, register_heads
from agentops.core.audit.payloads import PayloadDamaged, decrypt, unwrap_key
from agentops.core.audit.rows import all_rows, register_rows
from agentops.core.audit.trail import GENESIS, entry_hash
from agentops.core.audit.walk import Entry, SideBySide, one_snapshot, with_heads
from agentops.core.hashing import canonical_json

__all__ = ["Problem", "Report", "entry_hash", "register_heads", "register_rows", "verify"]

_MOST_PROBLEMS: Final = 100


class Problem(NamedTuple):
    """One thing that does not fit, where, and what it means."""

    stream: str
    seq: int
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.stream} {self.seq}: {self.sentence} ({self.code})"


@dataclass
class Report:
    """What the verifier walked over and found; `problems` holds the first hundred, by stream and place."""

    entries: int = 0
    streams: int = 0
    payloads: int = 0
    rows: int = 0
    erased: int = 0
    unbound: int = 0  # entries whose place is in the chain but not under the MAC
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.bad

    @property
    def first_bad(self) -> Problem | None:
        """The first thing that does not fit."""
        return self.problems[0] if self.problems else None

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it if it is among the first."""
        self.bad += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)


def verify(streams: Collection[str] | None = None, *, rows: bool = False) -> Report:
    """Check chains, places, spelling, MACs, heads, facets and payloads; of all streams, or of these.

    With `rows` also what entries vouch for by a digest: the steps and calls of runs.
    """
    report = Report()
    with one_snapshot():
        facets = SideBySide(walk.facets(streams))
        payloads = SideBySide(walk.payloads(streams))
        heads = walk.wanted_heads(all_heads(), streams)
        for stream, head, entries in with_heads(walk.entries(streams), heads):
            _check_stream(stream, head, entries, facets, payloads, report)
        for row in (*facets.rest(), *payloads.rest()):
            report.add(Problem(row[0], row[1], "orphan", "something belongs to an entry that does not exist"))
        for stream, seq, sentence in all_rows(streams) if rows else ():
            report.rows += 1
            if sentence:
                report.add(Problem(stream, seq, "row", sentence))
    return report


def _check_stream(
    stream: str,
    head: Head | None,
    entries: Iterable[Entry],
    facets: SideBySide,
    payloads: SideBySide,
    report: Report,
) -> None:
    seq, last = 0, GENESIS
    report.streams += 1
    for entry in entries:
        report.entries += 1
        for code, sentence in _faults(entry, seq, last, facets, payloads, report):
            report.add(Problem(stream, entry.seq, code, sentence))
        # Go on from what is stored: one bad entry is one problem, not one for every entry after it.
        seq, last = entry.seq, entry.hash
    if head is None:
        report.add(Problem(stream, seq, "no_head", "the stream has entries, but nothing says where it ends"))
    elif head.seq > seq:
        report.add(Problem(stream, seq + 1, "cut", f"the stream ends here, but its head says {head.seq}"))
    elif head.seq < seq:
        report.add(Problem(stream, head.seq + 1, "beyond_head", f"it is beyond the head, {head.seq}"))
    elif head.hash != last:
        report.add(Problem(stream, seq, "head", "the last entry is not the one the head names"))


def _faults(
    entry: Entry, seq: int, last: bytes, facets: SideBySide, payloads: SideBySide, report: Report
) -> Iterator[tuple[str, str]]:
    if entry.seq != seq + 1:
        yield "gap", f"{entry.seq - seq - 1} entries before this one are missing"
    if entry.prev != last:
        yield "chain", "the entry does not follow from the one before it"
    if entry_hash(entry.stream, entry.seq, entry.prev, entry.body, entry.mac) != entry.hash:
        yield "hash", "the entry is not what its hash says"
    if not _is_authentic(entry):
        yield "mac", "the entry was not written by this program, or was changed after it"
    body = _canonical(entry.body)
    tags = facets.take(entry.stream, entry.seq)
    sealed = payloads.take(entry.stream, entry.seq)
    if body is None:
        yield "body", "the entry is not in canonical spelling"
        return
    report.unbound += "_seq" not in body
    if body.get("_seq", entry.seq) != entry.seq:
        yield "place", f"the entry was written for place {body['_seq']}"
    if not _columns_fit(entry, body):
        yield "columns", "time, action or actor of the row are not those of the entry"
    if sorted(f"{kind}={value}" for _, _, kind, value in tags) != _facets_said(body):
        yield "facets", "the entry is filed under something it does not say, or not under what it says"
    for fault in _payload_faults(sealed, body, report):
        yield "payload", fault


def _payload_faults(sealed: list[tuple[Any, ...]], body: dict[str, Any], report: Report) -> Iterator[str]:
    commits = body.get("commit")
    for stream, _, name, ciphertext, key_id, wrapped in sealed:
        report.payloads += 1
        promised = commits.get(name) if isinstance(commits, dict) else None
        if wrapped is None:
            report.erased += 1
            if promised is None:
                yield f"the entry commits to no payload {name}"
            continue
        try:
            found = decrypt(unwrap_key(key_id, bytes(wrapped)), stream, name, bytes(ciphertext)).hex
        except PayloadDamaged as error:
            yield str(error)
            continue
        if found != promised:
            yield f"the payload {name} is not the one the entry commits to"


def _is_authentic(entry: Entry) -> bool:
    message = entry.stream.encode() + b"\n" + entry.body.encode()
    return hmac.compare_digest(hmac.digest(settings.AUDIT_MAC_KEY, message, "sha256"), entry.mac)


def _canonical(body: str) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body)
        return value if isinstance(value, dict) and canonical_json(value) == body.encode() else None
    except (ValueError, TypeError):
        return None


def _columns_fit(entry: Entry, body: dict[str, Any]) -> bool:
    actor = body.get("actor")
    said = f"{actor.get('type')}:{actor.get('id')}" if isinstance(actor, dict) else None
    return (body.get("at"), body.get("action"), said) == (entry.at, entry.action, entry.actor)


def _facets_said(body: dict[str, Any]) -> list[str]:
    # A forged body may say anything in any shape, and must not stop the verifier.
    said = body.get("facets", [])
    return sorted({str(facet) for facet in said}) if isinstance(said, list) else ["?"]
