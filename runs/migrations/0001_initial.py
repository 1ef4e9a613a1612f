"""Runs and what they are made of."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids
import runs.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The short numbers people say aloud.
        migrations.RunSQL("CREATE SEQUENCE runs_run_number START 20001", "DROP SEQUENCE runs_run_number"),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("ordinal", models.SmallIntegerField()),
                ("seq", models.SmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("tool", models.CharField(max_length=60)),
                ("tool_version", runs.models.HashField(max_length=64)),
                ("impact", models.CharField(max_length=12)),
                ("effect_class", models.CharField(max_length=14)),
                ("args", models.JSONField()),
                ("digest", runs.models.HashField(max_length=64)),
                ("reference", models.CharField(max_length=300)),
                ("basis", models.JSONField(null=True)),
                ("verdict", models.CharField(max_length=8)),
                ("policy", runs.models.HashField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AgentVersion",
            fields=[
                ("hash", runs.models.HashField(max_length=64, primary_key=True, serialize=False)),
                ("agent", models.CharField(max_length=60)),
                ("body", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("hash", runs.models.HashField(max_length=64, primary_key=True, serialize=False)),
                ("steps", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.SmallIntegerField()),
                ("revision", models.SmallIntegerField()),
                ("position", models.SmallIntegerField()),
                ("label", models.CharField(max_length=60)),
                ("digest", runs.models.HashField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("allowed", "Allowed"),
                            ("approved", "Approved"),
                            ("performed", "Performed"),
                            ("superseded", "Superseded"),
                            ("rejected", "Rejected"),
                            ("denied", "Denied"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sentence", models.TextField()),
                ("body", models.JSONField()),
                ("verdict", models.CharField(max_length=8)),
                ("reasons", models.JSONField(default=list)),
                ("blocked", models.BooleanField(default=False)),
                ("signatures", models.SmallIntegerField(default=0)),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("confidence", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("counterparty", models.CharField(default="", max_length=120)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("currency", models.CharField(default="", max_length=3)),
                ("converted", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("policy", runs.models.HashField(max_length=64)),
                ("limits", models.JSONField(default=list)),
                ("sample_probability", models.DecimalField(decimal_places=5, default=0, max_digits=6)),
                ("sample_roll", models.DecimalField(decimal_places=5, default=1, max_digits=6)),
                ("sampled", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["allowed", "approved", "open"]), ("closed_at", None)),
                            models.Q(
                                models.Q(("state__in", ["allowed", "approved", "open"]), _negated=True),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_closed_at_is_set_exactly_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "review"), _negated=True),
                            ("signatures__in", [1, 2]),
                            _connector="OR",
                        ),
                        name="proposal_for_review_names_its_signatures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("blocked", True), ("state__in", ["allowed", "approved", "performed"]), _negated=True
                        ),
                        name="proposal_blocked_is_never_allowed_or_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "number",
                    models.BigIntegerField(db_default=runs.models.NextNumber(sequence="runs_run_number"), unique=True),
                ),
                ("agent", models.CharField(max_length=60)),
                ("request_key", models.CharField(max_length=200, null=True)),
                ("revision", models.SmallIntegerField(default=1)),
                ("position", models.SmallIntegerField(default=0)),
                ("stage", models.CharField(max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("awaiting", "Awaiting"),
                            ("completed", "Completed"),
                            ("rejected", "Rejected"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                (
                    "awaiting",
                    models.CharField(
                        choices=[
                            ("review", "Review"),
                            ("model", "Model"),
                            ("message", "Message"),
                            ("timer", "Timer"),
                            ("child", "Child"),
                            ("hold", "Hold"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_holder", models.CharField(default="", max_length=60)),
                ("epoch", models.BigIntegerField(default=0)),
                ("suspect", models.BooleanField(default=False)),
                ("alone", models.BooleanField(default=False)),
                ("crashes", models.SmallIntegerField(default=0)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("audit_seq", models.BigIntegerField(default=0)),
                (
                    "audit_head",
                    models.BinaryField(
                        default=b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
                        max_length=32,
                    ),
                ),
                ("spent_steps", models.IntegerField(default=0)),
                ("spent_calls", models.IntegerField(default=0)),
                ("spent_tokens", models.IntegerField(default=0)),
                ("spent_cost", models.BigIntegerField(default=0)),
                ("spent_ms", models.BigIntegerField(default=0)),
                ("budget_steps", models.IntegerField()),
                ("budget_calls", models.IntegerField()),
                ("budget_tokens", models.IntegerField()),
                ("budget_cost", models.BigIntegerField()),
                ("budget_ms", models.BigIntegerField()),
                ("budget_revisions", models.SmallIntegerField()),
                ("end_code", models.CharField(default="", max_length=60)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="runs.run",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="runs.plan",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="runs.agentversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="run_due"),
                    models.Index(
                        condition=models.Q(("awaiting__isnull", False)), fields=["awaiting"], name="run_awaiting"
                    ),
                    models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="run_children"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_at", models.F("lease_until")),
                                ("lease_until__isnull", False),
                                ("status", "running"),
                            ),
                            models.Q(models.Q(("status", "running"), _negated=True), ("lease_until", None)),
                            _connector="OR",
                        ),
                        name="run_is_leased_exactly_when_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("awaiting__isnull", False), ("status", "awaiting")),
                            models.Q(models.Q(("status", "awaiting"), _negated=True), ("awaiting", None)),
                            _connector="OR",
                        ),
                        name="run_says_what_it_awaits_exactly_when_awaiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["cancelled", "completed", "failed", "rejected"]),
                                ("ended_at__isnull", False),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ["cancelled", "completed", "failed", "rejected"]), _negated=True
                                ),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="run_ended_at_is_set_exactly_when_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("status", "queued"), _negated=True),
                                ("due_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ["cancelled", "completed", "failed", "rejected"]), _negated=True
                                ),
                                ("due_at", None),
                                _connector="OR",
                            ),
                        ),
                        name="run_queued_is_due_and_ended_is_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("spent_steps__lte", models.F("budget_steps")),
                            ("spent_calls__lte", models.F("budget_calls")),
                            ("spent_tokens__lte", models.F("budget_tokens")),
                            ("spent_cost__lte", models.F("budget_cost")),
                            (
                                "revision__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("budget_revisions"), "+", models.Value(1)
                                ),
                            ),
                        ),
                        name="run_spends_within_its_budget",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request_key__isnull", False)),
                        fields=("requester", "request_key"),
                        name="run_request_key_is_used_once_per_requester",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("digest", runs.models.HashField(max_length=64)),
                (
                    "signers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("consumed_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "action",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="runs.action",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("action",),
                        name="approval_only_one_standing_per_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signers__len__gte", 1)), name="approval_is_signed_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("consumed_at", None), ("revoked_at", None), _connector="OR"),
                        name="approval_is_consumed_or_revoked_not_both",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="action",
            name="proposal",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="actions",
                to="runs.proposal",
            ),
        ),
        migrations.CreateModel(
            name="RunInput",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="given",
                        serialize=False,
                        to="runs.run",
                    ),
                ),
                ("goal", models.TextField()),
                ("input", models.JSONField()),
                ("subject", models.CharField(default="", max_length=300)),
                ("document", runs.models.HashField(max_length=64, null=True)),
                ("salt", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("document__isnull", False)),
                        fields=["document"],
                        name="run_input_document",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="proposal",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="runs.run",
            ),
        ),
        migrations.CreateModel(
            name="ModelCall",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("revision", models.SmallIntegerField()),
                ("seq", models.SmallIntegerField()),
                ("attempt", models.SmallIntegerField()),
                ("role", models.CharField(max_length=20)),
                ("provider", models.CharField(max_length=30)),
                ("model", models.CharField(max_length=80)),
                ("prompt_hash", runs.models.HashField(max_length=64)),
                ("request_digest", runs.models.HashField(max_length=64)),
                ("provider_request_id", models.CharField(default="", max_length=120)),
                ("stop_reason", models.CharField(default="", max_length=40)),
                ("error", models.TextField(default="")),
                ("tokens_in", models.IntegerField(default=0)),
                ("tokens_out", models.IntegerField(default=0)),
                ("tokens_cached", models.IntegerField(default=0)),
                ("cost", models.BigIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("duration_ms", models.FloatField(default=0)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_calls",
                        to="runs.run",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "revision", "seq", "request_digest", "attempt"),
                        name="model_call_attempt_is_recorded_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                ("key", runs.models.HashField(max_length=64, primary_key=True, serialize=False)),
                ("tool", models.CharField(max_length=60)),
                ("reference", models.CharField(max_length=300)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("sent", "Sent"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=10,
                    ),
                ),
                ("epoch", models.BigIntegerField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("intended_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("receipt", models.JSONField(null=True)),
                ("error", models.TextField(default="")),
                ("limits", models.JSONField(default=list)),
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="effect", to="runs.action"
                    ),
                ),
                (
                    "approval",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effect",
                        to="runs.approval",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effects",
                        to="runs.run",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["intended", "sent", "unknown"])),
                        fields=["run"],
                        name="effect_unsettled",
                    ),
                    models.Index(fields=["run"], name="effect_of_run"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "refused"), _negated=True),
                        fields=("tool", "reference"),
                        name="effect_happens_once_per_business_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", False), ("status__in", ["confirmed", "refused"])),
                            models.Q(
                                models.Q(("status__in", ["confirmed", "refused"]), _negated=True),
                                ("settled_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="effect_settled_at_is_set_exactly_when_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Await",
            fields=[
                ("id", models.UUIDField(default=agentops.core.ids.uuid7, primary_key=True, serialize=False)),
                ("revision", models.SmallIntegerField()),
                ("seq", models.SmallIntegerField()),
                ("request_digest", runs.models.HashField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("review", "Review"),
                            ("model", "Model"),
                            ("message", "Message"),
                            ("timer", "Timer"),
                            ("child", "Child"),
                            ("hold", "Hold"),
                        ],
                        max_length=10,
                    ),
                ),
                ("request", models.JSONField()),
                ("answer", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awaits",
                        to="runs.run",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "revision", "seq", "request_digest"), name="await_is_asked_once_per_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", None), ("answered_at", None)),
                            models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="await_is_answered_with_an_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id",
                        "revision",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.SmallIntegerField()),
                ("seq", models.SmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("tool", models.CharField(max_length=60)),
                ("stage", models.CharField(max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("empty", "Empty"),
                            ("skipped", "Skipped"),
                            ("carried", "Carried"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("output", models.JSONField(null=True)),
                ("note", models.TextField(default="")),
                ("epoch", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="runs.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ToolCall",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id",
                        "revision",
                        "seq",
                        "attempt",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.SmallIntegerField()),
                ("seq", models.SmallIntegerField()),
                ("attempt", models.SmallIntegerField()),
                ("tool", models.CharField(max_length=60)),
                ("tool_version", runs.models.HashField(max_length=64)),
                ("effect_key", models.CharField(default="", max_length=64)),
                ("input", models.JSONField()),
                ("output", models.JSONField(null=True)),
                ("result", models.CharField(max_length=10)),
                ("error", models.TextField(default="")),
                ("epoch", models.BigIntegerField()),
                ("started_at", models.DateTimeField()),
                ("duration_ms", models.FloatField()),
                ("cpu_ms", models.FloatField(default=0)),
                ("cost", models.BigIntegerField(default=0)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tool_calls",
                        to="runs.run",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.UniqueConstraint(
                fields=("proposal", "ordinal"), name="action_ordinal_is_unique_in_its_proposal"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("run", "number"), name="proposal_number_is_unique_in_its_run"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["allowed", "approved", "open"])),
                fields=("run",),
                name="proposal_only_one_live_per_run",
            ),
        ),
    ]
