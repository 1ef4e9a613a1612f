"""API tokens: only their hashes, and a trigger that lets nothing about them change but their use and their end."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids

GUARD = """
CREATE FUNCTION core_guard_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.name, NEW.owner_id, NEW.prefix, NEW.digest, NEW.scopes, NEW.created_by_id, NEW.created_at, NEW.expires_at)
        IS DISTINCT FROM
       (OLD.id, OLD.name, OLD.owner_id, OLD.prefix, OLD.digest, OLD.scopes, OLD.created_by_id, OLD.created_at, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'a token stays what it was made: revoke it and make another' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked token stays revoked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER core_apitoken_guard BEFORE UPDATE ON core_apitoken FOR EACH ROW EXECUTE FUNCTION core_guard_token();
ALTER TABLE core_apitoken ENABLE ALWAYS TRIGGER core_apitoken_guard;
"""
UNGUARD = "DROP TRIGGER core_apitoken_guard ON core_apitoken; DROP FUNCTION core_guard_token();"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_shorter_trail"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("prefix", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["owner", "-created_at"], name="token_of_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="token_is_kept_as_a_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__contained_by", ["runs:start", "runs:read", "runs:cancel", "reviews:read"]),
                            ("scopes__len__gt", 0),
                        ),
                        name="token_is_for_something_that_exists",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("created_at")),
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_at"), "+", models.Value(datetime.timedelta(days=366))
                                ),
                            ),
                        ),
                        name="token_ends_within_a_year",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
