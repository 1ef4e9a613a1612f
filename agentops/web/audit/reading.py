"""Events as a page shows them: who, what, in a sentence, and one of them whole."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.urls import reverse
from django.utils import timezone

from agentops.core.audit.models import AuditEntry
from agentops.core.audit.queries import Line, Page, Search, payload_names, search
from agentops.core.models import User
from agentops.web.audit.asked import FIELDS, KINDS, Asked
from agentops.web.formatting import age, moment
from runs.models import Run

COUNTED = 10_000
QUIET = ("business_time", "claimed_by", "position", "subject_length", "sample_probability", "sample_roll")
DIGEST = re.compile(r"[0-9a-f-]{32,}")
BAD = ("failed", "rejected", "refused", "denied", "thrown", "deactivated", "stuck", "loosened")
WARN = ("parked", "proposed", "sent_back", "expired", "withdrawn", "cancelled", "release_asked")


@dataclass(frozen=True)
class Event:
    """One event in the list."""

    stream: str
    seq: int
    at: datetime
    actor: str
    actor_key: str
    by_person: bool
    action: str
    tone: str
    sentence: str
    url: str
    selected: bool


@dataclass(frozen=True)
class Fact:
    """One line of the open event."""

    name: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class Opened:
    """One event whole."""

    stream: str
    seq: int
    action: str
    sentence: str
    facts: list[Fact]
    body: dict[str, Any]
    hash: str
    prev: str
    link: str


@dataclass(frozen=True)
class Chain:
    """The last time somebody verified the trail."""

    tone: str
    icon: str
    sentence: str


def found(asked: Asked, after: str | None) -> Page:
    """The lines that fit; raises `BadCursor`."""
    return Page([], None) if asked.impossible else search(asked.search, after=after)


def events(lines: list[Line], asked: Asked, show: tuple[str, int] | None) -> list[Event]:
    """The lines with the names of their actors and the numbers of their runs: two queries."""
    names = names_of(line.actor for line in lines)
    runs = runs_of(lines)
    return [_event(line, names, runs, asked, show) for line in lines]


def opened(stream: str, seq: int, link: str) -> Opened | None:
    """One event with everything recorded about it, or None."""
    row = AuditEntry.objects.filter(stream=stream, seq=seq).first()
    if row is None:
        return None
    body = dict(orjson.loads(row.body))
    line = Line(row.stream, row.seq, row.at, row.action, row.actor, body, bytes(row.hash).hex())
    return Opened(
        stream=stream,
        seq=seq,
        action=row.action,
        sentence=sentence(line),
        facts=_facts(line),
        body=body,
        hash=_grouped(bytes(row.hash)),
        prev=_grouped(bytes(row.prev)),
        link=link,
    )


def total() -> str:
    """How many events there are, in words; counted up to ten thousand."""
    found = AuditEntry.objects.values("seq")[: COUNTED + 1].count()
    return f"over {COUNTED:,} events" if found > COUNTED else f"{found:,} event{'s' * (found != 1)}"


def chain() -> Chain | None:
    """What the last verification said; None if nobody verified yet."""
    last = next(iter(search(Search(action="audit.verified", stream="config"), size=1).lines), None)
    if last is None:
        return None
    data = last.event.get("data", {})
    ago = age(timezone.now() - last.at)
    when = "just now" if ago == "now" else f"{ago} ago"
    if data.get("ok"):
        return Chain("ok", "shield", f"{data.get('entries', 0):,} events verified {when}")
    return Chain(
        "bad",
        "stop",
        f"Verification {when} found {data.get('bad', 0):,} faults, first {data.get('first', '')}",
    )


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Names of the persons and services among these actors."""
    ids = {actor.partition(":")[2] for actor in actors if actor.startswith(("person:", "service:"))}
    known = User.objects.filter(pk__in=[one for one in ids if _is_uuid(one)]).values_list("kind", "pk", "name", "email")
    return {f"{kind}:{pk}": name or email for kind, pk, name, email in known}


def actor_name(actor: str, names: dict[str, str]) -> str:
    """A person's name, or what the part of the program is called."""
    kind, _, name = actor.partition(":")
    return names.get(actor) or (name.capitalize() if kind == "system" else kind.capitalize())


def runs_of(lines: Iterable[Line]) -> dict[str, int]:
    """The numbers of the runs whose streams these are."""
    ids = {line.stream.partition(":")[2] for line in lines if line.stream.startswith("run:")}
    known = Run.objects.filter(pk__in=[one for one in ids if _is_uuid(one)]).values_list("pk", "number")
    return {f"run:{pk}": number for pk, number in known}


def sentence(line: Line) -> str:
    """What happened, in one line: the action, what it concerned, and the telling parts of its data."""
    event = line.event
    said = line.action.replace(".", " ").replace("_", " ").capitalize()
    parts = [str(event[name]) for name in ("decision", "reason_code") if event.get(name)]
    parts += _steps(event.get("data", {}).get("steps"))
    parts += [f"{name}: {value}" for name, value in _telling(event.get("data", {}))]
    return f"{said} · {', '.join(parts)}" if parts else said


def fields(asked: Asked) -> list[dict[str, str]]:
    """The fields of the search form as typed."""
    return [
        {
            "name": name,
            "label": label,
            "type": kind,
            "hint": hint,
            "value": asked.said[name],
            "error": asked.errors.get(name, ""),
        }
        for name, label, kind, hint in FIELDS
    ]


def kinds(asked: Asked) -> list[dict[str, Any]]:
    """The kinds of events, the chosen one marked."""
    return [{"value": value, "label": label, "chosen": value == asked.said["action"]} for value, label in KINDS]


def _event(
    line: Line, names: dict[str, str], runs: dict[str, int], asked: Asked, show: tuple[str, int] | None
) -> Event:
    kind, _, name = line.actor.partition(":")
    return Event(
        stream=line.stream,
        seq=line.seq,
        at=line.at,
        actor=actor_name(line.actor, names),
        actor_key=name,
        by_person=kind == "person",
        action=line.action,
        tone=_tone(line.action),
        sentence=f"R-{runs[line.stream]} · {sentence(line)}" if line.stream in runs else sentence(line),
        url=asked.url(show=f"{line.stream}/{line.seq}"),
        selected=(line.stream, line.seq) == show,
    )


def _facts(line: Line) -> list[Fact]:
    names = names_of([line.actor])
    facts = [
        Fact("When", moment(timezone.localtime(line.at))),
        Fact("Actor", actor_name(line.actor, names), f"{reverse('audit:list')}?actor={line.actor}"),
    ]
    subject = line.event.get("object")
    if subject:
        facts.append(Fact("Subject", " ".join(str(part) for part in subject.values() if part is not None)))
    run = line.event.get("run") or (line.stream.partition(":")[2] if line.stream.startswith("run:") else None)
    number = Run.objects.filter(pk=run).values_list("number", flat=True).first() if run and _is_uuid(run) else None
    if number:
        facts.append(Fact("Run", f"R-{number}", reverse("runs:detail", args=[number])))
    for facet in line.event.get("facets", []):
        kind, _, value = facet.partition("=")
        facts.append(
            Fact(
                kind.capitalize(),
                value,
                f"{reverse('audit:list')}?{kind}={value}" if kind in ("document", "counterparty") else "",
            )
        )
    for name, readable in payload_names(line.stream, line.seq).items():
        facts.append(Fact(f"Payload {name}", "kept, encrypted" if readable else "erased; its commitment stays"))
    return facts


def _telling(data: dict[str, Any]) -> list[tuple[str, Any]]:
    """The parts a person can read at a glance: no digests, no ids, no times of the machine."""
    plain = {
        name: value
        for name, value in data.items()
        if isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    }
    shown = [(name.replace("_", " "), value) for name, value in plain.items() if name not in QUIET]
    return [(name, value) for name, value in shown if len(str(value)) <= 80 and not DIGEST.fullmatch(str(value))][:4]


def _steps(steps: Any) -> list[str]:
    """`match done` for each step that a checkpoint recorded: `[seq, name, status, digest]`."""
    rows = steps if isinstance(steps, list) else []
    return [f"{row[1]} {row[2]}" for row in rows if isinstance(row, list) and len(row) >= 3]


def _tone(action: str) -> str:
    verb = action.rpartition(".")[2]
    return "bad" if verb in BAD else "warn" if verb in WARN else "none"


def _grouped(octets: bytes) -> str:
    text = octets.hex()
    return f"{text[:4]} {text[4:8]} {text[8:12]} … {text[-4:]}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
