"""The permission matrix as a page shows it: tools by impact, agents across, and what waits for an answer."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.formatting import amount, percent, words
from agentops.web.permissions.waiting import (
    CELL_WORDS,
    MODES,
    Stop,
    Waiting,
    changes_of,
    said,
    stops,
    waiting_rows,
)
from runs.agents import Agent, agents
from tools_registry.facts import Grant
from tools_registry.kinds import Impact, Mode
from tools_registry.policy import Policy
from tools_registry.registry import registry
from tools_registry.tool import ToolSpec

IMPACTS = (Impact.MONEY, Impact.ACCESS, Impact.DESTRUCTIVE, Impact.EXTERNAL, Impact.WRITE, Impact.READ)


@dataclass(frozen=True)
class Cell:
    """What one agent may do with one tool."""

    agent: str
    agent_label: str
    tool: str
    headline: str
    tone: str
    icon: str
    lines: tuple[str, ...]
    url: str = ""  # empty where this person may not change it
    changed: bool = False
    waiting: bool = False

    @property
    def id(self) -> str:
        """Stable across swaps."""
        return f"cell-{self.agent}-{self.tool}"

    @property
    def edit_url(self) -> str:
        """Where its editor comes from and goes to."""
        return reverse("permissions:cell", args=[self.agent, self.tool])


@dataclass(frozen=True)
class ToolRow:
    """One tool across all agents."""

    tool: str
    summary: str
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """Tools of one impact."""

    label: str
    rows: list[ToolRow]


@dataclass(frozen=True)
class AgentColumn:
    """One agent."""

    name: str
    label: str
    version: str


@dataclass(frozen=True)
class Matrix:
    """The whole page."""

    agents: list[AgentColumn]
    groups: list[Group]
    pending: list[Waiting]
    stops: list[Stop]
    scopes: list[tuple[str, str]]
    query: str
    may_change: bool
    may_stop: bool
    changes_url: str
    width: int = field(default=1)


def matrix(user: User, policy: Policy, *, query: str = "") -> Matrix:
    """Everything the page shows; three queries beside the policy."""
    shown = [agent for agent in agents if _agent_fits(agent, query)] or list(agents)
    rows = waiting_rows()
    touched = {(change.agent, change.tool) for row in rows for change in changes_of(row)}
    may_change = user.holds(Role.POLICY_ADMIN)
    groups = _groups(policy, shown, query, touched=touched, may_change=may_change)
    return Matrix(
        agents=[AgentColumn(agent.name, agent.label, agent.version[:6]) for agent in shown],
        groups=groups,
        pending=said(rows, user),
        stops=stops(user),
        scopes=_scopes(),
        query=query,
        may_change=may_change,
        may_stop=user.holds(Role.POLICY_ADMIN, Role.OPERATOR),
        changes_url=_changes_url(),
        width=len(shown) + 1,
    )


def cell_of(
    agent: Agent, tool: str, grant: Grant, *, may_change: bool, changed: bool = False, waiting: bool = False
) -> Cell:
    """One cell; denied cells of reading tools look the same as all others."""
    headline, tone, icon = MODES[grant.mode]
    limits = _limit_lines(grant) if grant.mode is not Mode.DENY else ()
    if grant.mode is Mode.AUTO and limits:
        headline, icon = "Auto below limits", "limit"
    url = f"{reverse('permissions:matrix')}?agent={agent.name}&tool={tool}#cell-{agent.name}-{tool}"
    return Cell(
        agent.name,
        agent.label,
        tool,
        headline,
        tone,
        icon,
        limits,
        url if may_change else "",
        changed,
        waiting,
    )


def all_agents() -> list[Agent]:
    """The agents installed here."""
    return list(agents)


def specs() -> list[ToolSpec]:
    """The tools of all agents here, by name."""
    used = {tool for agent in agents for tool in agent.tools}
    return [registry.tools[name] for name in sorted(used) if name in registry.tools]


def _groups(
    policy: Policy, shown: list[Agent], query: str, *, touched: set[tuple[str, str]], may_change: bool
) -> list[Group]:
    groups = []
    by_agent = any(_agent_fits(agent, query) for agent in shown) if query else False
    for impact in IMPACTS:
        rows = [
            _row(spec, policy, shown, touched, may_change)
            for spec in specs()
            if spec.impact is impact and (by_agent or query.lower() in f"{spec.name} {spec.description}".lower())
        ]
        if rows:
            groups.append(Group(words(impact.value), rows))
    return groups


def _row(
    spec: ToolSpec, policy: Policy, shown: list[Agent], touched: set[tuple[str, str]], may_change: bool
) -> ToolRow:
    cells = [
        cell_of(
            agent,
            spec.name,
            policy.grant(agent.name, spec.name),
            may_change=may_change,
            waiting=(agent.name, spec.name) in touched,
        )
        for agent in shown
    ]
    summary = spec.description.split(". ")[0].rstrip(".")
    return ToolRow(spec.name, summary, reverse("permissions:tool", args=[spec.name]), cells)


def _limit_lines(grant: Grant) -> tuple[str, ...]:
    base = settings.BASE_CURRENCY
    said = []
    if grant.item_limit is not None:
        said.append(f"up to {amount(grant.item_limit, base)} {base}")
    for name in ("day_limit_counterparty", "day_limit_order", "day_limit_agent"):
        value = getattr(grant, name)
        if value is not None:
            said.append(f"{amount(value, base)} {base} {CELL_WORDS[name]}")
    if grant.min_confidence is not None:
        said.append(f"confidence {grant.min_confidence.normalize():f}")
    if grant.second_signature_over is not None:
        said.append(f"2nd signature above {amount(grant.second_signature_over, base)} {base}")
    if grant.sampling_rate:
        said.append(f"{percent(grant.sampling_rate)} checked at random")
    return tuple(said)


def _scopes() -> list[tuple[str, str]]:
    everything = [("all", "Everything")]
    named = [(f"agent:{agent.name}", f"Agent: {agent.label}") for agent in agents]
    return everything + named + [(f"tool:{spec.name}", f"Tool: {spec.name}") for spec in specs()]


def _agent_fits(agent: Agent, query: str) -> bool:
    return not query or query.lower() in f"{agent.name} {agent.label}".lower()


def _changes_url() -> str:
    try:
        return f"{reverse('audit:list')}?stream=policy"
    except NoReverseMatch:
        return ""
