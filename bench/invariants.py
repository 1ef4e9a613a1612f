"""Reads database, receivers and trail from outside and prints I1 to I12, each with its violations; exit 1 on any.

    python bench/invariants.py [--ledger FILE --receiver NAME=TOOL ...] [--own TOOL=TABLE.REFERENCE[.KEY] ...]
        [--unique TABLE.COLUMN ...] [--answered FILE] [--grace SECONDS] [--canary TEXT ...] [--log FILE ...]
        [--calm-p95 SECONDS] [--json]

Works for any agent; receivers are optional. What could not be looked at is told as "not checked", never as kept.
The database is that of the settings (`DATABASE_URL`).
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.oracles import effects, runs, secrecy, trail, waiting
from bench.oracles.world import INVARIANTS, Own, World

ORACLES: tuple[Callable[[World], None], ...] = (
    *(runs.lost, runs.answered, runs.unbounded),
    *(effects.twice, effects.unsigned),
    *(trail.verified, trail.walk, trail.steps_in_order, trail.nothing_twice),
    waiting.waiting,
    secrecy.secrets_stay_secret,
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    asked = _arguments()
    world = World(
        url=_setting("DATABASE_URL"),
        ledger=asked.ledger,
        receivers=dict(pair.split("=", 1) for pair in asked.receiver),
        own=[_own(text) for text in asked.own],
        unique=asked.unique,
        answered=asked.answered,
        grace=asked.grace,
        canaries=asked.canary,
        logs=asked.log,
        redis_url=_setting("REDIS_URL"),
        calm_p95=asked.calm_p95,
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
        "not_checked": dict(world.not_checked),
        "seen": world.seen,
    }


def told(report: dict[str, Any]) -> str:
    lines = [f"{name:<4}{report['invariants'][name]:>6}  {meaning}" for name, meaning in INVARIANTS.items()]
    lines += [f"      {name}: {sentence}" for name, found in report["found"].items() for sentence in found]
    lines += [f"      {name}: not checked: {what}" for name, all_ in report["not_checked"].items() for what in all_]
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
    parser.add_argument("--canary", action="append", default=[], help="a text that must stand nowhere in clear")
    parser.add_argument("--log", action="append", default=[], type=Path, help="a log file to look through")
    parser.add_argument("--calm-p95", type=float, help="seconds of a run at p95 in a house without faults")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _own(text: str) -> Own:
    tool, place = text.split("=", 1)
    return Own(tool, *place.split("."))


def _setting(name: str) -> str:
    from django.conf import settings

    value: str = getattr(settings, name)
    return value


if __name__ == "__main__":
    sys.exit(main())
