"""`manage.py grant_examples`: what the example agents may do to begin with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...granting import grant_examples


class Command(BaseCommand):
    """Reads and parts alone; every change to review."""

    help = "Grant the example agents to look and to hand over alone, and to propose everything else."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what became of it: in force, or waiting for a second administrator."""
        self.stdout.write(str(grant_examples(now=timezone.now())))
