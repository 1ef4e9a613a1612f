"""What happened, what people chose, and how each thing was told to whom."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids
import reviews.models.desk


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0002_guards"),
        ("reviews", "0004_workplace"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("shape", models.CharField(choices=[("slack", "Slack"), ("teams", "Teams")], max_length=5)),
                ("address", models.BinaryField()),
                ("host", models.CharField(max_length=253)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("shows_amount", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("why_off", models.CharField(default="", max_length=200)),
                ("failures", models.SmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "desk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reviews.desk"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kinds", []), _negated=True), name="channel_tells_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("active", True), models.Q(("why_off", ""), _negated=True), _connector="OR"),
                        name="channel_that_is_off_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                (
                    "how",
                    models.CharField(
                        choices=[("nothing", "nothing"), ("bell", "bell"), ("digest", "digest"), ("mail", "mail")],
                        max_length=8,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind"), name="choice_one_per_person_and_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("digest", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("sent", "Sent"),
                            ("dropped", "Dropped"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=7,
                    ),
                ),
                ("tries", models.SmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_until", models.DateTimeField(null=True)),
                ("told", models.CharField(default="", max_length=200)),
                (
                    "channel",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notifications.channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["due_at"], name="news_delivery_due"
                    ),
                    models.Index(
                        condition=models.Q(("person", None)), fields=["channel", "-id"], name="news_delivery_of_channel"
                    ),
                    models.Index(
                        condition=models.Q(("channel", None)), fields=["person", "-id"], name="news_delivery_of_person"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", None), ("person__isnull", False)),
                            models.Q(("channel__isnull", False), ("digest", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="news_delivery_goes_to_a_person_or_a_channel",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("milliseconds", models.IntegerField()),
                ("status", models.SmallIntegerField(null=True)),
                ("error", models.CharField(default="", max_length=200)),
                ("answer", models.CharField(default="", max_length=500)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="notifications.delivery",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "number"), name="news_attempt_is_numbered")
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                (
                    "how",
                    models.CharField(
                        choices=[("nothing", "nothing"), ("bell", "bell"), ("digest", "digest"), ("mail", "mail")],
                        max_length=8,
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.desk"),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("desk", "kind"), name="desk_choice_one_per_desk_and_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Manner",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("quiet_holds_urgent", models.BooleanField(default=False)),
                ("digest_hour", models.SmallIntegerField(default=8)),
                ("zone", models.CharField(default=reviews.models.desk.house_zone, max_length=60)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_until", None)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="manner_quiet_hours_have_both_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__range", (0, 23))), name="manner_digest_has_an_hour"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("event", models.CharField(max_length=20)),
                ("subject", models.UUIDField(null=True)),
                ("scope", models.CharField(default="", max_length=120)),
                ("person", models.UUIDField(null=True)),
                ("level", models.SmallIntegerField(default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("spread_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("spread_at", None)), fields=["due_at"], name="news_to_spread")
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "absent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "news",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="notifications.news"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["person", "-id"], name="item_of_person"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["person"], name="item_unread"),
                    models.Index(fields=["at"], name="item_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("news", "person"), name="item_once_per_news_and_person")
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="news",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="notifications.news"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False)),
                fields=("news", "person"),
                name="news_delivery_once_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("channel__isnull", False)),
                fields=("news", "channel"),
                name="news_delivery_once_per_channel",
            ),
        ),
    ]
