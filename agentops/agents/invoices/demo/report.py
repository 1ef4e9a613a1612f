"""What became of the demo's inbox, beside the figures of the guide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agentops.agents.invoices.demo.cases import DemoCase


@dataclass(frozen=True)
class Outcome:
    """What the product made of one file; `disposition` is None while it is still at work."""

    disposition: str | None
    reasons: Sequence[str] = ()
    seconds: float = 0.0
    cost: Decimal = Decimal("0")
    fields_right: int = 0
    fields: int = 0
    stuck: bool = False  # a person must key it in: it could not be read


GUIDE = {
    "automatic": "80 %",
    "escalated": "15 %",
    "failed": "5 %",
    "accuracy": "99.2 %",
    "time": "2 min",
    "cost": "0.15",
}


def share(outcome: Outcome | None) -> str:
    """Which of the guide's three groups an outcome belongs to; `open` while there is none."""
    if outcome is None or outcome.disposition is None:
        return "open"
    if outcome.disposition == "auto":
        return "automatic"
    return "failed" if outcome.stuck or outcome.disposition == "reject" else "escalated"


def as_expected(case: DemoCase, outcome: Outcome | None) -> bool:
    """Did the file end as planned, and was a person told at least one of the right reasons?"""
    if outcome is None or outcome.disposition != case.disposition:
        return False
    return not case.reasons or bool(set(case.reasons) & set(outcome.reasons))


def report(cases: Sequence[DemoCase], outcomes: Mapping[str, Outcome]) -> str:
    """The table and the list of what went otherwise than planned, ready to print."""
    rows = [("", "this demo", "the guide"), *_rows(cases, outcomes)]
    wide = [max(len(row[at]) for row in rows) for at in range(3)]
    table = [f"{name:<{wide[0]}}  {here:>{wide[1]}}  {guide:>{wide[2]}}".rstrip() for name, here, guide in rows]
    surprises = list(_surprises(cases, outcomes))
    right = len(cases) - len(surprises)
    return "\n".join([*table, "", f"{right} of {len(cases)} ended as planned.", *surprises]) + "\n"


def _rows(cases: Sequence[DemoCase], outcomes: Mapping[str, Outcome]) -> list[tuple[str, str, str]]:
    groups = [share(outcomes.get(case.file)) for case in cases]
    ended = [outcome for case in cases if (outcome := outcomes.get(case.file)) and outcome.disposition]
    shares = [
        (name.capitalize(), _share(groups.count(name), len(groups)), GUIDE[name])
        for name in ("automatic", "escalated", "failed")
    ]
    still = [("Still at work", _share(groups.count("open"), len(groups)), "")] if "open" in groups else []
    right, fields = sum(each.fields_right for each in ended), sum(each.fields for each in ended)
    seconds = sum(each.seconds for each in ended) / len(ended) if ended else 0.0
    cost = sum((each.cost for each in ended), Decimal("0")) / len(ended) if ended else Decimal("0")
    return [
        *shares,
        *still,
        (
            "Fields read right",
            f"{100 * right / fields:.1f} %" if fields else "not measured",
            GUIDE["accuracy"],
        ),
        ("Time per invoice", f"{seconds:.1f} s", GUIDE["time"]),
        ("Cost per invoice", f"{cost:.2f}", GUIDE["cost"]),
    ]


def _share(count: int, of: int) -> str:
    return f"{count} = {100 * count / of:.0f} %" if of else "none"


def _surprises(cases: Iterable[DemoCase], outcomes: Mapping[str, Outcome]) -> Iterable[str]:
    for case in cases:
        outcome = outcomes.get(case.file)
        if not as_expected(case, outcome):
            yield f"  {case.file}: {_told(case.disposition, case.reasons)} planned, {_was(outcome)}"


def _was(outcome: Outcome | None) -> str:
    if outcome is None or outcome.disposition is None:
        return "not decided yet"
    return f"{_told(outcome.disposition, outcome.reasons)} found"


def _told(disposition: str, reasons: Sequence[str]) -> str:
    return f"{disposition} ({', '.join(reasons)})" if reasons else disposition
