"""`manage.py embed_articles`: the vectors that are missing; harmless to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentops.knowledge import embedding


class Command(BaseCommand):
    """Asks the embedder that the settings name."""

    help = "Make the vectors of passages that have none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if embedding.embedder() is None:
            raise CommandError("Nobody makes vectors here: set AGENTOPS_KNOWLEDGE_EMBEDDER to a class that does.")
        made = embedding.embed_missing()
        where = "compared by the database" if embedding.has_pgvector() else "compared by this program"
        self.stdout.write(f"{made} passages embedded; vectors are {where}.")
