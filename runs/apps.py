"""Wiring of the runtime: what is immutable, whose heads the audit trail has here, and that its doorway is filled."""

from collections.abc import Collection, Iterable
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.db.models.signals import post_migrate

from agentops.core.audit.rows import Vouched


class RunsConfig(AppConfig):
    """The runtime."""

    name = "runs"
    label = "runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agentops.core.rights import register_immutable, register_lasting

        register_immutable(
            *("runs_agentversion", "runs_plan", "runs_runinput", "runs_step", "runs_toolcall", "runs_action")
        )
        register_lasting("runs_run", "runs_proposal", "runs_approval", "runs_effect", "runs_await", "runs_modelcall")
        register_lasting("runs_intakeproblem", "runs_childrun", "runs_modelbatch")
        register_immutable("runs_note", "runs_feedback")
        from runs import built_in  # noqa: F401 - importing declares the tools that every agent has

        _register_heads()
        _register_rows()
        _name_agents()
        post_migrate.connect(forget_what_is_stored, sender=self, dispatch_uid="runs.forget")
        register(doorway_is_filled)
        register(what_may_leave_is_readable)


def doorway_is_filled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A run that needs a person must be able to ask one."""
    from runs.inbox import inbox

    try:
        inbox()
    except Exception as error:
        return [Error(f"The setting INBOX does not name a class that asks people: {error}", id="runs.E001")]
    return []


def what_may_leave_is_readable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A setting that cannot be read would be found by the first run that asks a model."""
    from django.core.exceptions import ImproperlyConfigured

    from runs.gateway.house_egress import house_egress

    try:
        house_egress("")
    except ImproperlyConfigured as error:
        return [Error(str(error), id="runs.E002")]
    return []


def forget_what_is_stored(**kwargs: Any) -> None:
    """A database that was migrated or emptied does not hold what this process remembers having stored."""
    from runs import leased, services

    services._version.cache_clear()
    leased._known_plans.clear()


def _name_agents() -> None:
    from runs.agents import agents
    from tools_registry.scopes import name_agents

    name_agents(lambda: [agent.name for agent in agents])


def _register_heads() -> None:
    from agentops.core.audit.verify import register_heads
    from runs.queries import audit_heads

    register_heads("runs", audit_heads)


def _register_rows() -> None:
    from agentops.core.audit.verify import register_rows

    def rows(streams: Collection[str] | None) -> Iterable[Vouched]:
        from runs.proving import rows_of_trail  # the whole runtime, which only the verifier needs here

        return rows_of_trail(streams)

    register_rows("runs", rows)
