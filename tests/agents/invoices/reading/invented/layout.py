# ruff: noqa: E501 - rows of words read better whole

"""Set an invented invoice on paper: heads, facts, tables, sums and feet, each in one of several arrangements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random

from .invoice import Invoice
from .paper import Paper
from .table import Table
from .tongues import SENTENCES, WORDS

LEFT, RIGHT = 45.0, 550.0


@dataclass
class Desk:
    """What all parts of a page share."""

    invoice: Invoice
    chance: Random
    paper: Paper = field(init=False)
    said: dict[str, str] = field(init=False)  # the words chosen for this page
    named: bool = False  # the supplier's whole name stands in the head

    def __post_init__(self) -> None:
        self.paper = Paper(tall=self.chance.choice((0.93, 1.0, 1.15)))
        words = WORDS[self.invoice.habit.language]
        self.said = {key: self.chance.choice(choices) for key, choices in words.items()}
        if self.said["payable"] == self.said["gross"]:
            self.said["payable"] = words["payable"][0]

    def money(self, value: Decimal) -> str:
        return self.invoice.habit.money.format(a=self.amount(value))

    def amount(self, value: Decimal) -> str:
        return self.invoice.habit.number(value, self.invoice.places)

    def plain(self, value: Decimal) -> str:
        """A quantity or rate: no more decimals than it has."""
        exponent = value.normalize().as_tuple().exponent
        return self.invoice.habit.number(value, max(0, -int(exponent)))

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share


def draw(invoice: Invoice, seed: int) -> Paper:
    """The same seed gives the same page."""
    desk = Desk(invoice, Random(seed * 7 + 1))
    left = desk.chance.choice((LEFT, LEFT, 190.0)) if invoice.places else LEFT
    y = _head(desk)
    y = _parties(desk, y)
    beside = 0.0
    if left > LEFT:
        beside = _side_column(desk, y)
        y = _title(desk, left, y + 20)
    else:
        y = _title(desk, LEFT, y + 20)
        y = _facts(desk, y + 16)
    y = Table(desk, left, RIGHT, y + 24, lambda: _head(desk) + 16).draw()
    y = _sums(desk, max(y, beside if desk.paper.page == 1 else 0) + 16)
    _closing(desk, y + 18)
    _foot(desk)
    return desk.paper


def _facts_of(desk: Desk) -> list[tuple[str, str]]:
    invoice, said = desk.invoice, desk.said
    facts = [(said["number"], invoice.number), (said["issued"], invoice.habit.day(invoice.issued))]
    if invoice.due:
        facts.append((said["due"], invoice.habit.day(invoice.due)))
    if invoice.order:
        facts.append((said["order"], invoice.order))
    others = [
        (said["customer"], "10 4417"),
        (said["delivered"], invoice.habit.day(invoice.issued - timedelta(days=3))),
    ]
    facts += [other for other in others if desk.maybe(0.3)]
    if desk.maybe(0.3):
        desk.chance.shuffle(facts)
    return facts


def _tax_id(desk: Desk) -> str:
    text = desk.invoice.vat_id
    if desk.maybe(0.25) and text[:2] in ("GB", "FR", "DE"):
        text = f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"
    return f"{desk.said['vat']}{desk.chance.choice((' ', ': '))}{text}" if text else ""


def _head(desk: Desk) -> float:
    """The letterhead; the name alone, above its address, beside it, in the middle, or split like a logo."""
    invoice, paper = desk.invoice, desk.paper
    if paper.page > 1:
        paper.put(LEFT, 50, invoice.supplier, bold=True, size=11)
        return 60
    kind = desk.chance.choice(("left", "right", "middle", "logo", "window"))
    address = [invoice.street, invoice.town]
    desk.named = kind in ("left", "right", "middle")
    if kind == "left":
        paper.put(LEFT, 56, invoice.supplier, bold=True, size=16)
        paper.put(LEFT, 70, " · ".join(address), size=8)
    elif kind == "right":
        paper.stack(RIGHT, 50, [invoice.supplier, *address, _tax_id(desk)], align="right", leading=11)
    elif kind == "middle":
        paper.put(297, 50, invoice.supplier, bold=True, size=18, align="middle")
        paper.put(297, 64, ", ".join(address), size=8, align="middle")
    elif kind == "logo":
        first, *rest = invoice.supplier.split(" ")
        paper.put(LEFT, 56, first, bold=True, size=24)
        paper.put(LEFT, 70, " ".join(rest), size=11)
        paper.put(LEFT, 82, "quality since 1968", size=8)
    else:
        paper.put(RIGHT, 56, invoice.supplier.split(" ")[0].upper(), bold=True, size=22, align="right")
    return 95


def _parties(desk: Desk, y: float) -> float:
    invoice, paper, said = desk.invoice, desk.paper, desk.said
    buyer = [invoice.buyer, "Hafenstrasse 8", "28195 Bremen"]
    kind = desk.chance.choice(("window", "labelled", "both"))
    if kind == "window":
        paper.put(LEFT, y + 14, f"{invoice.supplier} · {invoice.street} · {invoice.town}", size=6.5)
        return paper.stack(LEFT, y + 30, buyer, size=10)
    at = LEFT if kind == "labelled" or desk.maybe(0.5) else 320.0
    colon = desk.chance.choice(("", ":"))
    paper.put(at, y + 14, said["to"] + colon, size=8, bold=True)
    if desk.maybe(0.5):
        buyer.append(f"{said['vat']} {invoice.buyer_vat}")
    end = paper.stack(at, y + 27, buyer, size=9.5)
    if kind == "both":
        other = 320.0 if at == LEFT else LEFT
        paper.put(other, y + 14, said["sender"] + colon, size=8, bold=True)
        seller = [invoice.supplier, invoice.street, invoice.town, _tax_id(desk)]
        end = max(end, paper.stack(other, y + 27, [line for line in seller if line], size=9.5))
    return end


def _title(desk: Desk, left: float, y: float) -> float:
    title = desk.said["title"]
    title = title.upper() if desk.maybe(0.3) else title
    text = f"{title} {desk.invoice.number}" if desk.maybe(0.25) else title
    desk.paper.put(left, y, text, bold=True, size=16)
    return y + 10


def _facts(desk: Desk, y: float) -> float:
    """Labels left of their values, above them in boxes, or one row of pairs."""
    paper, facts = desk.paper, _facts_of(desk)
    kind = desk.chance.choice(("left", "far", "boxes", "right"))
    if kind == "boxes":
        width = (RIGHT - LEFT) / len(facts)
        for at, (label, value) in enumerate(facts):
            paper.put(LEFT + at * width + 3, y, label, size=7)
            paper.put(LEFT + at * width + 3, y + 14, value, size=9, bold=True)
        return y + 24
    colon = desk.chance.choice(("", ":", " :"))
    x, value_at, align = {
        "left": (LEFT, LEFT + 120, "left"),
        "far": (320.0, RIGHT, "right"),
        "right": (320.0, 440.0, "left"),
    }[kind]
    for label, value in facts:
        paper.put(x, y, label + colon)
        paper.put(value_at, y, value, align=align, bold=desk.maybe(0.3))
        y += 13
    return y


def _side_column(desk: Desk, y: float) -> float:
    """A narrow column beside the table with the facts, label above value."""
    y += 30
    for label, value in _facts_of(desk):
        desk.paper.put(LEFT, y, label, size=7.5)
        desk.paper.put(LEFT, y + 12, value, size=9, bold=True)
        y += 30
    notes = [desk.said["bank"], "Hausbank Nord", f"IBAN {desk.invoice.iban}" if desk.invoice.iban else "Acct 1234567"]
    return desk.paper.stack(LEFT, y, notes, size=6.2, leading=10)


def _sums_of(desk: Desk) -> list[tuple[str, str]]:
    invoice, said = desk.invoice, desk.said
    rows = [(said["net"], desk.money(invoice.net))]
    if invoice.discount or invoice.shipping:
        rows = [(_subtotal(invoice), desk.money(invoice.lines_sum))]
        if invoice.discount:
            rows.append((said["discount"], desk.money(-invoice.discount)))
        if invoice.shipping:
            rows.append((said["shipping"], desk.money(invoice.shipping)))
        rows.append((_net_of(desk), desk.money(invoice.net)))
    taxes = [(f"{said['tax']} {desk.plain(rate)} %", desk.money(tax)) for rate, _, tax in invoice.taxes]
    if len(taxes) > 1:
        taxes.append((said["taxes"], desk.money(invoice.tax)))
    rows += [*taxes, (said["gross"], desk.money(invoice.gross))]
    if invoice.prepaid:
        rows += [(said["prepaid"], desk.money(-invoice.prepaid)), (said["payable"], desk.money(invoice.payable))]
    return rows


def _subtotal(invoice: Invoice) -> str:
    return {
        "de": "Zwischensumme", "en": "Subtotal", "fr": "Sous-total", "it": "Subtotale", "es": "Subtotal", "nl": "Subtotaal",
        "pl": "Suma", "da": "Subtotal", "sv": "Delsumma", "pt": "Subtotal",
    }[invoice.habit.language]  # fmt: skip


def _net_of(desk: Desk) -> str:
    label = _subtotal(desk.invoice)
    return next(word for word in (desk.said["net"], *WORDS[desk.invoice.habit.language]["net"]) if word != label)


def _sums(desk: Desk, y: float) -> float:
    """Under one another at the right, or side by side in boxes with the label above; rates perhaps in a table."""
    paper, rows = desk.paper, _sums_of(desk)
    if y + 16 * len(rows) > 720:
        paper.page += 1
        y = _head(desk) + 30
    if desk.maybe(0.3):
        y = _tax_table(desk, y) + 16
    if len(rows) <= 4 and desk.maybe(0.3):
        width = (RIGHT - LEFT) / len(rows)
        align = desk.chance.choice(("left", "right"))
        for at, (label, amount) in enumerate(rows):
            paper.put(LEFT + at * width + 3, y, label, size=7.5)
            edge = LEFT + at * width + (3 if align == "left" else width - 4)
            paper.put(edge, y + 15, amount, size=11, bold=True, align=align)
        return y + 26
    x = desk.chance.choice((330.0, 380.0))
    colon = desk.chance.choice(("", ":"))
    for label, amount in rows:
        paper.put(x, y, label + colon)
        paper.put(RIGHT, y, amount, align="right")
        y += 14
    return y


def _tax_table(desk: Desk, y: float) -> float:
    said, paper = desk.said, desk.paper
    edges = (LEFT + 60, LEFT + 160, LEFT + 250)
    for edge, text in zip(edges, (said["rate"], said["base"], said["tax_amount"]), strict=True):
        paper.put(edge, y, text, size=8, bold=True, align="right")
    for rate, base, tax in desk.invoice.taxes:
        y += 12
        cells = (f"{desk.plain(rate)} %", desk.amount(base), desk.amount(tax))
        for edge, text in zip(edges, cells, strict=True):
            paper.put(edge, y, text, size=8, align="right")
    return y


def _closing(desk: Desk, y: float) -> None:
    invoice = desk.invoice
    day = invoice.habit.day
    early = day(invoice.issued + timedelta(days=5))
    told = [text for text in SENTENCES[invoice.habit.language] if invoice.due or "{" not in text]
    sentences = [text.format(due=day(invoice.due or invoice.issued), early=early) for text in told if desk.maybe(0.6)]
    if not invoice.tax:
        sentences.append(desk.said["exempt"])
    desk.paper.stack(LEFT, y, sentences, size=8)


def _foot(desk: Desk) -> None:
    invoice, paper = desk.invoice, desk.paper
    bank = ["Hausbank Nord", f"IBAN {_grouped(invoice.iban)}", "BIC HANONDE1XXX"] if invoice.iban else ["Hausbank Nord"]
    named = not desk.named or desk.maybe(0.6)  # else the name stands nowhere but in the head
    address = [*([invoice.supplier] if named else []), invoice.street, invoice.town]
    contact = [
        text
        for text in (
            "Tel. +49 40 555 120",
            f"info@{invoice.supplier.split()[0].lower() if named else 'mail'}.example",
            _tax_id(desk),
        )
        if text
    ]
    columns = [address, contact, bank]
    for page in range(1, paper.page + 1):
        last, paper.page = paper.page, page
        for at, lines in enumerate(columns):
            paper.stack(LEFT + at * 175, 790, lines, size=7, leading=9)
        paper.put(RIGHT, 828, f"{desk.said['page']} {page} / {last}", size=7, align="right")
        paper.page = last


def _grouped(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
