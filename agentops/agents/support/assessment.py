"""What is proposed, in one sentence, with every check behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from runs.agents import Assessment, Goal, Results
from runs.critic.grounding import carried
from tools_registry.facts import Check, Reason
from tools_registry.kinds import Severity

from . import queries
from .claimed import claimed_deeds
from .classify import plain
from .classify.language import language_of
from .classify.lexicon import ESCALATIONS
from .facts import ReplyAbout
from .grounding import Claim, claims_of, for_customer
from .models import Ticket
from .policy import rules

Args = Mapping[str, Any]
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]+")
_PROMISE = next(concern.pattern for concern in ESCALATIONS if concern.code == "payment")


def assess_note(label: str, args: Args, results: Results) -> Assessment:
    """Our own notes need no check."""
    said = {
        "ticket": "Open the ticket of this run.",
        "triage": "Note what the message is about.",
        "heard": "Take the customer's answer into the thread.",
    }
    return Assessment(sentence=said[label])


def assess_reply(args: Args, note: Args | None, results: Results, goal: Goal) -> Assessment:
    """Check a reply as it is proposed, edits of a person included."""
    ticket = queries.ticket_of(goal.run_id)
    about, body = ReplyAbout.model_validate(args["about"]), str(args["body"])
    name = ticket.customer.name if ticket.customer else ""
    claims = claims_of(
        body, about.sources, language=about.language, name=name, signature=rules().signature, doubted=about.doubted
    )
    noted = (note or {}).get("answered") or {"run": goal.run_id, "number": about.number}
    apart = (str(noted["run"]), noted["number"]) != (str(goal.run_id), about.number)
    checks = (*_checks(args, about, claims, ticket, results, apart=apart), *claimed_deeds(goal.run_id, claims, about))
    return Assessment(
        sentence=f"Send this reply to {name or ticket.reply_to} on ticket T-{ticket.number} and wait for the answer.",
        checks=checks,
        marks=tuple(_marks(results)),
        confidence=_confidence(results, claims, edited=body != (results.get("draft") or {}).get("body")),
        counterparty=party_of(ticket),
        fields=_fields(args, about),
        evidence=tuple(_evidence(about)),
        facets={"ticket": str(ticket.pk)},
        reasoning=str((results.get("draft") or {}).get("how") or ""),
    )


def party_of(ticket: Ticket) -> str:
    """Whom the ticket concerns, as a key."""
    return f"customer:{ticket.customer.number}" if ticket.customer else f"ticket:{ticket.number}"


def why_stuck(results: Results) -> tuple[Reason, ...]:
    """The reasons for which a person must look before anything is proposed."""
    return tuple(_reason(told) for told in (results.get("draft") or {}).get("codes", ()))


def _marks(results: Results) -> Iterator[Reason]:
    """What a person should know; where somebody looked and let it go on, what they looked at as well."""
    draft = results.get("draft") or {}
    for told in (*draft.get("codes", ()), *draft.get("marks", ())):
        yield _reason(told)


def _reason(told: Mapping[str, Any]) -> Reason:
    quoted = f" “{told['words']}”" if told.get("words") else ""
    return Reason(told["code"], f"{told['sentence']}{quoted}", told.get("field"), urgent=bool(told.get("urgent")))


def _confidence(results: Results, claims: list[Claim], *, edited: bool) -> Decimal:
    if edited:  # what a person wrote is carried by what its sentences cite, and by nothing else
        return carried(claims)
    return Decimal(str((results.get("draft") or {}).get("confidence") or "0"))


def _checks(
    args: Args, about: ReplyAbout, claims: list[Claim], ticket: Ticket, results: Results, *, apart: bool
) -> Iterator[Check]:
    yield _recipient(args, about, ticket, results, apart=apart)
    yield _grounded(claims)
    yield _links(str(args["body"]), about)
    promised = _PROMISE.search(plain(for_customer(str(args["body"]))))
    yield _compared(
        "no promise of money", "body", "none", f"“{promised.group()}”" if promised else "none", ok=not promised,
        code="promises_money", told="The reply speaks of a payment. This agent may promise none; read it closely.",
    )  # fmt: skip
    written = language_of(plain(for_customer(str(args["body"])))) or about.language
    yield _compared(
        "language", "body", about.language, written, ok=written == about.language, code="other_language",
        told=f"The customer wrote in another language. The ticket is in {about.language}, the reply in {written}.",
    )  # fmt: skip
    yield _compared(
        "says that an AI drafted it", "body", "said", "said" if about.disclosed else "not said",
        ok=about.disclosed or about.drafted_by == "person" or not rules().disclose, code="not_disclosed",
        told="The reply does not say that an AI drafted it.",
    )  # fmt: skip


def _recipient(args: Args, about: ReplyAbout, ticket: Ticket, results: Results, *, apart: bool) -> Check:
    drafted = (results.get("draft") or {}).get("about")
    ok = bool(args["to"]) and args["to"] == ticket.reply_to and about.ticket == str(ticket.pk)
    ok = ok and not apart and (drafted is None or ReplyAbout.model_validate(drafted) == about)
    return _compared(
        "recipient", "to", expected=ticket.reply_to or "none", found=str(args["to"]), ok=ok, code="wrong_recipient",
        told="Not the ticket's address. A reply goes to the address that the ticket is answered at.", blocks=True,
    )  # fmt: skip


def _grounded(claims: list[Claim]) -> Check:
    loose = [claim for claim in claims if not claim.is_supported]
    first = f" “{loose[0].text[:120]}”" if loose else ""
    return _compared(
        "every fact cites its source", "body", expected=f"{len(claims)} of {len(claims)}",
        found=f"{len(claims) - len(loose)} of {len(claims)}", ok=not loose, code="ungrounded",
        told=f"{len(loose)} sentence{'s' * (len(loose) != 1)} without a source that carries it.{first}",
    )  # fmt: skip


def _links(body: str, about: ReplyAbout) -> Check:
    known = " ".join(source.text for source in about.sources)
    ours = urlsplit(settings.PUBLIC_URL).hostname
    strange = [
        link for link in _LINK.findall(body) if link.rstrip(".,;:") not in known and urlsplit(link).hostname != ours
    ]
    return _compared(
        "links", "body", expected="of the articles only", found=strange[0][:80] if strange else "none else",
        ok=not strange, code="strange_link", told="A link that is in no article. Open it before you send it.",
    )  # fmt: skip


def _compared(
    name: str, field: str, expected: str, found: str, *, ok: bool, code: str, told: str, blocks: bool = False
) -> Check:
    severity = Severity.BLOCKS if blocks else Severity.WARNS
    return Check(name, field, expected, found, ok, severity, code, "" if ok else told)


def _fields(args: Args, about: ReplyAbout) -> tuple[Mapping[str, Any], ...]:
    by = {"kind": "person" if about.drafted_by == "person" else "rule"}
    rows = (("to", "To", "", {"kind": "master"}), ("subject", "Subject", "text", by), ("body", "Reply", "prose", by))
    return tuple(
        {
            "name": name,
            "label": label,
            "kind": kind,
            "value": args[name],
            "shown": args[name],
            "source": source,
            "state": "",
        }
        for name, label, kind, source in rows
    )


def _evidence(about: ReplyAbout) -> Iterator[Mapping[str, Any]]:
    for source in about.sources:
        yield {
            "title": f"[{source.number}] {source.title}",
            "kind": source.kind,
            "ref": source.ref,
            "at": None,
            "score": f"{source.score:.2f}" if source.score is not None else None,
            "excerpt": source.text,
        }
