"""One review as its page shows it: everything read once, nothing decided here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from agentops.core.hashing import digest, plain
from agentops.core.models import User
from agentops.web.formatting import age, words
from agentops.web.panels import beside_of, styles_of, template_of
from agentops.web.reviews import look
from agentops.web.reviews.correcting import as_input
from agentops.web.reviews.editing import Argument, arguments_of
from agentops.web.reviews.history import Line, history_of
from agentops.web.reviews.paper import Paper, paper_of
from agentops.web.reviews.sentence import Part as Piece
from agentops.web.reviews.sentence import parts, waiting
from agentops.web.reviews.sureness import Sureness, threshold_of
from reviews import queries
from reviews.changes import Change, changes, checks_of
from reviews.codes import SEND_BACKS, rejections_for
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from reviews.services.refusals import ENDING, became, last_word, what_became_of
from runs.agents import Agent, UnknownAgent, agents
from runs.models import Action

# A failed check in one word, where there is a better one than "look".
VERDICTS: Mapping[str, str] = {
    "price_variance": "Over",
    "quantity_variance": "Over",
    "over_invoiced": "Over",
    "total_variance": "Off",
    "not_received": "Short",
    "po_line_mismatch": "Extra",
    "tax_mismatch": "Off",
    "duplicate": "Twin",
    "possible_duplicate": "Twin",
}


@dataclass
class Card:
    """What the templates in `reviews/` take."""

    review: Review
    part: queries.Part
    agent_label: str
    actions: list[Action]
    reasons: list[look.Shown]
    failed: list[dict[str, Any]]
    passed: list[dict[str, Any]]
    arguments: list[Argument]
    fields: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    paper: Paper | None
    subject: dict[str, Any]
    panel: str
    beside: str
    styles: str
    since: tuple[Change, ...]
    seen_before: bool
    likeness: queries.Likeness | None
    now: datetime
    draft: Mapping[str, Any] | None
    became: str
    holder: User | None
    previous: UUID | None = None
    following: UUID | None = None
    screen: str = ""
    sentence: list[Piece] = field(default_factory=list)
    sure: Sureness | None = None
    history: list[Line] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Tells whether a page that was fetched ahead is still as it would be now."""
        return str(self.review.mark)  # type: ignore[attr-defined]  # looked_at

    @property
    def is_blind(self) -> bool:
        """A sample shows neither verdict nor confidence nor check results before the answer."""
        return self.review.kind == ReviewKind.SAMPLE and self.review.is_open

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [check for check in self.failed if check.get("severity") == "blocks"]

    @property
    def warned(self) -> int:
        """How many checks a person should look at before signing."""
        return len(self.failed) - len(self.blocks)

    @property
    def is_blocked(self) -> bool:
        proposal = self.review.proposal
        return bool(proposal and self.review.kind == ReviewKind.APPROVAL and proposal.blocked)

    @property
    def is_second(self) -> bool:
        return bool(self.part.signed) and not self.part.signed_by_me

    @property
    def may_edit(self) -> bool:
        return self.part.may_decide and not self.part.own_run and not self.is_blocked and self.review.is_open

    @property
    def correctable(self) -> list[dict[str, Any]]:
        """The values a person can name when sending back: the proposal's, or what was read where none was made."""
        rows = self.fields or (self.paper.values if self.paper else list(self.subject.get("fields") or ()))
        needed = {reason.field for reason in self.reasons} if self.review.kind == ReviewKind.STUCK else set()
        kept = [as_input(row) for row in rows if (row.get("source") or {}).get("kind") != "master"]
        # What is missing comes first, the rest in the order of the page.
        return sorted(({**row, "needed": row["name"] in needed} for row in kept), key=lambda row: not row["needed"])

    @property
    def has_values(self) -> bool:
        """Whether anything was read that fits on a line; texts have rooms of their own."""
        return any(row.get("kind") != "prose" for row in self.correctable)

    @property
    def nothing_read(self) -> bool:
        """Whether each value that a line has room for is missing."""
        values = [row for row in self.correctable if row.get("kind") != "prose"]
        return bool(values) and not any(row.get("value") for row in values)

    @property
    def heeded_first(self) -> list[str]:
        """What is marked red and does not block: approving asks for one deliberate step more."""
        is_weighed = self.review.kind == ReviewKind.APPROVAL and not self.is_blocked
        return [reason.title for reason in self.reasons if reason.tone == look.BAD] if is_weighed else []

    @property
    def may_correct(self) -> bool:
        """A stuck run can be sent back with values that a person fills in."""
        mine = self.part.may_decide and not self.part.own_run and self.review.is_open
        return mine and "send_back" in self.ways and bool(self.correctable)

    @property
    def may_take_over(self) -> bool:
        """May this person do a step in the run's place?"""
        mine = self.part.may_decide and not self.part.own_run and self.review.is_open
        return mine and self.review.kind == ReviewKind.STUCK and "send_back" in self.ways

    @property
    def similar(self) -> str:
        """What the queue is asked for to find more of this: the same party, here for the same main reason."""
        review = self.review
        wanted = {"view": "desks", "party": review.counterparty} if review.counterparty else {"agent": review.agent}
        main = next((reason.code for reason in self.reasons if reason.code in review.codes), "")
        return urlencode(wanted | ({"reason": main} if main else {}))

    @property
    def more_ways(self) -> list[dict[str, str]]:
        """What the agent's own pages offer, while it is open and this person may decide."""
        may = self.review.is_open and self.part.may_decide and not self.is_blind
        return list(self.subject.get("ways") or ()) if may else []

    @property
    def blocking_codes(self) -> set[str]:
        """What is told in full under the sentence already."""
        return {str(check.get("code")) for check in self.blocks} if self.review.is_open else set()

    @property
    def blocking(self) -> str:
        """What stands against approving, after "while"."""
        first = self.blocks[0]["title"] if self.blocks else ""
        many = f" and {len(self.blocks) - 1} more" if len(self.blocks) > 1 else ""
        return f"this blocks: {first}{many}" if first else "a check blocks"

    @property
    def steps(self) -> list[str]:
        """What the actions do, in words."""
        return [words(action.tool).lower() for action in self.actions]

    @property
    def ways(self) -> list[str]:
        """The ways out of what a run is stuck in."""
        return list(self.review.context.get("ways") or ["retry", "reject"])

    @property
    def rejections(self) -> Mapping[str, str]:
        return rejections_for(self.review.kind)

    @property
    def send_backs(self) -> Mapping[str, str]:
        return SEND_BACKS

    @property
    def retry_first(self) -> bool:
        """Something could not be reached: trying again is the likeliest way out; else what was read is mended."""
        return not self.correctable or self.review.has_failed_call  # type: ignore[attr-defined]  # looked_at

    @property
    def impacts(self) -> list[str]:
        """The weightiest first; writing our own records beside a payment is no news."""
        found = sorted({action.impact for action in self.actions})
        return [impact for impact in found if impact != "write"] or found

    @property
    def payee(self) -> Argument | None:
        """The account that money goes to, whole."""
        return next((argument for argument in self.arguments if argument.is_account and argument.places), None)

    @property
    def minutes_held(self) -> int:
        """How long the claim still holds."""
        until = self.review.claimed_until
        return max(1, round((until - self.now).total_seconds() / 60)) if until and until > self.now else 0

    @property
    def due(self) -> tuple[str, str]:
        """`in 38 m` or `12 m late`, with its tone."""
        left = self.review.due_at - self.now
        if left.total_seconds() <= 0:
            return f"{age(left)} late", "bad"
        return f"in {age(left)}", "warn" if left.total_seconds() < 7200 else ""


def card_of(review: Review, user: User, now: datetime) -> Card:
    """Everything the page of one review shows at once to this person; the review was `looked_at`."""
    agent = _agent(review.agent)
    proposal = review.proposal
    blind = review.kind == ReviewKind.SAMPLE and review.is_open
    body: Mapping[str, Any] = (proposal.body or {}) if proposal else {}
    checks = [] if blind or proposal is None else checks_of(proposal)
    subject = agent.subject(review.run_id) if agent else {}
    fields = [_blinded(row) if blind else dict(row) for row in body.get("fields", ())]
    actions = queries.actions_of(review)
    previous, following = queries.neighbours(user, review, queries.remembered_desks(user), now)
    earlier = None if blind else queries.earlier_of(review)
    said = queries.said_about(review)
    is_claimed = review.claimed_until and review.claimed_until > now
    card = Card(
        review=review,
        part=queries.my_part(review, user, said, now),
        agent_label=agent.label if agent else review.agent,
        actions=actions,
        reasons=[] if blind else _reasons(review),
        failed=sorted((_shown(c) for c in checks if not c["passed"]), key=lambda c: c["tone"]),
        passed=[_shown(c) for c in checks if c["passed"]],
        arguments=arguments_of(actions, fields),
        fields=fields,
        evidence=[dict(row) for row in body.get("evidence", ())],
        paper=paper_of(subject, fields),
        subject=subject,
        panel=template_of(review.agent),
        beside=beside_of(review.agent),
        styles=styles_of(review.agent),
        since=changes(earlier, proposal) if earlier and proposal else (),
        seen_before=earlier is not None,
        likeness=None if blind else queries.likeness(review),
        now=now,
        draft=review.draft,  # type: ignore[attr-defined]  # looked_at
        became="" if review.is_open else _became(review, said),
        holder=review.claimed_by if is_claimed else review.assigned_to,
        previous=previous,
        following=following,
        screen=digest(plain([review.digest, review.reasons, checks, fields, body.get("evidence", [])])),
    )
    card.sentence = _sentence(card)
    card.history = [] if blind else history_of(review, said, card.arguments)
    if proposal and proposal.confidence is not None and not blind:
        card.sure = Sureness(proposal.confidence, threshold_of(review))
    return card


def _became(review: Review, said: list[queries.Said]) -> str:
    if review.kind == ReviewKind.SAMPLE:  # what was said on a blind check stands beside no other review of the run
        return what_became_of(review, last_word(review))
    here = [one for one in said if one.review_id == review.id and one.verdict in ENDING]
    return became(review, (here[-1].verdict, here[-1].name, here[-1].at) if here else None)


def _sentence(card: Card) -> list[Piece]:
    headline = card.subject.get("headline")
    if card.review.kind == ReviewKind.STUCK and card.paper and card.nothing_read:
        return waiting({}, "nothing could be read in it")
    if card.review.kind == ReviewKind.STUCK and headline and card.review.reasons:
        return waiting(headline, look.reason(card.review.reasons[0]).title)  # the first is what it is stuck in
    return parts(card.review.title, card.arguments, blind=card.is_blind)


def _agent(name: str) -> Agent | None:
    try:
        return agents.get(name)
    except UnknownAgent:
        return None


def _shown(check: Mapping[str, Any]) -> dict[str, Any]:
    title, detail = look.parted(str(check.get("code", "")), str(check.get("sentence") or ""))
    check = {**check, "title": title, "detail": detail}
    if check["passed"]:
        return {**check, "tone": "ok", "icon": "ok", "verdict": "Passed"}
    verdict = VERDICTS.get(str(check.get("code")), "Look")
    if check["severity"] == "blocks":
        return {**check, "tone": "bad", "icon": "stop", "verdict": "Blocks"}
    return {**check, "tone": "warn", "icon": "warn", "verdict": verdict}


def _blinded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: row[key]
        for key in ("name", "label", "value", "shown", "kind", "currency", "feeds", "source")
        if key in row
    }


def _reasons(review: Review) -> list[look.Shown]:
    told = review.reasons or (review.proposal.reasons if review.proposal else [])
    proposal = review.proposal
    amount, currency = (proposal.amount, proposal.currency) if proposal else (None, "")
    return sorted((look.reason(item, amount, currency) for item in told), key=_worst_first)


def _worst_first(reason: look.Shown) -> int:
    return {"bad": 0, "warn": 1}.get(reason.tone, 2)
