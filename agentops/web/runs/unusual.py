"""What is unlike itself: misuse of each tool, money of each agent, and what stopped for want of budget or in a loop."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.formatting import words
from agentops.web.request import PersonRequest
from agentops.web.runs.listing import agent_label
from runs import anomalies
from runs.anomalies import Rate

READERS = (Role.OPERATOR, Role.POLICY_ADMIN, Role.AUDITOR)
LATELY = {"1": "Last day", "7": "Last 7 days"}


@dataclass(frozen=True)
class Line:
    """One tool or agent: how often, how much of it lately and before, both in words."""

    name: str
    count: int
    now: str
    before: str
    deviation: str
    unusual: bool
    detail: str


@dataclass(frozen=True)
class Stopped:
    """Runs of one agent that stopped for one reason."""

    agent: str
    why: str
    count: int


@require_safe
@access(*READERS)
def unusual(request: PersonRequest) -> HttpResponse:
    """The rates of the last day, or of the `days` that are asked for, beside the four weeks before."""
    asked = request.GET.get("days", "1")
    days = asked if asked in LATELY else "1"
    tools = [_tool(rate) for rate in anomalies.tools(int(days))]
    money = [_money(rate) for rate in anomalies.spending(int(days))]
    stopped = [Stopped(agent_label(agent), words(why), count) for agent, why, count in anomalies.stopped(int(days))]
    context = {
        "tools": tools, "money": money, "stopped": stopped, "weeks": anomalies.BEFORE.days // 7,
        "many": sum(line.unusual for line in (*tools, *money)),
        "choices": [{"days": name, "label": label, "current": name == days} for name, label in LATELY.items()],
    }  # fmt: skip
    return render(request, "runs/unusual.html", context)


def _tool(rate: Rate) -> Line:
    return _line(rate, rate.name, f"{rate.rate:.1%}", f"{rate.before:.1%}")


def _money(rate: Rate) -> Line:
    return _line(rate, agent_label(rate.name), *(f"{one / 1_000_000:.5f}" for one in (rate.rate, rate.before)))


def _line(rate: Rate, name: str, now: str, before: str) -> Line:
    return Line(name, rate.count, now, before, f"{rate.deviation:g}", rate.unusual, rate.detail)
