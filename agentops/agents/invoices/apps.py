"""Wiring: the invoice agent registers itself, its tools, its chores, and whether its doorways are filled."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Info, Tags, register


class InvoicesConfig(AppConfig):
    name = "agentops.agents.invoices"
    label = "invoices"
    verbose_name = "Supplier invoices"

    def ready(self) -> None:
        from agentops.core.rights import register_immutable, register_lasting
        from runs.agents import agents
        from runs.ticker import chore

        from . import tools  # noqa: F401 - importing declares the tools
        from .jobs import learn_aside, put_accounts_in_force
        from .workflow import InvoiceAgent

        agents.register(InvoiceAgent())
        chore("accounts that have cooled", every=30.0, work=put_accounts_in_force)
        chore("corrections to learn from", every=5.0, work=learn_aside)
        immutable = ("journalentry", "journalline", "callback", "layout", "lessonuse")
        register_immutable(*(f"invoices_{name}" for name in immutable))
        lasting = ("vendor", "vendoraccount", "vendorphone", "vendorchange", "accountchange", "invoice", "payment")
        register_lasting(*(f"invoices_{name}" for name in (*lasting, "period", "correction", "lesson")))
        register(doorways_are_filled)
        register(the_sandbox_is_strong_enough, Tags.security)
        register(how_strong_the_sandbox_is, Tags.security, deploy=True)


def doorways_are_filled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The settings ACCOUNTING and BANK name classes that can be made."""
    from . import accounting, bank

    found: list[CheckMessage] = []
    for number, (name, doorway) in enumerate({"ACCOUNTING": accounting, "BANK": bank}.items(), 1):
        try:
            doorway.connect()
        except Exception as error:
            told = f"The setting {name} does not name a class that fills its doorway: {error}"
            found.append(Error(told, hint=f"Set AGENTOPS_{name} to a dotted path.", id=f"invoices.E00{number}"))
    return found


def the_sandbox_is_strong_enough(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """This machine gives the walls that the setting SANDBOX_MINIMUM asks for."""
    from django.conf import settings

    from .reading.sandbox import level

    minimum, standing = settings.SANDBOX_MINIMUM, level.standing() if settings.SANDBOX_MINIMUM != "rlimits" else ""
    if not standing or level.is_enough(standing, minimum):
        return []
    told = f"Documents would be parsed behind “{standing}” walls, and at least “{minimum}” is asked for."
    hint = (
        "Run on Linux 5.13 or newer on x86_64 or aarch64, in a container that allows seccomp and Landlock; or set "
        f"AGENTOPS_SANDBOX_MINIMUM={standing} and keep untrusted senders out."
    )
    return [Error(told, hint=hint, id="invoices.E003")]


def how_strong_the_sandbox_is(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Said by `manage.py check --deploy`; each reading records the same of itself."""
    from .reading.sandbox import level

    walls = ", ".join(level.walls()) or "none"
    return [Info(f"Documents are parsed behind “{level.standing()}” walls ({walls}).", id="invoices.I001")]
