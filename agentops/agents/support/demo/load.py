"""Loads the demo's support desk through the product's own doors, and says what became of its tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.utils import timezone

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.services import create_service
from runs.agents import Found
from runs.services import start_run

from ..loading import put_articles, put_customers, verify_only
from ..models import Message
from ..policy import AGENT
from .articles import articles
from .customers import customers
from .tickets import CASES, Case

SHOP = "web-shop@agentops.invalid"  # the service user whose program sends the tickets


def load_demo(folder: Path, day: date) -> list[Path]:
    """Customers, articles and grants, then the tickets; no files. Done again it starts nothing twice."""
    now = timezone.now()
    put_customers(customers(day), now=now)
    put_articles(articles(), now=now)
    verify_only(now=now)
    shop = User.objects.filter(email=SHOP).first() or create_service(
        email=SHOP, name="Web shop", by=Actor.system("demo"), now=now
    )
    for case in CASES:
        _ask(case, shop)
    return []


def report_demo(folder: Path, found: Mapping[str, Found]) -> str:
    """How many went as planned, and each that did not."""
    surprises = [told for case in CASES if (told := _surprise(case, found.get(case.title)))]
    proposed = sum(1 for case in CASES if _is_proposed(found.get(case.title)) or _is_answered(case))
    share = f"{100 * proposed / len(CASES):.0f} %"
    right = len(CASES) - len(surprises)
    lines = [
        f"Support: {proposed} of {len(CASES)} tickets ({share}) got a reply to review, the others went to a person."
    ]
    return "\n".join([*lines, f"{right} of {len(CASES)} ended as planned.", *surprises]) + "\n"


def _ask(case: Case, shop: User) -> None:
    message = {"subject": case.subject, "text": case.text, "from": case.sender, "customer": case.customer}
    start_run(
        agent=AGENT,
        requester=shop,
        goal="Answer this ticket.",
        given={"message": {name: value for name, value in message.items() if value}},
        request_key=f"demo:{case.key}",
        subject=case.title,
    )


def _is_answered(case: Case) -> bool:
    """Somebody has signed its reply meanwhile."""
    return Message.objects.filter(ticket__run__given__subject=case.title, outgoing=True).exists()


def _is_proposed(found: Found | None) -> bool:
    return found is not None and found.disposition == "review" and not found.stuck


def _surprise(case: Case, found: Found | None) -> str:
    if not case.codes and _is_answered(case):
        return ""
    if found is None or found.disposition is None:
        return f"  {case.key}: not decided yet"
    sources = (found.results.get("draft") or {}).get("about", {}).get("sources", ())
    cited = {source["ref"] for source in sources}
    if case.codes:
        fine = found.stuck and bool(set(case.codes) & set(found.reasons))
    else:
        fine = not found.stuck and case.cites in cited
    if fine:
        return ""
    wanted = " or ".join(case.codes) or f"a reply citing {case.cites}"
    return f"  {case.key}: {wanted} planned, {', '.join(found.reasons) or 'nothing'} found, cites {sorted(cited)}"
