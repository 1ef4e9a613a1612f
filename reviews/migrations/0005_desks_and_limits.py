"""Times by kind, whom lateness goes to, limits that only two people raise, and the tools of a review in its own row."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids

# What a person may sign up to at a desk: their own limit there; else the least of the desk's for who has none and of
# their own at other desks, so that nothing too large for them at one desk is within reach at another.
LIMIT_OF = """
CREATE FUNCTION reviews_limit_of(p_user uuid, p_desk uuid) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT l.amount FROM reviews_personallimit l WHERE l.user_id = p_user AND l.desk_id = p_desk),
        least((SELECT k.default_limit FROM reviews_desk k WHERE k.id = p_desk),
              (SELECT min(l.amount) FROM reviews_personallimit l WHERE l.user_id = p_user)))
$$;
"""
LIMIT_OF_UNDO = "DROP FUNCTION reviews_limit_of(uuid, uuid);"

# Raised by a person, a limit has a second one behind it; what was asked for never changes and is answered once.
LIMITS = """
CREATE FUNCTION reviews_check_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount > OLD.amount AND NEW.set_by_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM reviews_limitchange c WHERE c.user_id = NEW.user_id AND c.desk_id = NEW.desk_id
            AND c.after = NEW.amount AND c.status = 'confirmed'
            AND c.author_id = NEW.set_by_id AND c.decided_by_id = NEW.confirmed_by_id) THEN
        RAISE EXCEPTION 'personal limit: a second administrator confirms a raise' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_personallimit_is_raised_by_two BEFORE UPDATE ON reviews_personallimit
    FOR EACH ROW EXECUTE FUNCTION reviews_check_limit();

CREATE FUNCTION reviews_check_limit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'waiting' THEN
        RAISE EXCEPTION 'limit change: it was already answered' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.desk_id, NEW.user_id, NEW.before, NEW.after, NEW.author_id, NEW.why, NEW.created_at, NEW.expires_at)
        IS DISTINCT FROM
        (OLD.id, OLD.desk_id, OLD.user_id, OLD.before, OLD.after, OLD.author_id, OLD.why, OLD.created_at, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'limit change: what was asked for never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_limitchange_is_answered_once BEFORE UPDATE ON reviews_limitchange
    FOR EACH ROW EXECUTE FUNCTION reviews_check_limit_change();
CREATE TRIGGER reviews_limitchange_stays BEFORE DELETE ON reviews_limitchange
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
ALTER TABLE reviews_limitchange ENABLE ALWAYS TRIGGER reviews_limitchange_is_answered_once;
ALTER TABLE reviews_limitchange ENABLE ALWAYS TRIGGER reviews_limitchange_stays;
"""
LIMITS_UNDO = """
DROP TRIGGER reviews_limitchange_stays ON reviews_limitchange;
DROP TRIGGER reviews_limitchange_is_answered_once ON reviews_limitchange;
DROP FUNCTION reviews_check_limit_change();
DROP TRIGGER reviews_personallimit_is_raised_by_two ON reviews_personallimit;
DROP FUNCTION reviews_check_limit();
"""

# In the statement that stores the review, so that the path from a step to people makes no further round trip.
TOOLS = """
CREATE FUNCTION reviews_tools_of(p_proposal uuid) RETURNS varchar[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT a.tool), '{}') FROM runs_action a WHERE a.proposal_id = p_proposal
$$;
CREATE FUNCTION reviews_name_tools() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tools := reviews_tools_of(NEW.proposal_id);
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_review_names_its_tools BEFORE INSERT ON reviews_review FOR EACH ROW
    WHEN (NEW.proposal_id IS NOT NULL) EXECUTE FUNCTION reviews_name_tools();
CREATE TRIGGER reviews_review_renames_its_tools BEFORE UPDATE OF proposal_id ON reviews_review FOR EACH ROW
    WHEN (NEW.proposal_id IS DISTINCT FROM OLD.proposal_id) EXECUTE FUNCTION reviews_name_tools();
UPDATE reviews_review r SET tools = t.tools
    FROM (SELECT proposal_id, array_agg(DISTINCT tool) AS tools FROM runs_action GROUP BY 1) t
    WHERE t.proposal_id = r.proposal_id;
"""
TOOLS_UNDO = """
DROP TRIGGER reviews_review_renames_its_tools ON reviews_review;
DROP TRIGGER reviews_review_names_its_tools ON reviews_review;
DROP FUNCTION reviews_name_tools();
DROP FUNCTION reviews_tools_of(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0004_workplace"),
        ("runs", "0006_by_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LimitChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("before", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("after", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("why", models.TextField()),
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
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("status", "waiting")),
                            models.Q(models.Q(("status", "waiting"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="limit_change_is_dated_exactly_when_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="limit_change_says_why"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="desk",
            name="default_limit",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="desk",
            name="due_hours_clarification",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="desk",
            name="due_hours_sample",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="desk",
            name="due_hours_stuck",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="desk",
            name="overdue_to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="desk",
            name="risk_to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personallimit",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="personallimit",
            name="set_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="escalated_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="tools",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["tools"],
                name="review_waiting_tools",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                models.OrderBy(
                    django.db.models.functions.comparison.Coalesce("converted", "amount", models.Value(Decimal("-1"))),
                    descending=True,
                ),
                models.F("id"),
                condition=models.Q(("status__in", ["open", "signed_once"])),
                name="review_waiting_by_worth",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"])),
                fields=["opened_at", "id"],
                name="review_waiting_by_age",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("confidence", models.Value(Decimal("2"))),
                models.F("id"),
                condition=models.Q(("status__in", ["open", "signed_once"])),
                name="review_waiting_by_surety",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status", "signed_once")),
                fields=["desk", "-urgent", "sort_at", "id"],
                name="review_signed_once",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status__in", ["open", "signed_once"]), ("kind", "sample")),
                fields=["desk", "-urgent", "sort_at", "id"],
                name="review_samples",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), models.Q(("counterparty", ""), _negated=True)),
                fields=["counterparty", "-closed_at"],
                name="review_past_of_party",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("kind", "approval"), ("status", "decided")),
                fields=["agent", "-closed_at"],
                include=("confidence",),
                name="review_decided_alike",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["open", "signed_once"]), models.Q(("escalated_to", []), _negated=True)
                ),
                fields=["opened_at"],
                name="review_escalated_by_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_hours_stuck", None),
                        models.Q(("due_hours_stuck__gte", 1), ("due_hours_stuck__lte", models.F("expire_hours"))),
                        _connector="OR",
                    ),
                    models.Q(
                        ("due_hours_clarification", None),
                        models.Q(
                            ("due_hours_clarification__gte", 1),
                            ("due_hours_clarification__lte", models.F("expire_hours")),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        ("due_hours_sample", None),
                        models.Q(("due_hours_sample__gte", 1), ("due_hours_sample__lte", models.F("expire_hours"))),
                        _connector="OR",
                    ),
                ),
                name="desk_is_due_before_it_expires_whatever_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(("default_limit", None), ("default_limit__gte", 0), _connector="OR"),
                name="desk_default_limit_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="personallimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("set_by")), _negated=True),
                    _connector="OR",
                ),
                name="personal_limit_is_not_confirmed_by_its_author",
            ),
        ),
        migrations.AddField(
            model_name="limitchange",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="limitchange",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="limitchange",
            name="desk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="limit_changes", to="reviews.desk"
            ),
        ),
        migrations.AddField(
            model_name="limitchange",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="limitchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "confirmed"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False), models.Q(("decided_by", models.F("author")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="limit_change_is_confirmed_by_a_second_administrator",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")),
                fields=("desk", "user"),
                name="limit_change_only_one_waits",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(LIMIT_OF, LIMIT_OF_UNDO),
        migrations.RunSQL(LIMITS, LIMITS_UNDO),
        migrations.RunSQL(TOOLS, TOOLS_UNDO),
    ]
