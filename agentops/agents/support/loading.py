"""What a house gives its support agent: articles and customers as JSON lines, and the grants it begins with.

Articles: `{"key", "language", "title", "body", "asked"?: [...], "source"?, "updated_on": "2026-09-02"}`.
Customers: `{"number", "name", "language"?, "since"?, "addresses": [...], "orders"?: [{"number", "placed_on", "status",
"parcel"?, "expected_on"?}]}`. Loaded again, they become what the file says; nothing is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.knowledge.services import ArticleUnusable, Written, put_article
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy
from tools_registry.queries import current_policy
from tools_registry.services import Proposed, change_policy_by_command

from .incoming import address
from .models import Customer, CustomerAddress, Order
from .policy import AGENT, rules

BY = Actor.system("load_support")
ALONE = (
    *("read_message", "open_ticket", "find_customer", "search_knowledge", "draft_reply"),
    *("note_triage", "note_reply", "await_answer", "hear_answer"),
)


class BadFile(ValueError):
    """A file that cannot be loaded; the message names the line and what is wrong with it. Nothing was loaded."""


def verify_only(*, now: datetime) -> Proposed:
    """The grants to begin with: it reads and notes alone, and every reply is proposed. Other agents keep theirs."""
    there = current_policy()
    others = [grant for grant in there.all_grants() if grant.agent != AGENT]
    own = [*(Grant(AGENT, tool, Mode.AUTO) for tool in ALONE), Grant(AGENT, "send_reply", Mode.REVIEW)]
    return change_policy_by_command(to=Policy.of([*others, *own], there.rules), why="load_support", now=now)


@transaction.atomic
def put_articles(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> int:
    """Keep these articles in the agent's collection; how many there were. Raises `BadFile`."""
    count = 0
    for count, row in enumerate(rows, 1):
        try:
            put_article(collection=rules().collection, written=_written(row), by=BY, now=now)
        except (KeyError, TypeError, ValueError, ArticleUnusable) as error:
            raise BadFile(f"Line {count}: {_told(error)}") from error
    return count


@transaction.atomic
def put_customers(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> int:
    """Keep these customers with their verified addresses and orders; how many there were. Raises `BadFile`."""
    count = 0
    for count, row in enumerate(rows, 1):
        try:
            _put_customer(row, now)
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise BadFile(f"Line {count}: {_told(error)}") from error
    append("support", Event(action="support.customers_loaded", actor=BY, data={"count": count}))
    return count


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, one per line. Raises `BadFile`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path} cannot be read: {error}") from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadFile(f"Line {number} of {path} is not JSON ({error}).") from error
        if not isinstance(row, dict):
            raise BadFile(f"Line {number} of {path} is not a JSON object.")
        found.append(row)
    return found


def _written(row: Mapping[str, Any]) -> Written:
    return Written(
        key=str(row["key"]),
        language=str(row["language"]),
        title=str(row["title"]),
        body=str(row["body"]),
        updated_on=date.fromisoformat(str(row["updated_on"])),
        asked=tuple(str(one) for one in row.get("asked", ())),
        source=str(row.get("source") or ""),
    )


def _put_customer(row: Mapping[str, Any], now: datetime) -> None:
    since = date.fromisoformat(str(row["since"])) if row.get("since") else None
    known = {"name": str(row["name"])[:200], "language": str(row.get("language") or "en"), "since": since}
    customer, _ = Customer.objects.update_or_create(number=str(row["number"]), defaults=known)
    for given in row.get("addresses", ()):
        low = address(str(given))
        if not low:
            raise ValueError(f"{given!r} is no e-mail address")
        taken = CustomerAddress.objects.filter(address=low).exclude(customer=customer).first()
        if taken is not None:
            raise ValueError(f"{low} is the address of customer {taken.customer.number}")
        CustomerAddress.objects.get_or_create(address=low, defaults={"customer": customer, "verified_at": now})
    for order in row.get("orders", ()):
        _put_order(customer, order)


def _put_order(customer: Customer, row: Mapping[str, Any]) -> None:
    taken = Order.objects.filter(number=str(row["number"])).exclude(customer=customer).first()
    if taken is not None:
        raise ValueError(f"order {taken.number} is another customer's")
    expected = date.fromisoformat(str(row["expected_on"])) if row.get("expected_on") else None
    Order.objects.update_or_create(
        number=str(row["number"]),
        defaults={
            "customer": customer,
            "placed_on": date.fromisoformat(str(row["placed_on"])),
            "status": str(row["status"]),
            "parcel": str(row.get("parcel") or ""),
            "expected_on": expected,
        },
    )


def _told(error: Exception) -> str:
    return f"{error.args[0]} is missing." if isinstance(error, KeyError) else f"{error}."
