"""`manage.py support_figures`: how the support agent does, beside the field's figure."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...figures import figures
from ...policy import SOLVED_BY_THE_FIELD


class Command(BaseCommand):
    """Prints the figures of the last 90 days."""

    help = "What was resolved without escalation, how fast, and what customers say; of the last 90 days."

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each figure."""
        found = figures(now=timezone.now())
        alone = "nothing has ended yet" if found.resolved_alone is None else f"{found.resolved_alone} %"
        self.stdout.write(
            f"Tickets                      {found.tickets}, {found.ended} ended, {found.escalated} escalated"
        )
        self.stdout.write(f"Resolved without escalation  {alone} (the field: {SOLVED_BY_THE_FIELD} %)")
        self.stdout.write(f"Time to the first reply      {found.first_reply or 'none yet'}")
        self.stdout.write(f"Time to the end              {found.resolution or 'none yet'}")
        said = (
            "none yet"
            if found.satisfaction is None
            else f"{found.satisfaction:.1f} of 5, {found.satisfied} % satisfied"
        )
        self.stdout.write(f"Satisfaction                 {said} ({found.ratings} ratings)")
