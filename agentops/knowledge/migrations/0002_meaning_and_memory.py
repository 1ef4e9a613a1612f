"""Vectors of passages, and what people taught about counterparties."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agentops.core.ids

# Only persons teach, and what they taught does not change: it ends.
GUARD = """
CREATE FUNCTION knowledge_memory_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'knowledge_memory: what was taught is not deleted, it ends' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR (NEW.id, NEW.about, NEW.topic, NEW.words, NEW.proposal,
        NEW.digest, NEW.taught_by_id, NEW.taught_at) IS DISTINCT FROM (OLD.id, OLD.about, OLD.topic, OLD.words,
        OLD.proposal, OLD.digest, OLD.taught_by_id, OLD.taught_at)) THEN
        RAISE EXCEPTION 'knowledge_memory: what was taught does not change, it ends' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM core_user u WHERE u.id IN (NEW.taught_by_id, NEW.ended_by_id) AND u.kind <> 'person') THEN
        RAISE EXCEPTION 'knowledge_memory: only persons teach' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER knowledge_memory_guard BEFORE INSERT OR UPDATE OR DELETE ON knowledge_memory
    FOR EACH ROW EXECUTE FUNCTION knowledge_memory_guard();
"""
GUARD_BACK = """
DROP TRIGGER knowledge_memory_guard ON knowledge_memory;
DROP FUNCTION knowledge_memory_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="PassageVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("embedder", models.CharField(max_length=80)),
                ("vector", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                (
                    "passage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="vectors", to="knowledge.passage"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("passage", "embedder"), name="passage_vector_once_per_embedder"),
                    models.CheckConstraint(condition=models.Q(("vector__len__gt", 0)), name="passage_vector_is_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Memory",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.CharField(max_length=200)),
                ("topic", models.CharField(max_length=60)),
                ("words", models.CharField(max_length=500)),
                ("proposal", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("taught_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taught_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("about", "topic"),
                        name="memory_only_one_in_force_per_topic",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about", ""), _negated=True),
                            models.Q(("topic", ""), _negated=True),
                            models.Q(("words", ""), _negated=True),
                        ),
                        name="memory_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="memory_ended_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
    ]
