"""Turns DATABASE_URL into Django's dictionary, with time limits so that a lost partner holds no lock."""

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# What `manage.py up` leaves in the data folder while its servers run: commands in another shell look there.
CONNECTION_FILE = "connection.env"
KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
NOWHERE = "/nonexistent-agentops"  # no server was given and none is running: the first query fails and says so


def given_by_supervisor(data_dir: Path) -> None:
    """Take what the running supervisor wrote down, where the environment itself says nothing."""
    try:
        lines = (data_dir / CONNECTION_FILE).read_text().splitlines()
    except OSError:
        return
    given = dict(line.split("=", 1) for line in lines if "=" in line)
    ours = os.environ.get("DATABASE_URL", "")
    if ours and given.get("AGENTOPS_FOR_DATABASE") != hashlib.sha256(ours.encode()).hexdigest():
        return  # it serves another database: neither its Redis nor its profile is meant for ours
    for name, value in given.items():
        os.environ.setdefault(name, value)


def role_of(url: str) -> str:
    """The role that an address signs in as, or empty."""
    return unquote(urlsplit(url).username or "")


def database(url: str, owner_url: str, *, role: str, as_owner: bool, test: bool) -> dict[str, Any]:
    """Django's settings: as the application's role, or as the owner for commands that change tables."""
    parts = urlsplit((owner_url if as_owner else "") or url or f"postgresql:///agentops?host={NOWHERE}")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "agentops",
        "USER": role_of(parts.geturl()) or query.pop("user", ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None if role in ("worker", "models", "ticker") else 60,
        "CONN_HEALTH_CHECKS": role == "web",
        "OPTIONS": {
            **KEEPALIVE,
            "connect_timeout": 5,
            "application_name": f"agentops-{role}",
            # The ORM binds in the client and never prepares. The runtime's own SQL uses psycopg's cursor that
            # binds in the server, on the same connection; there a statement is prepared when it comes again.
            "prepare_threshold": 1,
            "options": _session(query.pop("options", ""), role=role, as_owner=as_owner, test=test),
            **query,
        },
    }


def _session(given: str, *, role: str, as_owner: bool, test: bool) -> str:
    limits = {
        "statement_timeout": "0" if as_owner else "15s" if role == "web" else "60s",
        "lock_timeout": "5s" if role == "web" or as_owner else "10s",
        "idle_in_transaction_session_timeout": "120s" if test or as_owner else "10s",
        # What is prepared looks rows up by key: planned once per connection, not for each new value.
        "plan_cache_mode": "force_generic_plan",
    }
    if role == "web":
        # A page joins up to eight tables in an order that is good as written; trying all orders takes 40 ms a page.
        limits["join_collapse_limit"] = "4"
    return " ".join([*(f"-c {name}={value}" for name, value in limits.items()), given]).strip()
