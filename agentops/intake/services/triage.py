"""What people do with a mail that fits no way: give it to an agent, or close it with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core import blobs
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from agentops.intake.lifecycle import MAIL, MailStatus
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail
from agentops.intake.trail import record
from reviews.models import Desk
from reviews.queries import desks_of
from runs.agents import agents
from runs.points import durable

HANDLERS = (Role.OPERATOR, Role.REVIEWER, Role.CONTROLLER)


class TriageError(ValueError):
    """A mail cannot be dealt with so; the message is for whoever asked."""


def may_handle(user: User, desk: str) -> bool:
    """Whether somebody may deal with mails of this desk: operators with all, reviewers with those of their desks."""
    held = roles_of(user.pk)
    if not user.is_person or not held & set(HANDLERS):
        return False
    return Role.OPERATOR in held or (bool(desk) and desks_of(user).filter(slug=desk).exists())


def assign(*, mail_id: UUID, agent: str, desk: str, by: User, now: datetime) -> Mail:
    """Give a mail to an agent: every file in it is offered now, small pictures too, or else the mail itself.

    The run is asked for by whoever the mail was received for. What the agent refuses leaves its receipt at the desk.
    Raises `TriageError`.
    """
    if agent not in {one.name for one in agents.taking_mail()}:
        raise TriageError("Choose one of the agents that take mail.")
    if not Desk.objects.filter(slug=desk).exists():
        raise TriageError("Choose one of the desks.")
    with durable("mail.assign"):
        mail = _locked(mail_id, by)
        MAIL.check(mail.status, MailStatus.STORED)
        mail.status, mail.agent, mail.desk, mail.assigned = MailStatus.STORED, agent, desk, True
        mail.code = mail.sentence = ""
        mail.save(update_fields=["status", "agent", "desk", "assigned", "code", "sentence"])
        record("mail.assigned", "mail", mail.pk, by, data={"agent": agent, "desk": desk})
    return work_through(mail, now=now)


def close(*, mail_id: UUID, by: User, why: str) -> None:
    """A person has dealt with the mail otherwise; it stays here. Raises `TriageError`."""
    if len(why.strip()) < 3:
        raise TriageError("Say why; it stays with the mail.")
    with durable("mail.close"):
        mail = _locked(mail_id, by)
        MAIL.check(mail.status, MailStatus.CLOSED)
        mail.status = MailStatus.CLOSED
        mail.save(update_fields=["status"])
        record("mail.closed", "mail", mail.pk, by, reason=mail.code, told={"why": why.strip()[:500]})


def fetch_original(*, mail_id: UUID, by: User) -> bytes:
    """The mail as it came; that `by` fetched it is in the trail. Raises what `blobs.read` raises."""
    mail = Mail.objects.get(pk=mail_id)
    data = blobs.read(mail.document)
    with durable("mail.fetched"):
        record("mail.original_fetched", "mail", mail.pk, by, facets=(f"document={mail.document}",))
    return data


def _locked(mail_id: UUID, by: User) -> Mail:
    mail = Mail.objects.select_for_update().filter(pk=mail_id).first()
    if mail is None or not may_handle(by, mail.desk):
        raise TriageError("This mail is not at a desk of yours.")
    if mail.status != MailStatus.TRIAGE:
        raise TriageError("Somebody has dealt with this mail already.")
    return mail
