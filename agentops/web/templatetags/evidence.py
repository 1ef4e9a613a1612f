"""Where a run came from, for the pages of runs and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from agentops.intake.queries import mail_of, told_of_mail
from agentops.intake.sight import mails_visible_to
from runs.models import Run

register = template.Library()


@dataclass(frozen=True)
class CameByMail:
    """What the mail says of itself (a stranger's words) and its page, where this person may open it."""

    sender: str
    subject: str
    date: str
    url: str


@register.simple_tag(takes_context=True)
def came_by_mail(context: dict[str, Any], run: Run, address: str = "") -> CameByMail | None:
    """None for a run that came otherwise, which costs no query; nor does it where `address` leads to the mail."""
    told = told_of_mail(run)
    if told is None:
        return None
    sender, subject, date = (str(told.get(name) or "") for name in ("from", "subject", "date"))
    if address:
        return CameByMail(sender, subject, date, address)
    found = mail_of(run)
    seen = found is not None and mails_visible_to(context["request"].user).filter(pk=found.pk).exists()
    return CameByMail(sender, subject, date, reverse("intake:mail", args=[found.pk]) if found and seen else "")
