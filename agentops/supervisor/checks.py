"""What must not be true of a production start; each finding says what to set."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks

PROMISES = ("fsync", "synchronous_commit", "full_page_writes")
QUESTION = """
    SELECT rolsuper, rolbypassrls, current_setting('fsync'), current_setting('synchronous_commit'),
           current_setting('full_page_writes')
    FROM pg_roles WHERE rolname = current_user
"""
LONG_ENOUGH = 50
KEY_BYTES = 32
LOOPBACK = {"127.0.0.1", "localhost", "::1", "testserver"}


@register(Tags.security)
def keys_are_there(**kwargs: Any) -> list[CheckMessage]:
    """With a database that was given, keys must be given as well: other machines need the same ones."""
    if settings.TEST or not settings.DATABASE_URL:
        return []
    return [
        *_unless(
            settings.SECRET_KEY_GIVEN,
            "E001",
            "There is no secret key.",
            "Set AGENTOPS_SECRET_KEY (or _FILE) to 50 random characters or more.",
        ),
        *_unless(
            len(settings.AUDIT_MAC_KEY) >= KEY_BYTES,
            "E002",
            "There is no key that authenticates the audit trail.",
            "Set AGENTOPS_AUDIT_MAC_KEY (or _FILE) to 32 random bytes, kept apart from the database.",
        ),
        *_unless(
            len(settings.PAYLOAD_KEY) == KEY_BYTES,
            "E003",
            "There is no key that encrypts stored payloads.",
            "Set AGENTOPS_PAYLOAD_KEY (or _FILE) to 64 hexadecimal digits.",
        ),
    ]


@register(Tags.security)
def the_demo_stays_on_this_machine(**kwargs: Any) -> list[CheckMessage]:
    """The demo's passwords were printed."""
    hosts = {host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK}
    hosts |= {host for host in [urlsplit(settings.PUBLIC_URL).hostname or ""] if host and host not in LOOPBACK}
    return _unless(
        not (settings.DEMO and hosts),
        "E004",
        f"The demo would answer as {', '.join(sorted(hosts))}.",
        "Unset AGENTOPS_ALLOWED_HOSTS and AGENTOPS_PUBLIC_URL, or start without the demo.",
    )


@register(Tags.security, deploy=True)
def production_is_locked(**kwargs: Any) -> list[CheckMessage]:
    """Hosts, debugging, transport and cookies."""
    if settings.DEMO:
        return []
    return [
        *_unless(not settings.TEST, "E010", "The profile is `test`.", "Unset AGENTOPS_PROFILE."),
        *_unless(not settings.DEBUG, "E011", "Debug pages are on.", "Unset AGENTOPS_DEBUG."),
        *_unless(
            bool(settings.ALLOWED_HOSTS) and "*" not in settings.ALLOWED_HOSTS,
            "E012",
            "It is not said which host names are ours.",
            "Set AGENTOPS_ALLOWED_HOSTS to the names people type.",
        ),
        *_unless(
            settings.PUBLIC_URL.startswith("https://"),
            "E013",
            "The address people type is not https.",
            "Set AGENTOPS_PUBLIC_URL to https://<host>, end TLS in a proxy, set AGENTOPS_BEHIND_PROXY=yes.",
        ),
        *_unless(
            settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE,
            "E014",
            "Cookies would travel without TLS.",
            "Set AGENTOPS_PUBLIC_URL to https://<host>.",
        ),
        *_unless(
            settings.SECRET_KEY_GIVEN and len(settings.SECRET_KEY) >= LONG_ENOUGH,
            "E015",
            "The secret key is missing or short.",
            "Set AGENTOPS_SECRET_KEY (or _FILE) to 50 random characters or more.",
        ),
        *_unless(bool(settings.REDIS_URL), "E016", "There is no Redis.", "Set REDIS_URL."),
        *_unless(bool(settings.DATABASE_URL), "E017", "There is no database.", "Set DATABASE_URL."),
    ]


@register(Tags.database)
def the_database_keeps_its_promises(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The application's role may not get around rights and triggers, and what is committed stays."""
    if not databases or settings.TEST or not settings.DATABASE_URL:
        return []
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=5) as connection:
            superuser, bypasses, *promises = connection.execute(QUESTION).fetchone() or (True, True)
    except psycopg.OperationalError as error:
        return [
            Error(
                "The database does not answer.",
                hint=f"Look at DATABASE_URL: {error}".strip(),
                id="supervisor.E020",
            )
        ]
    return [
        *_unless(
            not superuser and not bypasses,
            "E021",
            "The application's database role is a superuser, so that no trigger and no right binds it.",
            "Make a plain role, put it in DATABASE_URL, and its owner in DATABASE_OWNER_URL.",
        ),
        *(
            Error(
                f"PostgreSQL runs with {name} = off: a crash may lose what was answered as done.",
                hint=f"Set {name} = on.",
                id="supervisor.E022",
            )
            for name, value in zip(PROMISES, promises, strict=False)
            if value == "off"
        ),
    ]


def reasons_not_to_start() -> list[str]:
    """Every finding that forbids to start, as a sentence that says what to set."""
    found = run_checks(tags=[Tags.security], include_deployment_checks=not settings.DEMO)
    found += the_database_keeps_its_promises(databases=["default"])
    serious = [
        message
        for message in found
        if message.is_serious() or (not settings.DEMO and (message.id or "").startswith("security."))
    ]
    return [f"{message.msg} {message.hint or ''}".strip() for message in serious]


def _unless(fine: bool, number: str, said: str, remedy: str) -> list[CheckMessage]:
    return [] if fine else [Error(said, hint=remedy, id=f"supervisor.{number}")]
