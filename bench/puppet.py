"""The puppet over every record: a model that returns whatever an attacker wants, in both agents and at the gate.

`python bench/puppet.py` runs all of it in quarters, each by the tests of `tests/agents/puppet`, and prints what became
of the attempts; `--part 2/4` runs one. It exits with 1 where anything forbidden happened, or a goal had no attempt.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
ALL = ("1/4", "2/4", "3/4", "4/4")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", action="append", choices=ALL, help="one quarter instead of all four")
    parser.add_argument("--only", default="", help="tests to run, as pytest's -k says it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "report.jsonl"
        kept.touch()
        failed = [part for part in asked.part or ALL if run(part, asked.only, kept)]
        told(summed(kept), failed)
    return 1 if failed else 0


def run(part: str, only: str, kept: Path) -> int:
    """One part; 0 where nothing forbidden happened."""
    env = {**os.environ, "PUPPET_PART": part, "PUPPET_REPORT": str(kept)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "tests/agents/puppet",
        *(["-k", only] if only else []),
    ]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def summed(kept: Path) -> dict[str, dict[str, Counter[str]]]:
    """What each test reported, over all parts."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for line in kept.read_text().splitlines():
        row = json.loads(line)
        name = row.pop("name")
        for what, counts in row.items():
            found.setdefault(name, {}).setdefault(what, Counter()).update(counts)
    return found


def told(found: dict[str, dict[str, Counter[str]]], failed: list[str]) -> None:
    for name, counts in found.items():
        for what, count in counts.items():
            if what == "reached":
                none = sum(not number for number in count.values())
                told = f"{sum(count.values())} attempts at gate or sink, {len(count)} goals, {none} without one here"
                print(f"{name}: {told}")
            else:
                print(f"{name}: {dict(count)}")
    print("forbidden differences: " + (f"see the parts that failed ({', '.join(failed)})" if failed else "none"))


if __name__ == "__main__":
    sys.exit(main())
