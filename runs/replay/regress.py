"""Stored runs as a regression suite: each is replayed, and what may vary is let pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import orjson

from runs.agents import UnknownAgent, agents
from runs.models import AgentVersion, Run
from runs.replay.differences import Difference, Matters
from runs.replay.holding import Played
from runs.replay.player import play
from runs.replay.reading import read_tape
from runs.replay.tape import Tape

MAY_VARY = frozenset({Matters.WORLD, Matters.MODEL, Matters.WORDING})
SETTLED = ("completed", "rejected", "failed", "cancelled", "awaiting")


class NoSuchVersion(LookupError):
    """The version is not stored, or this process has other code than it was made of."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a replay may differ in: kinds, and how far confidence may be off."""

    kinds: frozenset[Matters] = MAY_VARY
    confidence: Decimal = Decimal(0)

    def lets_pass(self, one: Difference) -> bool:
        if one.matters is Matters.CONFIDENCE and one.was is not None and one.now is not None:
            return abs(Decimal(str(one.was)) - Decimal(str(one.now))) <= self.confidence
        return one.matters in self.kinds

    def broken(self, played: Played) -> list[Difference]:
        """What may not differ, and does."""
        return [one for one in played.differences if not self.lets_pass(one)]


def stored_runs(*, since: datetime | None, agent: str = "", most: int = 0) -> list[UUID]:
    """The runs that stand still, oldest first."""
    rows = Run.objects.filter(status__in=SETTLED).order_by("created_at", "id")
    rows = rows.filter(created_at__gte=since) if since else rows
    rows = rows.filter(agent=agent) if agent else rows
    ids = rows.values_list("id", flat=True)
    return list(ids[:most] if most else ids)


def played(tapes: Iterable[Tape], *, version: str | None = None) -> Iterator[tuple[Tape, Played]]:
    """Replay them all. A run of an agent that is not here differs in that."""
    for tape in tapes:
        try:
            yield tape, play(tape, version=version)
        except UnknownAgent as error:
            gone = Difference(Matters.OUTCOME, 0, "", "the agent", tape.run["agent"], str(error))
            yield tape, Played(tape.run["number"], differences=[gone])


def version_named(name: str, agent: str, *, of_this_code: bool = True) -> str:
    """The hash of a stored version by its beginning; `current` is the code of this process. Raises `NoSuchVersion`,
    also for a version of other code, unless that is taken as well."""
    here = agents.get(agent)
    if name == "current":
        return here.version
    found = AgentVersion.objects.filter(agent=agent, hash__startswith=name)[:2]
    if len(found) != 1:
        told = "No" if not found else "More than one"
        raise NoSuchVersion(
            f"{told} version of {agent} begins with {name}. Name one by more of its hash, or `current`."
        )
    if of_this_code and found[0].body["code"] != here.code_version:
        raise NoSuchVersion(
            f"Version {found[0].hash[:12]} of {agent} was made of code {found[0].body['code']}; this is code"
            f" {here.code_version}. Replay it where that code is installed."
        )
    return found[0].hash


def read_file(path: Path) -> list[Tape]:
    """Tapes from a file, one JSON value a line. Raises `ValueError`, `TypeError` for another form."""
    return [Tape.from_json(orjson.loads(line)) for line in path.read_bytes().splitlines() if line.strip()]


def write_file(path: Path, run_ids: Iterable[UUID]) -> int:
    """Keep the records of runs in a file; they hold what the runs were about, in the clear."""
    lines = [orjson.dumps(read_tape(run_id).as_json(), option=orjson.OPT_SORT_KEYS) for run_id in run_ids]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return len(lines)
