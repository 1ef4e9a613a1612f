"""Desks with their people and limits, reviews, decisions and drafts."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids
import runs.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0002_guards"),
        ("runs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The short numbers people say aloud.
        migrations.RunSQL("CREATE SEQUENCE reviews_review_number START 10001", "DROP SEQUENCE reviews_review_number"),
        migrations.CreateModel(
            name="Desk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "agents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("undo_seconds", models.PositiveSmallIntegerField(default=0)),
                ("due_hours", models.PositiveSmallIntegerField(default=8)),
                ("expire_hours", models.PositiveIntegerField(default=72)),
                ("approval_hours", models.PositiveSmallIntegerField(default=72)),
                (
                    "expiry_rule",
                    models.CharField(
                        choices=[("deny", "Deny"), ("escalate", "Escalate")], default="deny", max_length=8
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "escalates_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reviews.desk",
                    ),
                ),
            ],
            options={
                "permissions": (
                    ("view", "See the reviews of the desk"),
                    ("decide", "Decide reviews of the desk"),
                    ("sign_second", "Give the second signature at the desk"),
                ),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expiry_rule", "deny"), ("escalates_to", None)),
                            models.Q(
                                ("expiry_rule", "escalate"),
                                ("escalates_to__isnull", False),
                                models.Q(("escalates_to", models.F("id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="desk_escalates_to_another_desk_exactly_if_its_rule_says_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_hours__gte", 1),
                            ("expire_hours__gte", models.F("due_hours")),
                            ("approval_hours__gte", 1),
                        ),
                        name="desk_is_due_before_it_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("undo_seconds__lte", 600)), name="desk_undo_is_seconds_not_hours"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskGroupPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "content_object",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="reviews.desk"),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeskUserPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "content_object",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="reviews.desk"),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PersonalLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="personal_limits",
                        to="reviews.desk",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "desk"), name="personal_limit_one_per_person_and_desk"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="personal_limit_is_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "number",
                    models.BigIntegerField(
                        db_default=runs.models.NextNumber(sequence="reviews_review_number"), unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approval", "Approval"),
                            ("stuck", "Stuck"),
                            ("clarification", "Clarification"),
                            ("sample", "Sample"),
                        ],
                        max_length=13,
                    ),
                ),
                ("awaited", models.UUIDField(null=True)),
                ("agent", models.CharField(max_length=60)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("signed_once", "Signed Once"),
                            ("decided", "Decided"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=11,
                    ),
                ),
                ("round", models.SmallIntegerField(default=1)),
                ("digest", models.CharField(max_length=64)),
                ("title", models.TextField()),
                ("reasons", models.JSONField(default=list)),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("context", models.JSONField(default=dict)),
                ("urgent", models.BooleanField(default=False)),
                ("counterparty", models.CharField(default="", max_length=120)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("currency", models.CharField(default="", max_length=3)),
                ("converted", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("confidence", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                (
                    "visited",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_why", models.TextField(default="")),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "came_from",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="went_on_as",
                        to="reviews.review",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="reviews.desk"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="runs.proposal",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="runs.run"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["open", "signed_once"])),
                        fields=["desk", "-urgent", "due_at", "id"],
                        name="review_waiting_at_desk",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["open", "signed_once"])),
                        fields=["expires_at"],
                        name="review_expires",
                    ),
                    models.Index(fields=["run", "opened_at"], name="review_of_run"),
                    models.Index(
                        condition=models.Q(("status__in", ["open", "signed_once"]), _negated=True),
                        fields=["desk", "-closed_at"],
                        name="review_closed_at_desk",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("status__in", ["open", "signed_once"])),
                        fields=["codes"],
                        name="review_waiting_codes",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["open", "signed_once"])),
                        fields=("proposal",),
                        name="review_only_one_open_per_proposal",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "signed_once"]), models.Q(("kind", "sample"), _negated=True)
                        ),
                        fields=("run",),
                        name="review_only_one_open_question_per_run",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["open", "signed_once"]), ("closed_at", None)),
                            models.Q(
                                models.Q(("status__in", ["open", "signed_once"]), _negated=True),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="review_closed_at_is_set_exactly_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["approval", "sample"]), _negated=True),
                            ("proposal__isnull", False),
                            _connector="OR",
                        ),
                        name="review_of_an_approval_or_sample_has_a_proposal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "clarification"), _negated=True),
                            ("awaited__isnull", False),
                            _connector="OR",
                        ),
                        name="review_of_a_clarification_says_what_is_awaited",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "signed_once"), _negated=True), ("kind", "approval"), _connector="OR"
                        ),
                        name="review_is_signed_once_only_as_an_approval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_by", None), ("claimed_until", None)),
                            models.Q(("claimed_by__isnull", False), ("claimed_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="review_claim_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("digest", models.CharField(max_length=64)),
                ("body", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("review", "person"), name="draft_one_per_person_and_review")
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("edit", "Edit and approve"),
                            ("reject", "Reject"),
                            ("send_back", "Send back"),
                            ("hand_over", "Hand over"),
                            ("take_over", "Take over the claim"),
                            ("answer", "Answer"),
                            ("retry", "Retry"),
                            ("happened", "It did happen"),
                            ("did_not_happen", "It did not happen"),
                            ("take_back", "Take a signature back"),
                            ("would_approve", "Would Approve"),
                            ("would_edit", "Would Edit"),
                            ("would_reject", "Would Reject"),
                            ("unsure", "Unsure"),
                        ],
                        max_length=14,
                    ),
                ),
                ("code", models.CharField(default="", max_length=60)),
                ("seen", models.JSONField(default=dict)),
                ("request_key", models.CharField(max_length=80, null=True)),
                ("audit_seq", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="runs.proposal",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reviews.desk"),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["person", "-decided_at"], name="decision_of_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("verdict__in", ["approve", "edit"])),
                        fields=("proposal", "person", "round"),
                        name="decision_one_signature_per_person_and_proposal",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request_key__isnull", False)),
                        fields=("person", "request_key"),
                        name="decision_request_key_is_used_once_per_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict__in", ["approve", "edit"]), _negated=True),
                            ("proposal__isnull", False),
                            _connector="OR",
                        ),
                        name="decision_that_approves_names_a_proposal",
                    ),
                ],
            },
        ),
        migrations.AlterUniqueTogether(
            name="deskgrouppermission",
            unique_together={("group", "permission", "content_object")},
        ),
        migrations.AlterUniqueTogether(
            name="deskuserpermission",
            unique_together={("user", "permission", "content_object")},
        ),
    ]
