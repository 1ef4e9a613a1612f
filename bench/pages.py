"""How fast the workplace's pages are, with a thousand reviews and with a million, on the product's own web server.

    python bench/pages.py [--folder DIR] [--reviews N] [--small N] [--rounds R] [--only TEXT] [--no-browser] [--json]

DIR keeps the two seeded houses (the first run makes them: a demo, copied and multiplied, some 15 minutes and 15 GB for
a million), so a second run only measures. Each page is asked for by a signed-in person over one connection, one request
at a time; its statements are counted in PostgreSQL's log. See bench/README.md, "Pages".
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.workplace.asking import Found, Person, ask
from bench.workplace.browser import approvals
from bench.workplace.office import Office, copied, hurried, make_demo, opened
from bench.workplace.places import places
from bench.workplace.seeding import seed

PROMISED_MS, PROMISED_QUERIES, PROMISED_BYTES = 50, 12, 80_000
UNMEASURED = "-"


def main() -> None:
    asked = _arguments()
    report: dict[str, Any] = {"load": os.getloadavg(), "pages": {}}
    for size in (asked.small, asked.reviews):
        with opened(_house(asked.folder, size)) as office:
            report["pages"][size] = dict(_pages(office, asked.rounds, asked.only))
            if size == asked.reviews and not asked.no_browser:
                report.setdefault("browser", {})[size] = approvals(office, asked.rounds)
    print(json.dumps(report, default=_plain) if asked.json else told(report, asked.small, asked.reviews))


def _house(folder: Path, reviews: int) -> Path:
    """The seeded house of this size; made if it is not there."""
    house, demo = folder / f"reviews-{reviews}", folder / "demo"
    if not house.exists():
        if not (demo / "demo_accounts.json").exists():
            shutil.rmtree(demo, ignore_errors=True)
            make_demo(demo)
        unseeded = folder / f"unseeded-{reviews}"
        shutil.rmtree(unseeded, ignore_errors=True)
        copied(demo, unseeded)
        with hurried(unseeded) as url:
            seed(url, reviews, say=lambda text: print(text, file=sys.stderr))
        unseeded.rename(house)
    return house


def _pages(office: Office, rounds: int, only: str) -> Iterator[tuple[str, Found | str]]:
    people: dict[str, Person] = {}
    for place in places(office):
        if only not in place.name:
            continue
        if place.who not in people:
            people[place.who] = Person(office, place.who)
        try:
            yield place.name, ask(office, people[place.who], place.path, rounds)
        except RuntimeError as error:
            yield place.name, str(error)[:200]
            people.pop(place.who)


def told(report: dict[str, Any], small: int, large: int) -> str:
    """A table for people: what is promised and missed is marked."""
    lines = [
        f"load average {report['load'][0]:.1f}; milliseconds; * misses a promise: p95 {PROMISED_MS} ms with {large:,} "
        f"and at most twice that with {small:,}, {PROMISED_QUERIES} queries, review page {PROMISED_BYTES // 1000} kB",
        f"| page | p50 | p95 | p95 with {small:,} | ratio | CPU | database | queries | kB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    few, many = report["pages"][small], report["pages"][large]
    lines += [_line(name, found, few.get(name)) for name, found in many.items()]
    for size, found in report.get("browser", {}).items():
        lines.append(
            f"approve to next item painted, {size:,} reviews: p50 {found['p50']:.0f}, p95 {found['p95']:.0f} ms"
        )
    return "\n".join(lines)


def _line(name: str, found: Found | str, before: Found | str | None) -> str:
    if isinstance(found, str):
        return f"| {name} | {found} |"
    was = before.p95 if isinstance(before, Found) else None
    slow = found.p95 > PROMISED_MS or bool(was and found.p95 > 2 * was)
    heavy = name.startswith("review ") and found.size > PROMISED_BYTES
    cells = (
        f"{found.p50:.1f}",
        f"{found.p95:.1f}{'*' * slow}",
        f"{was:.1f}" if was else UNMEASURED,
        f"{found.p95 / was:.1f}" if was else UNMEASURED,
        f"{found.cpu:.1f}",
        f"{found.database:.1f}",
        f"{found.queries}{'*' * (found.queries > PROMISED_QUERIES)}",
        f"{found.size / 1000:.1f}{'*' * heavy}",
    )
    return f"| {name} | {' | '.join(cells)} |"


def _plain(found: Any) -> Any:
    return asdict(found)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    folder = Path("/tmp/agentops-pages")  # noqa: S108 - what it holds is drawn, and nobody's
    parser.add_argument("--folder", type=Path, default=folder, help="keeps the seeded houses (%(default)s)")
    parser.add_argument("--reviews", type=int, default=1_000_000, help="of the large house (%(default)s)")
    parser.add_argument("--small", type=int, default=1_000, help="of the small one (%(default)s)")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for (%(default)s)")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser out")
    parser.add_argument("--json", action="store_true", help="print what was found, statements included")
    return parser.parse_args()


if __name__ == "__main__":
    main()
