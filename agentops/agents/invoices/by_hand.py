"""The steps of an invoice that a person may do in the run's place: read it, name its vendor, name its order.

What a person may choose they choose among the records on file: the account that is paid stays the master's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from runs.agents import Done, Goal, HandForm, Results, Unfit

from . import world
from .extraction import Extraction, extraction_of, keyed_in
from .naming import named_order, named_vendor
from .put_right import LINES, Places, put_right
from .reading import Failure, Reading
from .reading.model import FIELDS
from .tools.look import FoundOrder, FoundVendor
from .vendors import VendorMatch

Type = Literal["invoice", "credit_note"]


class Filled(BaseModel):
    """What somebody typed; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=500)


class LineByHand(Filled):
    """One line of the invoice."""

    description: str = Field(default="", title="Description")
    quantity: Decimal | None = Field(default=None, title="Quantity")
    unit_price: Decimal | None = Field(default=None, title="Unit price")
    line_total: Decimal | None = Field(default=None, title="Amount")


class InvoiceByHand(Filled):
    """What the page says, in the words of the page."""

    document_type: Type = Field(default="invoice", title="Document is")
    supplier_name: str = Field(min_length=1, title="Vendor on the document")
    supplier_vat_id: str | None = Field(default=None, title="VAT id")
    invoice_number: str = Field(min_length=1, title="Invoice number")
    issue_date: date = Field(title="Invoice date")
    due_date: date | None = Field(default=None, title="Due date")
    currency: str = Field(pattern="^[A-Z]{3}$", title="Currency")
    net_total: Decimal = Field(title="Net")
    tax_total: Decimal | None = Field(default=None, title="Tax")
    gross_total: Decimal = Field(title="Gross amount")
    payable: Decimal | None = Field(default=None, title="To pay")
    order_reference: str | None = Field(default=None, title="Order")
    iban: str | None = Field(default=None, title="Account on the invoice")
    lines: tuple[LineByHand, ...] = Field(default=(), title="Lines", max_length=200)


class VendorByHand(Filled):
    """Which vendor on file it is."""

    vendor: str = Field(min_length=1, title="Vendor number")


class OrderByHand(Filled):
    """Which order of the vendor it bills."""

    order: str = Field(min_length=1, title="Order number")


def form_of(step: str, results: Results) -> HandForm | None:
    """The form of a step, with what is known; None where no person does it."""
    if step == "extract":
        intro = "Type what the page says. The account that is paid stays the one on file."
        return HandForm(InvoiceByHand, _as_read(results.get(step)), intro)
    if step == "vendor":
        return HandForm(VendorByHand, {"vendor": (results.get(step) or {}).get("key") or ""}, "It must be on file.")
    if step == "order" and (results.get("vendor") or {}).get("key"):
        number = (results.get(step) or {}).get("number") or ""
        return HandForm(OrderByHand, {"order": number}, "It must be an order of this vendor.")
    return None


def done_by(filled: BaseModel, results: Results, goal: Goal, places: Places) -> Done:
    """What a filled-in form comes to; raises `Unfit`."""
    if isinstance(filled, InvoiceByHand):
        return _read_by(filled, results, goal, places)
    if isinstance(filled, VendorByHand):
        match = named_vendor(filled.vendor)
        if match.vendor is None:
            raise Unfit({"vendor": match.sentence})
        return Done(_found_vendor(match).model_dump(mode="json"))
    assert isinstance(filled, OrderByHand)  # noqa: S101 - `form_of` offers no other
    found = _found_order(filled.order, str(results["vendor"]["key"]))
    if found.number is None:
        raise Unfit({"order": found.choice.sentence})
    return Done(found.model_dump(mode="json"))


def as_on_file(step: str, output: Mapping[str, Any]) -> Mapping[str, Any]:
    """The vendor or the order that a person chose, as it is now."""
    if step == "vendor":
        return _found_vendor(named_vendor(str(output["key"]))).model_dump(mode="json")
    if step == "order":
        return _found_order(str(output["number"]), str(output["choice"]["order"]["vendor"])).model_dump(mode="json")
    return output


def _found_vendor(match: VendorMatch) -> FoundVendor:
    vendor = match.vendor
    if vendor is None:
        return FoundVendor(match=match)
    return FoundVendor(key=vendor.key, account=vendor.account, active=vendor.active, match=match)


def _found_order(number: str, vendor: str) -> FoundOrder:
    choice = named_order(number, vendor)
    found = choice.order
    return FoundOrder(number=found.number if found else None, choice=choice, seen=world.order_seen(found))


def _as_read(output: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was read so far, as the form has it."""
    if not output:
        return {}
    read = Extraction.model_validate(output)
    values: dict[str, Any] = {name: read.seen[name].value for name in FIELDS if name in read.seen}
    kind = read.invoice.document_type
    return {
        **values,
        "document_type": kind if kind in ("invoice", "credit_note") else "invoice",
        LINES: [line.model_dump(mode="json") for line in read.invoice.lines],
    }


def _read_by(filled: InvoiceByHand, results: Results, goal: Goal, places: Places) -> Done:
    known, read = _as_read(results.get("extract")), _reading(results.get("extract"), goal)
    given = filled.model_dump(mode="json")
    lines = [line for line in given.pop(LINES) if any(value not in (None, "") for value in line.values())]
    told = {name: value or None for name, value in given.items() if not _same(value, known.get(name))}
    if given["document_type"] != read.invoice.document_type:
        told["document_type"] = given["document_type"]
    same = _plain(lines) == _plain(known.get(LINES, []))
    try:
        output = put_right(read, told, lines=None if same else lines, places=places)
    except (ValueError, ArithmeticError) as error:
        raise Unfit({"": f"A value cannot be used: {error}"}) from error
    return Done(output.model_dump(mode="json"), told if same else {**told, LINES: lines})


def _same(one: Any, other: Any) -> bool:
    """12 and 12.00 are one amount; an empty field is a missing one."""
    if not one or not other:
        return (one or None) == (other or None)
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except ArithmeticError:
        return str(one) == str(other)


def _plain(lines: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Lines as they compare."""
    names = ("quantity", "unit_price", "line_total")
    return [
        (line["description"], *(None if line[name] is None else Decimal(line[name]).normalize() for name in names))
        for line in lines
    ]


def _reading(output: Mapping[str, Any] | None, goal: Goal) -> Extraction:
    """What was read; of a file that nobody's reader opened, nothing but the file itself."""
    if output:
        return Extraction.model_validate(output)
    given = goal.input
    unread = Reading(
        name=str(given.get("name") or ""),
        sha256=str(given.get("document") or ""),
        media_type=given.get("media_type"),
        error=Failure("unread", "its reader could not open it"),
    )
    return extraction_of(keyed_in(unread, unread.sha256), {}, run=str(goal.run_id))
