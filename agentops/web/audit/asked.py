"""What the search form asks, read from the address; what cannot be meant is said beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from agentops.core.audit.queries import Search
from agentops.core.models import User
from agentops.web.formatting import run_number
from runs.models import Run

FIELDS = (
    ("run", "Run", "search", "R-20931"),
    ("actor", "Actor", "search", "Name or email"),
    ("document", "Document", "search", "sha256"),
    ("counterparty", "Counterparty", "search", "Vendor or customer key"),
    ("from", "From", "date", ""),
    ("to", "To", "date", ""),
)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)  # beyond, no clock can be counted from
KINDS = (
    ("", "Everything"),
    ("run.", "Runs"),
    ("proposal.", "Proposals"),
    ("review.", "Reviews and decisions"),
    ("effect.", "Effects"),
    ("policy.", "Permissions"),
    ("switch.", "Kill switches"),
    ("user.", "People and roles"),
    ("session.", "Sign-ins"),
    ("audit.", "The trail itself"),
)


@dataclass(frozen=True)
class Asked:
    """The search as typed, as the queries take it, and what is wrong with it."""

    said: Mapping[str, str]
    search: Search
    errors: Mapping[str, str] = field(default_factory=dict)
    impossible: bool = False  # names something that does not exist, so nothing can be found

    def url(self, name: str = "audit:list", *args: str, **changes: str) -> str:
        """The address of this search with something changed."""
        kept = {key: value for key, value in {**self.said, **changes}.items() if value}
        return reverse(name, args=args) + (f"?{urlencode(kept)}" if kept else "")


def asked(query: Mapping[str, str]) -> Asked:
    """Read the address; unknown runs and people find nothing rather than everything."""
    said = {name: query.get(name, "").strip()[:200] for name in (*(f[0] for f in FIELDS), "action", "stream")}
    errors: dict[str, str] = {}
    since, until = _day(said, "from", errors), _day(said, "to", errors)
    run, actor = _run(said, errors), _actor(said, errors)
    facets = tuple(
        (kind, said[kind].lower() if kind == "document" else said[kind])
        for kind in ("document", "counterparty")
        if said[kind]
    )
    search = Search(
        run=run,
        stream=said["stream"],
        actor=actor,
        action=said["action"],
        facets=facets,
        since=_start(since),
        until=_start(until + timedelta(days=1)) if until else None,
    )
    return Asked(said, search, errors, impossible=bool(errors))


def _run(said: Mapping[str, str], errors: dict[str, str]) -> str | None:
    if not said["run"]:
        return None
    number = run_number(said["run"])
    found = Run.objects.filter(number=number).values_list("id", flat=True).first() if number is not None else None
    if found is None:
        errors["run"] = "There is no such run."
    return str(found) if found else None


def _actor(said: Mapping[str, str], errors: dict[str, str]) -> str:
    text = said["actor"]
    if not text or ":" in text:
        return text
    by = {"email__iexact": text} if "@" in text else {"name__iexact": text}
    user = User.objects.filter(**by).first()
    if user is None:
        errors["actor"] = "Nobody of this name or address is known."
        return ""
    return f"{user.kind}:{user.pk}"


def _day(said: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    if not said[name]:
        return None
    try:
        day = date.fromisoformat(said[name])
    except ValueError:
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY:
        errors[name] = "This is not a day."
        return None
    return day


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
