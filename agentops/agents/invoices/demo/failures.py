"""The files that no agent gets through: a fax nobody can read, and three that are refused at the door."""

from collections.abc import Callable

from agentops.agents.invoices.demo.story import FAILED, REJECT, Story
from agentops.agents.invoices.demo.world import World


def only_a_picture(world: World) -> Story:
    order = world.place_order("V-70033")
    invoice = world.bill("V-70033", order.items, order.number)
    reasons = ("low_quality", "missing_field")
    return Story(
        "unreadable_fax", "A fax of a fax: hardly a word can be made out.", invoice, "pdf-fax",
        reasons,
        share=FAILED, file="Fax_0417.pdf",
    )  # fmt: skip


def locked(world: World) -> Story:
    order = world.place_order("V-70052")
    invoice = world.bill("V-70052", order.items, order.number)
    return Story(
        "encrypted", "Opens only with a password.", invoice, "pdf-encrypted", ("encrypted",), REJECT, FAILED,
        f"{invoice.number}_protected.pdf",
    )  # fmt: skip


def lost_on_the_way(world: World) -> Story:
    order = world.place_order("V-70083")
    invoice = world.bill("V-70083", order.items, order.number)
    return Story(
        "empty",
        "An attachment of zero bytes.",
        invoice,
        "empty",
        ("empty_file",),
        REJECT,
        FAILED,
        "Fattura.pdf",
    )


def not_a_document(world: World) -> Story:
    order = world.place_order("V-70068")
    invoice = world.bill("V-70068", order.items, order.number)
    return Story(
        "portal_page", "A portal's sign-in page under the name of a PDF.", invoice, "portal-page",
        ("unsupported_type", "corrupt_file", "not_an_invoice"), REJECT, FAILED, "invoice-download.pdf",
    )  # fmt: skip


FAILURES: tuple[Callable[[World], Story], ...] = (only_a_picture, locked, lost_on_the_way, not_a_document)
