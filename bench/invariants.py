"""Reads database, receivers and trail from outside and prints I1 to I11, each with its violations; exit 1 on any.

    python bench/invariants.py [--ledger FILE --receiver NAME=TOOL ...] [--own TOOL=TABLE.REFERENCE[.KEY] ...]
        [--unique TABLE.COLUMN ...] [--answered FILE] [--grace SECONDS] [--json]

Works for any agent; receivers are optional. The database is that of the settings (`DATABASE_URL`).
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.oracles import effects, runs, trail, waiting
from bench.oracles.world import INVARIANTS, Own, World

ORACLES: tuple[Callable[[World], None], ...] = (
    *(runs.lost, runs.answered, runs.unbounded),
    *(effects.twice, effects.unsigned),
    *(trail.verified, trail.walk, trail.steps_in_order, trail.nothing_twice),
    waiting.waiting,
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    asked = _arguments()
    world = World(
        url=_url(),
        ledger=asked.ledger,
        receivers=dict(pair.split("=", 1) for pair in asked.receiver),
        own=[_own(text) for text in asked.own],
        unique=asked.unique,
        answered=asked.answered,
        grace=asked.grace,
    )
    for oracle in ORACLES:
        oracle(world)
    report = report_of(world)
    print(json.dumps(report) if asked.json else told(report))
    return 1 if report["violations"] else 0


def report_of(world: World) -> dict[str, Any]:
    return {
        "violations": sum(world.counts.values()),
        "invariants": {name: world.counts.get(name, 0) for name in INVARIANTS},
        "found": {name: found for name, found in world.found.items() if found},
        "seen": world.seen,
    }


def told(report: dict[str, Any]) -> str:
    lines = [f"{name:<4}{report['invariants'][name]:>6}  {meaning}" for name, meaning in INVARIANTS.items()]
    lines += [f"      {name}: {sentence}" for name, found in report["found"].items() for sentence in found]
    lines.append("looked at " + ", ".join(f"{count} {what}" for what, count in report["seen"].items()))
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path, help="the receivers' file")
    parser.add_argument("--receiver", action="append", default=[], metavar="NAME=TOOL")
    parser.add_argument("--own", action="append", default=[], metavar="TOOL=TABLE.REFERENCE[.KEY]")
    parser.add_argument("--unique", action="append", default=[], metavar="TABLE.COLUMN")
    parser.add_argument("--answered", type=Path, help="what was answered to somebody, one JSON a line")
    parser.add_argument("--grace", type=float, default=60.0, help="seconds a due run may wait")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _own(text: str) -> Own:
    tool, place = text.split("=", 1)
    return Own(tool, *place.split("."))


def _url() -> str:
    from django.conf import settings

    url: str = settings.DATABASE_URL
    return url


if __name__ == "__main__":
    sys.exit(main())
