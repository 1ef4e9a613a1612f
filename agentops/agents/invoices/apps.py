"""Wiring: the invoice agent registers itself, its tools, its chore, and whether its doorways are filled."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class InvoicesConfig(AppConfig):
    name = "agentops.agents.invoices"
    label = "invoices"
    verbose_name = "Supplier invoices"

    def ready(self) -> None:
        from agentops.core.rights import register_immutable, register_lasting
        from runs.agents import agents
        from runs.ticker import chore

        from . import tools  # noqa: F401 - importing declares the tools
        from .jobs import put_accounts_in_force
        from .workflow import InvoiceAgent

        agents.register(InvoiceAgent())
        chore("accounts that have cooled", every=30.0, work=put_accounts_in_force)
        register_immutable("invoices_journalentry", "invoices_journalline", "invoices_callback")
        lasting = ("vendor", "vendoraccount", "vendorphone", "vendorchange", "accountchange", "invoice", "payment")
        register_lasting(*(f"invoices_{name}" for name in (*lasting, "period")))
        register(doorways_are_filled)


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
