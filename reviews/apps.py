"""Wiring of the reviews room."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db.models.signals import post_migrate


class ReviewsConfig(AppConfig):
    name = "reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the ticker its chore, and say what is only ever added and what is never deleted."""
        from agentops.core.rights import register_immutable, register_lasting
        from reviews.jobs import escalate_reviews, expire_reviews
        from runs.ticker import chore

        chore("expired reviews", every=15.0, work=expire_reviews)
        chore("late reviews", every=15.0, work=escalate_reviews)

        register_immutable("reviews_decision", "reviews_comment")
        register_lasting("reviews_review", "reviews_desk", "reviews_limitchange")
        post_migrate.connect(_make_last_resort, sender=self, dispatch_uid="reviews.make_last_resort")
        register(Tags.database)(every_agent_has_a_desk)


def every_agent_has_a_desk(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A warning per agent whose reviews would wait where nobody decides; asked with `check --database default`."""
    from django.db import DatabaseError

    from reviews.queries import agents_without_desk

    if not databases:
        return []
    try:
        found = agents_without_desk()
    except DatabaseError:
        return []  # there are no tables yet
    return [
        Warning(
            f"The agent {agent.name} has no desk: what needs a person waits at the desk 'unassigned'.",
            hint=f"manage.py create_desk {agent.desk} --name … --agent {agent.name}, then grant_desk.",
            id="reviews.W001",
        )
        for agent in found
    ]


def _make_last_resort(**signal: Any) -> None:
    from reviews.services.unassigned import make_last_resort

    make_last_resort(**signal)
