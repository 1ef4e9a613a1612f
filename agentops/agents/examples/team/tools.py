"""What the members of the team do: find figures, write sentences that cite them, and check every sentence by code."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runs.awaiting import StepCall
from runs.critic import grounding
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted
from runs.memory.cutting import cut
from runs.memory.typed import OWN
from tools_registry.kinds import Effect, Impact
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

RULES = (
    "You write short reports. Each sentence states one thing and ends with the number of the finding that says it, as"
    " in [1]. State nothing that no finding says, and repeat figures as they stand."
)


class Sale(BaseModel):
    """One line of the figures to be reported about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: str = Field(max_length=60)
    amount: Decimal


class Figures(ToolInput):
    """The lines to look at."""

    rows: list[Sale] = Field(min_length=1, max_length=5000)


class Finding(BaseModel):
    """One thing that was found, in words of ours, to be cited by its number."""

    model_config = ConfigDict(frozen=True)

    number: int
    title: str
    text: str


class Findings(ToolOutput):
    """What was found."""

    findings: list[Finding]
    count: int
    total: str


class Commission(ToolInput):
    """What to write from, and what was wrong with the text before."""

    findings: list[Finding] = Field(min_length=1)
    wrong: list[str] = Field(default_factory=list, max_length=20)


class Text(ToolOutput):
    """A text whose sentences cite, and who wrote it."""

    text: str
    by: str = Field(json_schema_extra=OWN)


class Proof(ToolInput):
    """A text and what it may cite."""

    text: str = Field(max_length=20_000)
    findings: list[Finding]


class Proofread(ToolOutput):
    """Whether every sentence is carried by what it cites; `loose` are those that are not."""

    ok: bool
    confidence: str
    loose: list[str]


@tool(impact=Impact.READ, effect=Effect.READ, pure=True, examples=[{"rows": [{"region": "North", "amount": "10"}]}])
def analyse(args: Figures, *, call: ToolCall) -> Findings:
    """Add up the lines by region and say what stands out."""
    sums: dict[str, Decimal] = {}
    for row in args.rows:
        sums[row.region] = sums.get(row.region, Decimal(0)) + row.amount
    total = sum(sums.values(), Decimal(0))
    lines = [f"Sales in {region} came to {amount}." for region, amount in sorted(sums.items(), key=lambda one: -one[1])]
    shown = cut(lines, "sales").rows
    said = [f"Sales over all regions came to {total}.", *shown]
    found = [Finding(number=n, title="Sales", text=text) for n, text in enumerate(said, start=1)]
    return Findings(findings=found, count=len(args.rows), total=str(total))


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    examples=[{"findings": [{"number": 1, "title": "Sales", "text": "Sales came to 10."}]}],
)
def write_report(args: Commission, *, call: ToolCall) -> Text:
    """Write a short report in which each sentence cites the finding that says it."""
    step = cast(StepCall, call)
    findings = [finding.model_dump() for finding in args.findings]
    about = [quoted("report.findings", findings), *([quoted("report.wrong", args.wrong)] if args.wrong else [])]
    request = Request(
        role=Role.SYNTHESIS,
        prompt="writer/1",
        system=(Words(text=RULES),),
        messages=(asked("Write the report.", *about),),
        most_tokens=2000,
    )
    answer = step.ask_model(request) if step.may_ask_model(request) else None
    if answer is not None and answer.is_usable and answer.answer.text:
        return Text(text=answer.answer.text, by="model")
    return Text(text="\n".join(f"{one.text} [{one.number}]" for one in args.findings), by="rules")


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[
        {"text": "Sales came to 10. [1]", "findings": [{"number": 1, "title": "Sales", "text": "Sales came to 10."}]}
    ],
)
def proofread(args: Proof, *, call: ToolCall) -> Proofread:
    """Hold each sentence of a text to the finding it cites."""
    claims = grounding.claims_in(args.text, args.findings)
    loose = [claim.text for claim in claims if not claim.is_supported]
    return Proofread(ok=bool(claims) and not loose, confidence=str(grounding.carried(claims)), loose=loose)
