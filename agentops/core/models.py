"""Users, files and exchange rates; the audit trail's tables live in `audit/models.py`."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from guardian.mixins import GuardianUserMixin

from agentops.core.audit.models import AuditEntry, AuditFacet, AuditKey, AuditPayload, AuditStream
from agentops.core.ids import uuid7
from agentops.core.permissions import Role, roles_of
from agentops.core.tokens.models import ApiToken

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditFacet",
    "AuditKey",
    "AuditPayload",
    "AuditStream",
    "Blob",
    "ExchangeRate",
    "User",
    "UserKind",
]


_UNUSABLE = "!"  # how Django marks a password that never fits


class UserKind(models.TextChoices):
    """Whether somebody can sign in and decide, or only asks for work."""

    PERSON = "person"
    SERVICE = "service"


class UserManager(BaseUserManager["User"]):
    """Finds users by e-mail address, whatever its letter case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who signs in under this address; raises `User.DoesNotExist`."""
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A user without roles and without an audit event: for tests; everything else calls the services."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *args: Any, **fields: Any) -> "User":
        """Nobody is above the roles; raises `ValueError`."""
        raise ValueError("There are no superusers here: create a person and grant roles.")


class User(GuardianUserMixin, AbstractBaseUser, PermissionsMixin):
    """A person, or a service that asks for runs; roles are groups, and no one is above them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=UserKind, default=UserKind.PERSON)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_staff = False  # there is no admin site; libraries ask

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_email_is_written_in_lower_case", condition=Q(email=Lower(F("email")))),
            models.CheckConstraint(name="user_kind_is_person_or_service", condition=Q(kind__in=UserKind.values)),
            # A superuser would pass every permission check: administrators are bound as everyone is.
            models.CheckConstraint(name="user_is_never_a_superuser", condition=Q(is_superuser=False)),
            models.CheckConstraint(
                name="user_of_a_service_has_no_password",
                condition=~Q(kind=UserKind.SERVICE) | Q(password__startswith=_UNUSABLE),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held when first asked; `roles_of` asks the database each time."""
        return roles_of(self.id)

    @property
    def is_person(self) -> bool:
        """Whether this is somebody who can sign in and decide."""
        return self.kind == UserKind.PERSON

    def holds(self, *roles: Role) -> bool:
        """Whether any of these roles is held."""
        return not self.roles.isdisjoint(roles)

    def forget_roles(self) -> None:
        """Ask again at the next question; also called by `refresh_from_db`."""
        self.__dict__.pop("roles", None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Reload the row and forget the roles."""
        super().refresh_from_db(*args, **kwargs)
        self.forget_roles()

    def get_full_name(self) -> str:
        """The name people know."""
        return self.name

    def get_short_name(self) -> str:
        """The name people know, its first word."""
        return self.name.split(" ")[0]


class Blob(models.Model):
    """One file, named by what it contains; the bytes lie in the blob folder."""

    sha256 = models.CharField(primary_key=True, max_length=64, db_collation="C")
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="blob_is_named_by_a_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="blob_size_is_not_negative", condition=Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.media_type} {self.sha256[:12]}"


class ExchangeRate(models.Model):
    """On `day`, one unit of `base` was worth `rate` units of `currency`."""

    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="exchange_rate_one_per_pair_and_day", fields=["base", "currency", "day"]),
            models.CheckConstraint(name="exchange_rate_is_above_zero", condition=Q(rate__gt=0)),
            models.CheckConstraint(name="exchange_rate_joins_two_currencies", condition=~Q(base=F("currency"))),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate} {self.currency} on {self.day}"
