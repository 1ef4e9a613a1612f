"""Runs that wait for models: so many at once, two calls of a second each, with one process that makes the calls.

    python bench/model_bound.py [--runs N] [--delay SECONDS] [--rounds R] [--workers W] [--json]

Stands on its own PostgreSQL and Redis, as durable as the product's, and asks a Messages server on this machine. The
clock runs from the first run handed over to the last one completed. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.gated.house import APPLICATION, ROOT, House, Line, until
from bench.gated.meters import cpu_seconds, pss_bytes

DATABASE = "thinking"
LIMITS = {
    "AGENTOPS_MODEL_REQUESTS_PER_MINUTE": "1000000",
    "AGENTOPS_MODEL_TOKENS_PER_MINUTE": "1000000000",
    "AGENTOPS_MODEL_DAY_HOUSE": "100000",
    "AGENTOPS_MODEL_DAY_AGENT": "100000",
    "AGENTOPS_MODEL_DAY_DESK": "100000",
    "AGENTOPS_MODEL_DAY_USER": "100000",
    "ANTHROPIC_API_KEY": "local-key",
}


def main() -> int:
    asked = _arguments()
    with House() as house:
        report = measure(house, asked)
    print(json.dumps(report) if asked.json else told(report))
    return 0 if report["all_completed"] else 1


def measure(house: House, asked: argparse.Namespace) -> dict[str, Any]:
    """One warm round, then as many as asked."""
    house.database(DATABASE)
    house.manage(DATABASE, "migrate", "--noinput", "-v0", owner=True)
    house.manage(DATABASE, "grant_rights", "--role", APPLICATION, owner=True)
    provider = _provider(asked.delay)
    environment = {
        **house.environment(DATABASE),
        **LIMITS,
        "AGENTOPS_ANTHROPIC_URL": f"http://127.0.0.1:{provider.stdout.readline().strip()}",  # type: ignore[union-attr]
    }
    models = Line(house, "bench/models_worker.py", environment=environment)
    workers = [Line(house, "bench/worker.py", environment=environment) for _ in range(asked.workers)]
    try:
        os.environ.update(environment)
        requester = prepare()
        one_round(requester, 20)
        rounds = []
        for _ in range(asked.rounds):
            before = cpu_seconds(models.pid), sum(cpu_seconds(worker.pid) for worker in workers)
            seconds, completed = one_round(requester, asked.runs)
            rounds.append(
                {
                    "seconds": seconds,
                    "completed": completed,
                    "models_pss_mb": pss_bytes(models.pid) / 1e6,
                    "worker_pss_mb": max(pss_bytes(worker.pid) for worker in workers) / 1e6,
                    "models_cpu_s": cpu_seconds(models.pid) - before[0],
                    "workers_cpu_s": sum(cpu_seconds(worker.pid) for worker in workers) - before[1],
                }
            )
        return {
            "runs": asked.runs,
            "delay": asked.delay,
            "rounds": rounds,
            "calls": calls_by_status(),
            "all_completed": all(one["completed"] == asked.runs for one in rounds),
        }
    finally:
        for line in (models, *workers):
            line.stop()
        provider.terminate()


def _provider(delay: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.providers.messages", "--delay", str(delay)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def prepare() -> Any:
    """This process becomes the one that hands runs over."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from datetime import UTC, datetime

    from agentops.core.audit.trail import Actor
    from agentops.core.models import User
    from agentops.core.services import create_service
    from tools_registry.facts import Grant
    from tools_registry.kinds import Mode
    from tools_registry.queries import current_policy
    from tools_registry.services.policy import change_policy_by_command
    from tools_registry.services.seeding import ensure_policy

    now = datetime.now(UTC)
    create_service(email="asker@bench.example", name="Asker", by=Actor.system("bench"), now=now)
    ensure_policy()
    grant = Grant("bench_thinking", "bench_think", Mode.AUTO)
    change_policy_by_command(to=current_policy().with_grant(grant), why="a benchmark", now=now)
    return User.objects.get(email="asker@bench.example")


def one_round(requester: Any, count: int) -> tuple[float, int]:
    """Seconds until all of them have ended, and how many completed."""
    from runs.models import Run
    from runs.services import start_run

    began = time.monotonic()
    started = [
        start_run(agent="bench_thinking", requester=requester, goal="Think", given={"text": f"thing {number}"})
        for number in range(count)
    ]
    mine = Run.objects.filter(pk__in=started)

    def all_ended() -> bool:
        return mine.filter(ended_at__isnull=False).count() == count

    until(all_ended, every=0.02, seconds=120)
    return time.monotonic() - began, mine.filter(status="completed").count()


def calls_by_status() -> dict[str, int]:
    """What became of the calls; each answered one was asked once."""
    from django.db.models import Count

    from runs.models import ModelCall

    return dict(ModelCall.objects.values_list("status").annotate(Count("id")))


def told(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [f"{report['runs']} runs at once, two calls of {report['delay']:g} s each"]
    for one in report["rounds"]:
        lines.append("  " + ", ".join(f"{name} {value:.2f}" for name, value in one.items()))
    lines.append(f"calls: {report['calls']}")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
