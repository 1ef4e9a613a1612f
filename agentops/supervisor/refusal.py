"""The door that every part goes through before it starts to serve."""

from django.core.management.base import CommandError

from agentops.supervisor.checks import reasons_not_to_start


def refuse_if_unsafe() -> None:
    """Raises `CommandError` with one sentence per setting that must change first."""
    if reasons := reasons_not_to_start():
        raise CommandError("It is not safe to start:\n" + "\n".join(f"- {reason}" for reason in reasons))
