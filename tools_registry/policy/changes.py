"""Which cells differ between two policies, which way each goes, and applying them to a third."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from tools_registry.facts import Json
from tools_registry.kinds import HARD_IMPACTS, Mode
from tools_registry.policy.reading import CELLS, PolicyInvalid
from tools_registry.policy.values import Policy

_STRICTNESS = {Mode.DENY: 0, Mode.REVIEW: 1, Mode.AUTO: 2}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs between two policies; `tool` is empty where the cell is a rule of the agent's."""

    agent: str
    tool: str
    cell: str
    old: str | None
    new: str | None
    loosens: bool

    def as_json(self) -> Json:
        return {name: getattr(self, name) for name in ("agent", "tool", "cell", "old", "new", "loosens")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**data)

    def __str__(self) -> str:
        old, new = ("not set" if value is None else value for value in (self.old, self.new))
        return f"{self.agent}, {self.tool or 'rule'}: {self.cell} from {old} to {new}"


IsHard = Callable[[str], bool | None]


def compare(old: Policy, new: Policy, is_hard: IsHard | None = None) -> tuple[Change, ...]:
    """Every cell that differs, each marked as loosening or tightening.

    `is_hard(tool)` says whether the tool moves money, changes access or destroys (None: nobody knows it).
    Where the direction cannot be known, the change loosens. So does any change of an agent's rule.
    """
    hard = is_hard or known_to_be_hard
    changes: list[Change] = []
    for agent, tool in sorted({(grant.agent, grant.tool) for grant in (*old.all_grants(), *new.all_grants())}):
        before, after = old.grant(agent, tool), new.grant(agent, tool)
        for cell in CELLS:
            was, becomes = _text(getattr(before, cell)), _text(getattr(after, cell))
            if was != becomes:
                loosens = _loosens(cell, getattr(before, cell), getattr(after, cell), hard(tool))
                changes.append(Change(agent, tool, cell, was, becomes, loosens))
    return (*changes, *_changed_rules(old, new))


def apply(changes: Iterable[Change], to: Policy) -> Policy:
    """The policy with these cells changed; raises `PolicyInvalid` where a cell has moved since."""
    policy = to
    rules = {agent: dict(named) for agent, named in to.rules.items()}
    for change in changes:
        if not change.tool:
            _check_unmoved(change, rules.get(change.agent, {}).get(change.cell))
            _set_rule(rules, change)
            continue
        grant = policy.grant(change.agent, change.tool)
        _check_unmoved(change, _text(getattr(grant, change.cell)))
        policy = policy.with_grant(replace(grant, **{change.cell: _read_cell(change.cell, change.new)}))
    return Policy.of(policy.all_grants(), rules)


def known_to_be_hard(tool: str) -> bool | None:
    """Whether the tool moves money, changes access or destroys; None for a tool nobody declares."""
    from tools_registry.registry import registry

    spec = registry.tools.get(tool)
    return None if spec is None else spec.impact in HARD_IMPACTS


def _loosens(cell: str, old: Any, new: Any, hard: bool | None) -> bool:
    if cell == "mode":
        return _STRICTNESS[new] > _STRICTNESS[old]
    if cell == "sampling_rate":
        return bool(new < old)
    if cell == "item_limit" and (old is None or new is None):
        # Unset forbids for a hard tool and permits for any other; of an unknown tool we cannot say.
        return True if hard is None else (new is not None) == hard
    if cell == "min_confidence":
        return new is None or (old is not None and new < old)
    return new is None or (old is not None and new > old)


def _changed_rules(old: Policy, new: Policy) -> Iterable[Change]:
    places = {(agent, name) for rules in (old.rules, new.rules) for agent in rules for name in rules[agent]}
    for agent, name in sorted(places):
        was, becomes = old.rules.get(agent, {}).get(name), new.rules.get(agent, {}).get(name)
        if was != becomes:
            yield Change(agent, "", name, was, becomes, loosens=True)


def _check_unmoved(change: Change, now: str | None) -> None:
    if now != change.old:
        raise PolicyInvalid(f"{change}: it has become {now if now is not None else '-'} in the meantime")


def _set_rule(rules: dict[str, dict[str, str]], change: Change) -> None:
    named = rules.setdefault(change.agent, {})
    if change.new is None:
        named.pop(change.cell, None)
    else:
        named[change.cell] = change.new
    if not named:
        del rules[change.agent]


def _text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 10000 and 10000.00 are one limit, not a change
    return None if value is None else str(value)


def _read_cell(cell: str, text: str | None) -> Any:
    if text is None:
        return None
    return Mode(text) if cell == "mode" else Decimal(text)
