"""The demo's inbox: eighty invoices, four of five of them ordinary, each with the outcome it should have."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.demo.companies import Vendor
from agentops.agents.invoices.demo.failures import FAILURES
from agentops.agents.invoices.demo.goods import GOODS
from agentops.agents.invoices.demo.invoice import Invoice
from agentops.agents.invoices.demo.stories import STORIES, sent_twice
from agentops.agents.invoices.demo.story import Story
from agentops.agents.invoices.demo.vendors import HYBRID
from agentops.agents.invoices.demo.world import USUAL, World, build_world, repriced

AUTO, AUTOMATIC = "auto", "automatic"
MANIFEST = "manifest.jsonl"
# How many ordinary invoices each vendor sends: 64 of 80, the guide's 80 %.
ORDINARY = {
    "V-70014": 7, "V-70021": 6, "V-70033": 4, "V-70045": 5, "V-70052": 4, "V-70068": 5, "V-70071": 4,
    "V-70079": 6,
    "V-70083": 4, "V-70088": 4, "V-70091": 5, "V-70094": 2, "V-70096": 4, "V-70099": 4,
}  # fmt: skip
PAIRED = frozenset({"V-70079", "V-70099"})  # their first two invoices share an order
LONG = frozenset({"V-70021"})  # their first two invoices run over two pages
SCANNED = frozenset({"V-70033"})  # their last one comes off a scanner
SMALL = {"JPY": (Decimal("1500"), Decimal("9500")), "DKK": (Decimal("900"), Decimal("8500"))}


@dataclass(frozen=True)
class DemoCase:
    """One file of the inbox and what should become of it; `share` is automatic, escalated or failed."""

    sequence: int
    file: str
    kind: str
    case: str
    says: str
    disposition: str
    reasons: tuple[str, ...]
    share: str
    vendor: str
    po_number: str | None
    truth: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """The line of the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class Demo:
    """The whole plan: the world, and each case with the invoice behind it."""

    world: World
    cases: tuple[tuple[DemoCase, Invoice], ...]


def plan(today: date) -> Demo:
    """Decide everything and write nothing; the same day gives the same demo."""
    world = build_world(today)
    ordinary = [story for vendor in world.vendors for story in _ordinary(world, vendor, ORDINARY[vendor.key])]
    special = [tell(world) for tell in (*STORIES, *FAILURES)]
    for vendor in world.vendors:  # orders that nobody has billed yet
        world.place_order(vendor.key, worth=SMALL.get(vendor.currency, USUAL))
    again = next(story.invoice for story in ordinary if story.kind == HYBRID and story.invoice.vendor.country == "AT")
    inbox = special[1:] + ordinary
    world.chance.shuffle(inbox)
    inbox = [*inbox[:2], special[0], *inbox[2:], sent_twice(again)]
    return Demo(world, tuple((_case(at, story), story.invoice) for at, story in enumerate(inbox, start=1)))


def build(folder: Path, today: date) -> list[DemoCase]:
    """Write the inbox and its manifest into `folder`; raises `OSError` if the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    demo = plan(today)
    for case, invoice in demo.cases:
        (folder / case.file).write_bytes(documents.write(invoice, case.kind))
    cases = [case for case, _ in demo.cases]
    lines = (json.dumps(case.as_json(), ensure_ascii=False) for case in cases)
    (folder / MANIFEST).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return cases


def read_manifest(folder: Path) -> list[DemoCase]:
    """The cases that `build` wrote; raises `FileNotFoundError` where it has not."""
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return [DemoCase(**{**row, "reasons": tuple(row["reasons"])}) for row in rows]


def _ordinary(world: World, vendor: Vendor, count: int) -> list[Story]:
    """Invoices that match their orders; some are paid on receipt, some a little dearer."""
    if vendor.key in PAIRED:
        begin = list(zip(("The first part of an order.", "The rest of an order."), _pair(world, vendor), strict=True))
    elif vendor.key in LONG:
        begin = [("Two pages long.", _long(world, vendor)) for _ in range(2)]
    else:
        begin = []
    rest = [("As ordered.", _usual(world, vendor, at)) for at in range(len(begin), count)]
    kinds = cycle(vendor.formats)
    told = [
        Story("ordinary", says, invoice, kind, (), AUTO, AUTOMATIC)
        for (says, invoice), kind in zip([*begin, *rest], kinds, strict=False)
    ]
    if vendor.key in SCANNED:
        says = "Came off a scanner: its words are read from the picture."
        told[-1] = Story("scanned", says, told[-1].invoice, "pdf-scan", (), AUTO, AUTOMATIC)
    return told


def _pair(world: World, vendor: Vendor) -> tuple[Invoice, Invoice]:
    order = world.place_order(vendor.key, goods=GOODS[vendor.key][:4], quantities=(4, 6, 8, 1))
    first, rest = order.items[:2], order.items[2:]
    return world.bill(vendor.key, first, order.number), world.bill(vendor.key, rest, order.number)


def _long(world: World, vendor: Vendor) -> Invoice:
    goods = GOODS[vendor.key]
    counts = [world.chance.randint(max(1, good.most // 4), good.most) for good in goods]
    order = world.place_order(vendor.key, goods=goods, quantities=counts)
    return world.bill(vendor.key, order.items, order.number)


def _usual(world: World, vendor: Vendor, at: int) -> Invoice:
    order = world.place_order(vendor.key, worth=SMALL.get(vendor.currency, USUAL), receipt_needed=at % 3 == 2)
    items = order.items
    if at == 3 and vendor.currency == "EUR":
        items = repriced(items, "EUR", lambda each: each.unit_price * Decimal("1.006"))  # within tolerance
    return world.bill(vendor.key, items, order.number)


def _case(at: int, story: Story) -> DemoCase:
    invoice = story.invoice
    readable = story.disposition != "reject"
    return DemoCase(
        sequence=at, file=story.file or _file_name(invoice, story.kind), kind=story.kind, case=story.name,
        says=story.says, disposition=story.disposition, reasons=story.reasons, share=story.share,
        vendor=invoice.vendor.key, po_number=invoice.order, truth=invoice.truth() if readable else None,
    )  # fmt: skip


def _file_name(invoice: Invoice, kind: str) -> str:
    ending = "xml" if kind.startswith("xml") else "pdf"
    plain = unicodedata.normalize("NFKD", invoice.vendor.name.replace("Ø", "O")).encode("ascii", "ignore").decode()
    name = re.match(r"(?:[A-Za-z]+ )*?[A-Z][a-z]+ (?:& |[a-z]+ )*[A-Z][a-z]+", plain)
    words = re.findall(r"[A-Za-z]+", name[0] if name else plain)
    return f"{'-'.join(words)}_{re.sub(r'[^A-Za-z0-9]+', '-', invoice.number)}.{ending}"
