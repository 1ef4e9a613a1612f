"""Articles and passages, with the words they are found by."""

import django.db.models.deletion
import django.utils.timezone
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import agentops.core.ids

# A generated column needs a function that never changes its mind about a language.
WORDS = """
CREATE FUNCTION knowledge_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE language
        WHEN 'en' THEN 'pg_catalog.english'::regconfig
        WHEN 'de' THEN 'pg_catalog.german'::regconfig
        WHEN 'fr' THEN 'pg_catalog.french'::regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
        WHEN 'it' THEN 'pg_catalog.italian'::regconfig
        WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
        WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
        ELSE 'pg_catalog.simple'::regconfig
    END
$$;
ALTER TABLE knowledge_passage ADD COLUMN words tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector(knowledge_config(language), heading), 'A')
    || setweight(to_tsvector(knowledge_config(language), text), 'B')
) STORED;
CREATE INDEX knowledge_passage_words ON knowledge_passage USING gin (words);
"""
BACK = "ALTER TABLE knowledge_passage DROP COLUMN words; DROP FUNCTION knowledge_config(text);"


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("collection", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=2)),
                ("title", models.CharField(max_length=200)),
                ("asked", models.TextField(blank=True, default="")),
                ("body", models.TextField()),
                ("source", models.CharField(blank=True, default="", max_length=300)),
                ("updated_on", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("active", models.BooleanField(default=True)),
                ("stored_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("collection", "key"), name="article_key_once_per_collection"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("body", ""), _negated=True)
                        ),
                        name="article_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__regex", "^[a-z]{2}$")), name="article_language_is_a_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=agentops.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("heading", models.TextField()),
                ("text", models.TextField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="knowledge.article"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("article", "ordinal"), name="passage_place_once_per_article"),
                ],
            },
        ),
        migrations.RunSQL(WORDS, BACK),
    ]
