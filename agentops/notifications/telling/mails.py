"""The text of a mail: one thing, or a digest of many. Plain text, with addresses to look at; a link decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from agentops.core.models import User
from agentops.notifications.kinds import Kind
from agentops.notifications.telling.lines import Line, address
from agentops.notifications.telling.quoting import line as one_line

MOST = 50  # things that a digest spells out
SUBJECT = 120  # characters
# A program wrote it, so no program answers.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def mail_about(told: Line, kind: Kind, *, to: User, key: str, absent: str = "") -> EmailMessage:
    """One thing at once. `key` names it: the same mail sent twice has the same `Message-ID`."""
    facts = [*told.facts, *((("Amount", told.amount),) if told.amount else ())]
    parts = [told.headline + ".", ""]
    parts += [f"{word}: {value}" for word, value in facts]
    if told.sentence:
        parts += ["", f"The agent writes: {told.sentence}"]
    if absent:
        parts += ["", f"You get this because you stand in for {one_line(absent, 60)}."]
    parts += ["", *_where(told)]
    return _mail(told.headline, [*parts, *_why([kind])], to, key)


def digest_of(told: Sequence[tuple[Line, Kind]], *, to: User, key: str) -> EmailMessage:
    """Many things at the hour somebody chose; at most `MOST` of them spelled out."""
    if len(told) == 1:
        return mail_about(*told[0], to=to, key=key)
    parts = [f"{len(told)} things since the last digest.", ""]
    for one, _ in told[:MOST]:
        amount = f", {one.amount}" if one.amount else ""
        parts += [f"- {one.headline}{amount}", *([f"  {one.url}"] if one.url else [])]
    if len(told) > MOST:
        parts.append(f"- and {len(told) - MOST} more")
    parts += ["", *_list()]
    return _mail(f"{len(told)} things", [*parts, *_why([kind for _, kind in told])], to, key)


def _mail(subject: str, parts: list[str], to: User, key: str) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "agentops.invalid"
    headers = {**HEADERS, "Message-ID": f"<{key}@{domain}>"}
    return EmailMessage(
        one_line(f"[AgentOps] {subject}", SUBJECT), "\n".join(parts) + "\n", None, [to.email], headers=headers
    )


def _where(told: Line) -> list[str]:
    if not told.url:
        return _list()
    return [f"Look at it: {told.url}", "Opening this address decides nothing. If it is settled, the page says so."]


def _list() -> list[str]:
    page = address("/notifications/")
    return [f"All of them: {page}"] if page else ["Sign in to AgentOps to look at it."]


def _why(reasons: Sequence[Kind]) -> list[str]:
    settings_page = address("/notifications/settings/")
    labels = "; ".join(dict.fromkeys(kind.label for kind in reasons))
    where = f" Change that: {settings_page}" if settings_page else ""
    return ["", "-- ", f"You are told: {labels}.{where}"]
