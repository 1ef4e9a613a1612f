"""Which runs are looked for, by whom: what a person may see, and what the address asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from agentops.core.models import User
from agentops.web.formatting import run_number
from reviews.queries.sight import runs_visible_to
from runs.models import Run

PERIODS = {"1": "today", "7": "7 days", "30": "30 days", "all": "ever"}
TABS = {
    "": ("All", Q()),
    "running": ("Running", Q(status="running")),
    "queued": ("Queued", Q(status="queued")),
    "review": ("Awaiting review", Q(status="awaiting", awaiting="review")),
    "waiting": ("Waiting otherwise", Q(status="awaiting") & ~Q(awaiting="review")),
    "completed": ("Completed", Q(status="completed")),
    "failed": ("Failed", Q(status="failed")),
    "rejected": ("Rejected", Q(status="rejected")),
    "cancelled": ("Cancelled", Q(status="cancelled")),
}


@dataclass(frozen=True)
class Search:
    """What the page was asked for; anything unknown in the address falls back to the default."""

    tab: str = ""
    agent: str = ""
    period: str = "7"
    text: str = ""
    before: int | None = None

    @property
    def order(self) -> str:
        """Newest first. By words in the order of the ids, in which inputs lie as well: they are walked along until
        enough fit; by number a run would be read for each before its words are."""
        return "-id" if self.text else "-number"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Search":
        """Read the address."""
        tab, period, before = query.get("status", ""), query.get("started", "7"), query.get("before", "")
        return cls(
            tab=tab if tab in TABS else "",
            agent=query.get("agent", "")[:60],
            period=period if period in PERIODS else "7",
            text=query.get("q", "").strip()[:200],
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
        )

    def url(self, **changes: Any) -> str:
        """The address of this search with something changed; paging starts anew unless it says otherwise."""
        asked = {"status": self.tab, "agent": self.agent, "started": self.period, "q": self.text, **changes}
        kept = {name: value for name, value in asked.items() if value and (name, value) != ("started", "7")}
        return reverse("runs:list") + (f"?{urlencode(kept)}" if kept else "")


def visible_to(user: User) -> QuerySet[Run]:
    """The runs a person may see: all for those whose work it is, else their own and those at their desks."""
    return runs_visible_to(user)


def found(user: User, search: Search) -> QuerySet[Run]:
    """The runs that fit, of those this person may see; the tab is not applied yet."""
    runs = visible_to(user)
    if search.agent:
        runs = runs.filter(agent=search.agent)
    if search.text:
        return runs.filter(_matches(search.text))  # who searches for a run does not want it hidden by its age
    first = since(search.period, timezone.now())
    return runs.filter(id__gte=first) if first else runs


def older(runs: QuerySet[Run], search: Search) -> QuerySet[Run]:
    """Those that come after where this page begins."""
    if not search.before:
        return runs
    if search.order == "-number":
        return runs.filter(number__lt=search.before)
    return runs.filter(id__lt=Subquery(Run.objects.filter(number=search.before).values("id")))


def since(period: str, now: datetime) -> UUID | None:
    """The smallest id of a run of this period: ids begin with the time, so no further index is needed."""
    if period == "all":
        return None
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=int(period) - 1)
    return UUID(int=int(start.timestamp() * 1000) << 80)


def _matches(text: str) -> Q:
    number = run_number(text)
    if number is not None:
        return Q(number=number)
    if len(text) == 64 and all(sign in "0123456789abcdef" for sign in text.lower()):
        return Q(given__document=text.lower())
    return Q(given__subject__icontains=text)
