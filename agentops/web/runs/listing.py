"""The list of runs as a page shows it: tabs with counts, filters, one row per run, paged by number."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.urls import reverse

from agentops.core.models import User
from agentops.web.formatting import words
from agentops.web.runs.search import PERIODS, TABS, Search, found, older
from runs.agents import UnknownAgent, agents
from runs.models import Run

PAGE = 50
COUNTED = 1_000  # counting stops here: a tab says "1,000+" rather than making everybody wait
TONES = {"running": "info", "awaiting": "warn", "completed": "ok", "failed": "bad", "rejected": "bad"}
WAITS = {
    "review": "Awaiting review",
    "model": "Waiting for a model",
    "message": "Waiting for an answer",
    "timer": "Waiting until later",
    "child": "Waiting for another run",
    "hold": "On hold",
}


@dataclass(frozen=True)
class Tab:
    """One status with its number, of this period and agent."""

    label: str
    url: str
    current: bool
    count: str
    tone: str


@dataclass(frozen=True)
class Bar:
    """One stage in the little meter of a row."""

    x: float
    tone: str
    filled: bool


@dataclass(frozen=True)
class Row:
    """One run in the list."""

    number: int
    url: str
    subject: str
    status: str
    tone: str
    live: bool
    hollow: bool
    note: str
    stage: str
    bars: tuple[Bar, ...]
    agent: str
    version: str
    created_at: datetime
    work_seconds: float
    tokens: int
    cost: str


@dataclass(frozen=True)
class Choice:
    """One entry of a filter menu."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Listing:
    """The whole page."""

    search: Search
    tabs: list[Tab]
    rows: list[Row]
    agents: list[Choice]
    periods: list[Choice]
    older_url: str
    may_start: bool
    live: bool


def listing(user: User, search: Search, *, may_start: bool) -> Listing:
    """Read one page of runs and the numbers on the tabs: four queries."""
    fitting = found(user, search)
    wanted = older(fitting.filter(TABS[search.tab][1]), search)
    runs = list(wanted.select_related("given").order_by(search.order)[: PAGE + 1])
    rows = [row_of(run) for run in runs[:PAGE]]
    return Listing(
        search=search,
        tabs=_tabs(fitting, search),
        rows=rows,
        agents=_agent_choices(search),
        periods=[Choice(f"{label}", search.url(started=key), key == search.period) for key, label in PERIODS.items()],
        older_url=search.url(before=rows[-1].number) if len(runs) > PAGE else "",
        may_start=may_start,
        live=any(row.live or row.status == "Queued" for row in rows),
    )


def row_of(run: Run) -> Row:
    """A run as its row shows it."""
    tone = TONES.get(run.status, "none")
    return Row(
        number=run.number,
        url=reverse("runs:detail", args=[run.number]),
        subject=run.given.subject or run.given.goal,
        status=status_words(run),
        tone=tone,
        live=run.status == "running",
        hollow=run.status in ("queued", "cancelled"),
        note=words(run.end_code) if run.end_code not in ("", run.status) and run.status != "completed" else "",
        stage=words(run.stage),
        bars=_bars(run, tone),
        agent=agent_label(run.agent),
        version=run.version_id[:6],
        created_at=run.created_at,
        work_seconds=run.spent_ms / 1000,
        tokens=run.spent_tokens,
        cost=f"{run.spent_cost / 1_000_000:.3f}",
    )


def status_words(run: Run) -> str:
    """`Awaiting review`, `Running`."""
    return WAITS.get(run.awaiting or "", "Waiting") if run.status == "awaiting" else words(run.status)


def agent_label(name: str) -> str:
    """What people call an agent; its name where it is no longer installed."""
    try:
        return agents.get(name).label
    except UnknownAgent:
        return words(name)


def stages_of(agent: str, stage: str) -> list[str]:
    """The stages of an agent in order, along the first move of each; only the present one if it is gone."""
    try:
        table = agents.get(agent).stages
    except UnknownAgent:
        return [stage]
    ordered, here = [table.first], table.first
    listed = list(table.moves)
    while here != table.last:
        onward = [there for there in sorted(table.moves[here], key=listed.index) if there not in ordered]
        if not onward:
            break
        here = onward[0]
        ordered.append(here)
    return ordered if stage in ordered else [*ordered, stage]


def _tabs(fitting: QuerySet[Run], search: Search) -> list[Tab]:
    newest = fitting.order_by(search.order).values("id")[:COUNTED]
    numbers = Run.objects.filter(id__in=newest).aggregate(
        **{f"n_{key}": Count("id", filter=condition) for key, (_, condition) in TABS.items()}
    )
    counts = {key: numbers[f"n_{key}"] for key in TABS}
    capped = counts[""] >= COUNTED
    return [
        Tab(
            label=label,
            url=search.url(status=key),
            current=key == search.tab,
            count=f"{counts[key]:,}" + ("+" if capped else ""),
            tone="bad" if key == "failed" and counts["failed"] else "",
        )
        for key, (label, _) in TABS.items()
        if key in ("", search.tab, "review", "completed", "failed") or counts[key]
    ]


def _agent_choices(search: Search) -> list[Choice]:
    known = [Choice(agent.label, search.url(agent=agent.name), agent.name == search.agent) for agent in agents]
    return [Choice("All agents", search.url(agent=""), not search.agent), *known]


def _bars(run: Run, tone: str) -> tuple[Bar, ...]:
    stages = stages_of(run.agent, run.stage)
    here = stages.index(run.stage)
    width = 72 / len(stages)
    done = run.status == "completed"
    return tuple(
        Bar(round(at * width, 1), "ok" if at < here or done else tone, filled=at <= here or done)
        for at in range(len(stages))
    )
