"""What the workplace needs: business hours, risk and order, snoozing, comments, saved views, absences."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

import agentops.core.ids
import reviews.models.desk
import reviews.models.talk
from agentops.core.protection import immutable_sql


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0003_last_resort"),
        ("runs", "0006_by_reference"),
        ("core", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),  # absences of one person do not overlap
        TrigramExtension(),  # the queue is searched by parts of words
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="absence_ends_after_it_begins"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "mentions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("audit_seq", models.BigIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "default_permissions": (),
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["mentions"], name="comment_mentions")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=1000)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="saved_view_has_a_name"
                    )
                ],
            },
        ),
        migrations.RemoveIndex(
            model_name="review",
            name="review_waiting_at_desk",
        ),
        migrations.AddField(
            model_name="desk",
            name="closes",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="desk",
            name="holidays",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="desk",
            name="opens",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="desk",
            name="weekdays",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SmallIntegerField(), default=reviews.models.desk.every_day, size=None
            ),
        ),
        migrations.AddField(
            model_name="desk",
            name="zone",
            field=models.CharField(default=reviews.models.desk.house_zone, max_length=60),
        ),
        migrations.AddField(
            model_name="review",
            name="escalated",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="review",
            name="risk_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="review",
            name="snoozed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="snoozed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="review",
            name="sort_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="review",
            name="wakes_on_change",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="review",
            name="words",
            field=models.TextField(default=""),
        ),
        migrations.RunSQL(
            "UPDATE reviews_review SET sort_at = due_at, risk_at = opened_at + (due_at - opened_at) / 2, "
            "words = lower(title || ' ' || counterparty)",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["desk", "-urgent", "sort_at", "id"],
                name="review_waiting_at_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["-urgent", "sort_at", "id"],
                name="review_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["desk", "due_at"],
                name="review_waiting_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"]), ("escalated", 0)),
                fields=["risk_at"],
                name="review_at_risk",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"]), ("escalated__lt", 2)),
                fields=["due_at"],
                name="review_overdue",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", False)), fields=["snoozed_until"], name="review_snoozed"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["assigned_to"],
                name="review_assigned",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["claimed_by"],
                name="review_claimed",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["words"],
                name="review_waiting_words",
                opclasses=["gin_trgm_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes", None), ("opens", None)),
                    models.Q(("opens__isnull", False), ("closes__isnull", False), ("opens__lt", models.F("closes"))),
                    _connector="OR",
                ),
                name="desk_opens_before_it_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6]), models.Q(("weekdays", []), _negated=True)
                ),
                name="desk_is_open_on_some_weekday",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("snoozed_by", None), ("snoozed_until", None), ("wakes_on_change", False)),
                    models.Q(("snoozed_by__isnull", False), ("snoozed_until__isnull", False)),
                    _connector="OR",
                ),
                name="review_snooze_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk_at__lte", models.F("due_at")), ("sort_at__lte", models.F("due_at"))),
                name="review_is_at_risk_before_it_is_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("escalated__in", [0, 1, 2])), name="review_escalates_in_two_steps"
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absences", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="stand_in",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="reviews.review"
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="desk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.desk"
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["stand_in", "ends_at"], name="absence_covered_by"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stand_in", None), models.Q(("stand_in", models.F("person")), _negated=True), _connector="OR"
                ),
                name="absence_is_covered_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("person"), "="),
                    (reviews.models.talk.DateTimeRange(models.F("begins_at"), models.F("ends_at")), "&&"),
                ],
                name="absence_of_a_person_does_not_overlap_another",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["review", "at"], name="comment_of_review"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="saved_view_name_is_used_once_per_owner"),
        ),
        migrations.RunSQL(*immutable_sql("reviews_comment")),
    ]
