"""Saying no, not yet, or not me: reject, send back, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.codes import SEND_BACKS, rejections_for
from reviews.lifecycle import ReviewKind, ReviewStatus, Verdict
from reviews.models import Decision, Desk
from reviews.queries.away import who_does_it
from reviews.queries.desks import people_at
from reviews.services.case import Case, check_kind, check_open, check_seen, lock_case, same_or_refuse
from reviews.services.following import refused_by_the_run
from reviews.services.recording import record_decision
from reviews.services.refusals import RunRefused, WordsNeeded
from reviews.services.snoozing import end_snooze
from reviews.standing import MayNotSign, check_may_decide, check_not_requester, standings
from runs import steering
from runs.agents import Instruction
from runs.points import durable

ABOUT_THE_RUN = (ReviewKind.APPROVAL, ReviewKind.STUCK, ReviewKind.CLARIFICATION)


@durable("review.reject")
def reject(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    code: str,
    now: datetime,
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """The final no: proposal and run end `rejected`.

    Raises `ReviewClosed`, `ProposalChanged`, `MayNotSign`, `WordsNeeded`, `RunRefused`, `RequestKeyReused`.
    """
    case = _open_case(review_id, signer, seen, request_key)
    if case.said:
        return same_or_refuse(case.said, {Verdict.REJECT})
    check_kind(case.review, *ABOUT_THE_RUN)
    check_not_requester(signer.id, case.asked_by)
    check_code(code, rejections_for(case.review.kind), words)

    decision = record_decision(
        case,
        Verdict.REJECT,
        now=now,
        code=code,
        said={"words": words},
        watched=watched,
        request_key=request_key,
    )
    case.review.move_to(ReviewStatus.DECIDED, at=now)
    with refused_by_the_run():
        steering.end_rejected(case.run, code=code, proposal=case.proposal, now=now, by=signer)
    return decision


@durable("review.send_back")
def send_back(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    now: datetime,
    words: str,
    code: str = "other",
    fields: Mapping[str, str] | None = None,
    places: Mapping[str, Mapping[str, Any]] | None = None,
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Have the planner make another proposal, with the reviewer's code, words and comments by field.

    `places` say where on the page a value was taken from: `{"page", "box"}` by field, in fractions of the page.

    Raises as `reject` does; `RunRefused` when the rounds are used up or an effect is unsettled.
    """
    case = _open_case(review_id, signer, seen, request_key)
    if case.said:
        return same_or_refuse(case.said, {Verdict.SEND_BACK})
    check_kind(case.review, ReviewKind.APPROVAL, ReviewKind.STUCK)
    check_way(case, "send_back")
    check_not_requester(signer.id, case.asked_by)
    told = {name: text for name, text in (fields or {}).items() if text.strip()}
    check_code(code, SEND_BACKS, words or " ".join(told.values()))

    decision = record_decision(
        case,
        Verdict.SEND_BACK,
        now=now,
        code=code,
        said={"words": words, "fields": told},
        watched=watched,
        request_key=request_key,
    )
    case.review.move_to(ReviewStatus.DECIDED, at=now)
    instruction = Instruction(code=code, words=words, fields=told, by=signer.id, places=dict(places or {}))
    with refused_by_the_run():
        steering.send_back(case.run, case.proposal, instruction=instruction, now=now)
    return decision


@durable("review.hand_over")
def hand_over(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    now: datetime,
    to_person: User | None = None,
    to_desk: Desk | None = None,
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Give the review to a person who may decide it, or to another desk; the due time and signatures stay.

    Raises `ReviewClosed`, `ProposalChanged`, `MayNotSign` (about either of the two), `RequestKeyReused`.
    """
    if (to_person is None) == (to_desk is None):
        raise WordsNeeded("Say to whom: a person or a desk.")
    case = _open_case(review_id, signer, seen, request_key)
    if case.said:
        return same_or_refuse(case.said, {Verdict.HAND_OVER})
    if to_person:
        to_person = who_does_it(to_person, case.who.at)  # somebody who is away has left a stand-in
        check_may_decide(standings([to_person.id], case.desk.id).get(to_person.id), desk=case.desk.name)
        if to_person.id in case.asked_by:
            raise MayNotSign(
                "own_run", f"{to_person.name} asked for this run, or sent its file, and may not decide it."
            )
    if to_desk and to_desk.id == case.desk.id:
        raise WordsNeeded(f"It is at the desk {to_desk.name} already.")
    if to_desk and not people_at(to_desk):
        raise WordsNeeded(f"Nobody decides at the desk {to_desk.name}. Choose another.")

    to = {"to": str(to_person.id if to_person else to_desk.id if to_desk else "")}
    decision = record_decision(
        case,
        Verdict.HAND_OVER,
        now=now,
        said={"words": words},
        watched=watched,
        request_key=request_key,
        data=to,
    )
    review = case.review
    review.claimed_by = review.claimed_until = None
    review.assigned_to = to_person
    review.desk = to_desk or case.desk
    review.save(update_fields=["claimed_by", "claimed_until", "assigned_to", "desk"])
    if review.snoozed_until is not None:
        end_snooze(review)
    return decision


def check_code(code: str, codes: Mapping[str, str], words: str) -> None:
    """Raises `WordsNeeded` for a code that is none, or `other` without a word."""
    if code not in codes:
        raise WordsNeeded("Choose a reason.")
    if code == "other" and not words.strip():
        raise WordsNeeded("Say in a few words why.")


def check_way(case: Case, way: str) -> None:
    """Raises `RunRefused` if this is no way out of what the run is stuck in."""
    ways = case.review.context.get("ways")
    if case.review.kind == ReviewKind.STUCK and ways and way not in ways:
        raise RunRefused("This is no way out of what the run is stuck in.")


def _open_case(review_id: UUID, signer: User, seen: str, request_key: str | None) -> Case:
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said is None:
        check_open(case.review)
        check_seen(case.review, seen)
    return case
