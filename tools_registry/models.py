"""Tools and their versions, policy versions, counters, breakers and switches."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agentops.core.ids import uuid7
from tools_registry.kinds import Effect, Impact


class ToolVersion(models.Model):
    """A tool at one time: schema, behaviour revision and connector, named by their hash; immutable."""

    hash = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=100, db_index=True)
    schema = models.JSONField()
    impact = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Impact])
    effect = models.CharField(max_length=14, choices=[(kind.value, kind.value) for kind in Effect])
    revision = models.PositiveIntegerField()
    connector = models.CharField(max_length=100, null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} {self.hash[:8]}"


class Tool(models.Model):
    """A tool by name, and the version that the running code declares."""

    name = models.CharField(primary_key=True, max_length=100)
    current = models.ForeignKey(ToolVersion, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class PolicySource(models.TextChoices):
    """Through which door a policy version came."""

    PERSON = "person"
    COMMAND = "command"


class PolicyVersion(models.Model):
    """One set of grants, named by its content and its history; immutable."""

    hash = models.CharField(primary_key=True, max_length=64)
    body = models.JSONField()
    parent = models.OneToOneField("self", models.PROTECT, null=True, related_name="child")
    source = models.CharField(max_length=8, choices=PolicySource)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    loosens = models.BooleanField()
    changes = models.JSONField(default=list)
    why = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="policy_that_loosens_is_confirmed_by_a_second_administrator",
                condition=Q(loosens=False)
                | Q(source=PolicySource.COMMAND, confirmer=None)
                | (Q(confirmer__isnull=False) & (Q(author=None) | ~Q(confirmer=F("author")))),
            ),
            models.CheckConstraint(
                name="policy_of_a_person_has_an_author_or_a_confirmer",
                condition=Q(source=PolicySource.COMMAND) | Q(author__isnull=False) | Q(confirmer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.hash[:8]}"


class PolicyHead(models.Model):
    """The one row that says which policy holds now; it only moves from a version to that version's child."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    current = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="policy_head_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"head at {self.current_id[:8]}"


class PendingStatus(models.TextChoices):
    """What became of a change that waits for a second administrator."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"


class PendingPolicy(models.Model):
    """Cells of the policy that somebody asked to loosen, until another administrator answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    base = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    changes = models.JSONField()
    source = models.CharField(max_length=8, choices=PolicySource)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=PendingStatus, default=PendingStatus.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pending_policy_is_not_confirmed_by_its_author",
                condition=~Q(status=PendingStatus.CONFIRMED)
                | (Q(decided_by__isnull=False) & (Q(author=None) | ~Q(decided_by=F("author")))),
            ),
            models.CheckConstraint(
                name="pending_policy_is_dated_exactly_when_decided",
                condition=Q(status=PendingStatus.WAITING, decided_at=None)
                | (~Q(status=PendingStatus.WAITING) & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"pending policy {self.id}"


class LimitUse(models.Model):
    """How much of one cumulative limit is used on one business day; raised only while it fits."""

    limit = models.CharField(max_length=30)
    scope = models.CharField(max_length=400)
    day = models.DateField()
    used = models.DecimalField(max_digits=30, decimal_places=9)
    cap = models.DecimalField(max_digits=30, decimal_places=9)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="limit_use_one_counter_per_scope_and_day", fields=["scope", "limit", "day"]),
            models.CheckConstraint(
                name="limit_use_stays_within_its_cap", condition=Q(used__gte=0) & Q(used__lte=F("cap"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.scope} {self.day}: {self.used} of {self.cap}"


class Breaker(models.Model):
    """Whether a tool's other side answers; shared by all workers. No row means it always did.

    Failures and successes are those since `first_failure_at`.
    """

    tool = models.CharField(primary_key=True, max_length=100)
    failures = models.PositiveIntegerField(default=0)
    successes = models.PositiveIntegerField(default=0)
    first_failure_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.tool}: {'open' if self.opened_at else 'closed'}"


class Switch(models.Model):
    """A thrown kill switch: everything, one agent or one tool stands still while the row exists."""

    scope = models.CharField(primary_key=True, max_length=120)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    release_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="switch_scope_is_all_or_an_agent_or_a_tool",
                condition=Q(scope="all") | Q(scope__regex=r"^(agent|tool):.+$"),
            ),
            models.CheckConstraint(name="switch_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.scope} stopped"
