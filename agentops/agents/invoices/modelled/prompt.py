"""What a model is asked when it looks at an invoice, and the form of its answer: words on the page, not opinions.

Raise the prompt's number when a word of it changes.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from runs.gateway.messages import Document, Message, Request, Role, Words
from runs.gateway.quoting import QUOTED, asked, quoted

from .pages import PNG, Pages

PROMPT = "invoices.look/2"
MOST_TOKENS, FOR_LINES = 2000, 6000
MOST_LINES = 60
SYSTEM = (
    "You look at a supplier invoice and say where its values stand. For each value copy the words exactly as they are"
    " printed, with the page; leave out a value that is not printed. Beside words that are an amount or a date, write"
    " it as `value`: amounts as 1234.50, dates as 2026-04-03, the currency as its ISO code. Where `lines` are asked"
    " for, give each billed line in the order of the page, and no heading, subtotal or carried sum. Work nothing out,"
    " translate nothing, and take nothing from another document."
)
QUESTION = "Where does this invoice say these values?"


class Printed(BaseModel):
    """Words on a page, and what they come to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str = Field(min_length=1, max_length=200)
    page: int = Field(ge=1)
    value: str | None = Field(default=None, max_length=40)


class Pointed(BaseModel):
    """What a model points at; what it leaves out is not printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    supplier_name: Printed | None = None
    supplier_vat_id: Printed | None = None
    invoice_number: Printed | None = None
    issue_date: Printed | None = None
    due_date: Printed | None = None
    currency: Printed | None = None
    net_total: Printed | None = None
    tax_total: Printed | None = None
    gross_total: Printed | None = None
    payable: Printed | None = None
    order_reference: Printed | None = None
    iban: Printed | None = None


class PrintedLine(BaseModel):
    """One billed line: its words, and where its figures stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: Printed
    quantity: Printed | None = None
    unit_price: Printed | None = None
    line_total: Printed


class PointedLines(BaseModel):
    """The billed lines that a model points at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: list[PrintedLine] = Field(default_factory=list, max_length=MOST_LINES)


class PointedWhole(Pointed):
    """Values and lines in one answer."""

    lines: list[PrintedLine] = Field(default_factory=list, max_length=MOST_LINES)


Shape = type[Pointed] | type[PointedLines]


def shape_of(*, values: bool, lines: bool) -> Shape | None:
    """The form to ask for; None where nothing is wanted."""
    if values:
        return PointedWhole if lines else Pointed
    return PointedLines if lines else None


def by_images(pages: Pages, shape: Shape) -> Request:
    """About the pages as pictures. May raise `Refused`."""
    pictures = (Document(blob=sha256, media_type=PNG) for sha256 in pages.images)
    return _request(Message(who="user", parts=(Words(text=f"{QUESTION}\n{QUOTED}"), *pictures)), shape)


def by_words(pages: Pages, shape: Shape) -> Request:
    """About the words of the pages. May raise `Refused`."""
    return _request(asked(QUESTION, quoted("invoice.pages", pages.text)), shape)


def _request(message: Message, shape: Shape) -> Request:
    return Request(
        role=Role.READER,
        prompt=PROMPT,
        system=(Words(text=SYSTEM),),
        messages=(message,),
        output=shape.model_json_schema(),
        most_tokens=MOST_TOKENS if shape is Pointed else FOR_LINES,
        thinks=False,
    )
