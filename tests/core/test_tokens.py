"""Tokens: shown once, kept as a hash, made and ended by those who may, and dead with their owner."""

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from agentops.core import services
from agentops.core.audit.queries import stream_of
from agentops.core.models import ApiToken, User
from agentops.core.permissions import Role
from agentops.core.redaction import redact_text
from agentops.core.tokens.checking import TokenRefused, checked
from agentops.core.tokens.services import MayNotManage, TokenError, create_token, revoke_token

READ = ["runs:read"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def admin(db, setup, now) -> User:
    return services.create_person(email="root@example.org", name="Una", by=setup, now=now, roles=[Role.USER_ADMIN])


@pytest.fixture
def ada(db, setup, now) -> User:
    return services.create_person(email="ada@example.org", name="Ada", by=setup, now=now, roles=[Role.REVIEWER])


@pytest.fixture
def scanner(db, setup, now) -> User:
    return services.create_service(email="scanner@example.org", name="Scanner", by=setup, now=now)


def made(owner, by=None, now=None, **fields):
    given = {"name": "Mail room", "scopes": READ, "days": 30, **fields}
    return create_token(owner=owner, by=by or owner, now=now or timezone.now(), **given)


def refused(secret, at=None) -> str:
    with pytest.raises(TokenRefused) as refusal:
        checked(secret, now=at or timezone.now())
    return refusal.value.code


def test_a_person_makes_their_own_token_and_only_its_hash_is_kept(ada):
    token, secret = made(ada)
    assert secret.startswith("agops_")
    assert len(secret) >= 49
    row = ApiToken.objects.get()
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(vars(row))
    assert row.prefix == secret[:12]
    assert checked(secret, now=timezone.now()) == token


def test_the_trail_tells_who_made_and_who_ended_it_and_holds_neither_name_nor_secret(ada, admin, now):
    token, secret = made(ada)
    revoke_token(token_id=token.pk, by=admin, now=now)
    revoke_token(token_id=token.pk, by=admin, now=now)  # once is enough
    lines = [line for line in stream_of(f"user:{ada.pk}") if line.action.startswith("token.")]
    assert [(line.action, line.actor) for line in lines] == [
        ("token.created", f"person:{ada.pk}"),
        ("token.revoked", f"person:{admin.pk}"),
    ]
    assert lines[0].event["data"]["scopes"] == READ
    assert "Mail room" not in str(lines)
    assert secret[12:] not in str(lines)


def test_a_user_administrator_makes_tokens_of_service_users_and_of_no_other_person(admin, ada, scanner):
    assert made(scanner, by=admin)[0].owner == scanner
    with pytest.raises(MayNotManage):
        made(ada, by=admin)
    with pytest.raises(MayNotManage):
        made(scanner, by=ada)
    with pytest.raises(MayNotManage):
        made(scanner, by=scanner)


def test_nobody_ends_the_token_of_somebody_else(ada, scanner, admin, now):
    token, secret = made(scanner, by=admin)
    with pytest.raises(MayNotManage):
        revoke_token(token_id=token.pk, by=ada, now=now)
    assert checked(secret, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["reviews:decide"]},
        {"days": 0},
        {"days": 91},
        {"name": "  "},
        {"name": "x" * 121},
        {"name": "a\u202eb"},
    ],
)
def test_what_cannot_be_is_refused(ada, wrong):
    with pytest.raises(TokenError):
        made(ada, **wrong)
    assert not ApiToken.objects.exists()


def test_what_is_revoked_expired_unknown_or_of_somebody_blocked_opens_nothing(ada, admin, now):
    token, secret = made(ada)
    assert refused(secret, now + timedelta(days=30, minutes=1)) == "token_expired"
    assert refused(secret + "x") == refused("agops_") == refused("nonsense") == refused("agops_ü") == "token_unknown"
    services.deactivate(user=ada, by=admin, now=now)
    assert refused(secret) == "owner_inactive"
    services.reactivate(user=ada, by=admin, now=now)
    assert checked(secret, now=now)
    revoke_token(token_id=token.pk, by=ada, now=now)
    assert refused(secret) == "token_revoked"


def test_somebody_blocked_gets_no_token(ada, admin, now):
    services.deactivate(user=ada, by=admin, now=now)
    with pytest.raises(TokenError, match="blocked"):
        made(ada)


def test_its_use_is_noted_at_most_once_a_minute(ada, now, django_assert_num_queries):
    _, secret = made(ada)
    checked(secret, now=now)
    with django_assert_num_queries(1):
        checked(secret, now=now + timedelta(seconds=50))
    assert ApiToken.objects.get().last_used_at == now
    checked(secret, now=now + timedelta(seconds=70))
    assert ApiToken.objects.get().last_used_at == now + timedelta(seconds=70)


@pytest.mark.parametrize(
    "change",
    [
        "scopes = array['runs:start']",
        "expires_at = expires_at + interval '1 day'",
        "owner_id = '00000000-0000-7000-8000-000000000000'",
        f"digest = '{'0' * 64}'",
        "revoked_at = NULL",
    ],
)
def test_the_database_lets_nothing_about_a_token_change_but_its_use_and_its_end(ada, now, execute, change):
    token, _ = made(ada)
    revoke_token(token_id=token.pk, by=ada, now=now)
    with pytest.raises(DatabaseError, match="token stays"), transaction.atomic():
        execute(f"UPDATE core_apitoken SET {change}")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"scopes": ["everything"]}, "token_is_for_something_that_exists"),
        ({"scopes": []}, "token_is_for_something_that_exists"),
        ({"digest": "plain"}, "token_is_kept_as_a_sha256"),
        ({"days": 400}, "token_ends_within_a_year"),
    ],
)
def test_the_database_refuses_what_the_service_would(ada, now, fields, constraint):
    days = fields.pop("days", 1)
    row = {"scopes": READ, "digest": "a" * 64, "created_at": now, "expires_at": now + timedelta(days=days), **fields}
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        ApiToken.objects.create(owner=ada, name="x", prefix="agops_x", **row)


def test_a_token_is_redacted_wherever_it_turns_up(ada):
    _, secret = made(ada)
    assert secret not in redact_text(f"curl failed: {secret} was refused")


def test_the_command_makes_a_token_for_a_service_user_and_prints_it_alone(scanner):
    out, told = StringIO(), StringIO()
    call_command(
        "create_token", "--owner", scanner.email, "--scopes", "runs:start,runs:read", "--days", "7",
        stdout=out, stderr=told,
    )  # fmt: skip
    token = checked(out.getvalue().strip(), now=timezone.now())
    assert (token.owner, token.scopes) == (scanner, ["runs:start", "runs:read"])
    assert scanner.email in told.getvalue()
    assert stream_of(f"user:{scanner.pk}")[-1].actor == "system:create_token"


def test_the_command_makes_none_for_a_person(ada):
    with pytest.raises(CommandError, match="their own"):
        call_command("create_token", "--owner", ada.email, "--scopes", "runs:read")
    with pytest.raises(CommandError, match="no user"):
        call_command("create_token", "--owner", "nobody@example.org", "--scopes", "runs:read")
