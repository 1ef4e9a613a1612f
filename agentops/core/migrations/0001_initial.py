"""The first tables: users with their own model, files, exchange rates, and the audit trail."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import guardian.mixins
from django.db import migrations, models

import agentops.core.audit.fields
import agentops.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditFacet",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind",
                        "value",
                        "stream",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=200)),
                ("stream", models.CharField(db_collation="C", max_length=120)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "db_table": "audit_facet",
            },
        ),
        migrations.CreateModel(
            name="AuditStream",
            fields=[
                (
                    "stream",
                    models.CharField(db_collation="C", max_length=120, primary_key=True, serialize=False),
                ),
                ("head_seq", models.BigIntegerField()),
                ("head_hash", models.BinaryField()),
            ],
            options={
                "db_table": "audit_stream",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stream", models.CharField(db_collation="C", max_length=120)),
                ("seq", models.BigIntegerField()),
                (
                    "tx",
                    agentops.core.audit.fields.TransactionIdField(
                        db_default=agentops.core.audit.fields.CurrentTransaction()
                    ),
                ),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=80)),
                ("actor", models.CharField(max_length=160)),
                ("prev", models.BinaryField()),
                ("body", models.TextField()),
                ("hash", models.BinaryField()),
                ("mac", models.BinaryField()),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["at"], name="audit_entry_by_time", pages_per_range=32
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="audit_entry_counts_from_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditKey",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=160)),
                ("wrapped_key", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "audit_key",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("destroyed_at", None)),
                        fields=("subject",),
                        name="audit_key_one_alive_per_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at", None), ("wrapped_key__isnull", False)),
                            models.Q(("destroyed_at__isnull", False), ("wrapped_key", None)),
                            _connector="OR",
                        ),
                        name="audit_key_is_gone_exactly_when_destroyed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditPayload",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream", "seq", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stream", models.CharField(db_collation="C", max_length=120)),
                ("seq", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("ciphertext", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        db_column="key_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payloads",
                        to="core.auditkey",
                    ),
                ),
            ],
            options={
                "db_table": "audit_payload",
            },
        ),
        migrations.CreateModel(
            name="Blob",
            fields=[
                (
                    "sha256",
                    models.CharField(db_collation="C", max_length=64, primary_key=True, serialize=False),
                ),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="blob_is_named_by_a_sha256",
                    ),
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="blob_size_is_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("base", models.CharField(max_length=3)),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("base", "currency", "day"), name="exchange_rate_one_per_pair_and_day"
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="exchange_rate_is_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("base", models.F("currency")), _negated=True),
                        name="exchange_rate_joins_two_currencies",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("service", "Service")], default="person", max_length=8
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower(models.F("email")))),
                        name="user_email_is_written_in_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["person", "service"])),
                        name="user_kind_is_person_or_service",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_superuser", False)), name="user_is_never_a_superuser"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "service"), _negated=True),
                            ("password__startswith", "!"),
                            _connector="OR",
                        ),
                        name="user_of_a_service_has_no_password",
                    ),
                ],
            },
            bases=(guardian.mixins.GuardianUserMixin, models.Model),
        ),
    ]
