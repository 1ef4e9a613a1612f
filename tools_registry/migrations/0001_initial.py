"""The tables of tools, policy, limits, breakers and switches."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Breaker",
            fields=[
                ("tool", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("first_failure_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("probed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ToolVersion",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(db_index=True, max_length=100)),
                ("schema", models.JSONField()),
                (
                    "impact",
                    models.CharField(
                        choices=[
                            ("read", "read"),
                            ("write", "write"),
                            ("external", "external"),
                            ("money", "money"),
                            ("access", "access"),
                            ("destructive", "destructive"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("read", "read"),
                            ("transactional", "transactional"),
                            ("idempotent", "idempotent"),
                            ("askable", "askable"),
                            ("once", "once"),
                        ],
                        max_length=14,
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("connector", models.CharField(max_length=100, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="LimitUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("limit", models.CharField(max_length=30)),
                ("scope", models.CharField(max_length=400)),
                ("day", models.DateField()),
                ("used", models.DecimalField(decimal_places=9, max_digits=30)),
                ("cap", models.DecimalField(decimal_places=9, max_digits=30)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "limit", "day"), name="limit_use_one_counter_per_scope_and_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0), ("used__lte", models.F("cap"))),
                        name="limit_use_stays_within_its_cap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("body", models.JSONField()),
                (
                    "source",
                    models.CharField(choices=[("person", "Person"), ("command", "Command")], max_length=8),
                ),
                ("loosens", models.BooleanField()),
                ("changes", models.JSONField(default=list)),
                ("why", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="child",
                        to="tools_registry.policyversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("loosens", False),
                            models.Q(("confirmer", None), ("source", "command")),
                            models.Q(
                                ("confirmer__isnull", False),
                                models.Q(
                                    ("author", None),
                                    models.Q(("confirmer", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="policy_that_loosens_is_confirmed_by_a_second_administrator",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source", "command"),
                            ("author__isnull", False),
                            ("confirmer__isnull", False),
                            _connector="OR",
                        ),
                        name="policy_of_a_person_has_an_author_or_a_confirmer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("moved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "current",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tools_registry.policyversion",
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="policy_head_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="PendingPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("changes", models.JSONField()),
                (
                    "source",
                    models.CharField(choices=[("person", "Person"), ("command", "Command")], max_length=8),
                ),
                ("why", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tools_registry.policyversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(
                                    ("author", None),
                                    models.Q(("decided_by", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="pending_policy_is_not_confirmed_by_its_author",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("status", "waiting")),
                            models.Q(models.Q(("status", "waiting"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="pending_policy_is_dated_exactly_when_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Switch",
            fields=[
                ("scope", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "release_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope", "all"), ("scope__regex", "^(agent|tool):.+$"), _connector="OR"),
                        name="switch_scope_is_all_or_an_agent_or_a_tool",
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="switch_says_why"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tool",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                (
                    "current",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tools_registry.toolversion",
                    ),
                ),
            ],
        ),
    ]
