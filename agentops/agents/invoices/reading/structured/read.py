"""Read a parsed invoice XML into fields, lines and stated sums."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from stdnum import iban

from ..figures import Figures, TaxRow, lines_carry_tax
from ..model import Finding, Found, Line
from ..refusals import Refused
from . import discounts, validate, values
from .paths import ROOTS, Shape

CREDIT_NOTES = {"381", "396", "261", "262", "83", "420", "458", "532"}
SELF_BILLED = {"389", "261", "527", "500", "501"}
NOT_INVOICES = {"325": "proforma", "220": "order", "231": "order", "351": "delivery_note", "310": "quotation"}


@dataclass(frozen=True)
class Structured:
    """What one XML says."""

    kind: str
    profile: str | None
    document_type: str
    fields: dict[str, Found]
    lines: tuple[Line, ...]
    figures: Figures
    notes: tuple[Found, ...]  # free text: shown and scanned, never obeyed
    broken: tuple[Finding, ...] = ()  # rules that it breaks
    self_billed: bool = False  # written by the buyer, and then often titled as a credit


def read(root: Any) -> Structured:
    """Raises `Refused` (unsupported_type) if the root is neither CII nor UBL invoice."""
    name = str(root.tag).rpartition("}")[2]
    shape = ROOTS.get(name)
    if shape is None or not _is_known_namespace(str(root.tag)):
        raise Refused("unsupported_type", f"XML of type {name[:60]}")
    document_type = _document_type(name, root, shape)
    fields = _fields(root, shape)
    figures = _figures(root, shape)
    lines = _lines(root, shape, figures)
    figures = replace(figures, lines_are_gross=lines_carry_tax(lines, fields, figures))
    return Structured(
        kind=shape.kind,
        profile=values.text(root, shape.profile).value,
        document_type=document_type,
        fields=fields,
        lines=lines,
        figures=figures,
        notes=_notes(root, shape),
        broken=tuple(validate.check(root, shape, lines_are_gross=figures.lines_are_gross)),
        self_billed=values.text(root, shape.type_code).value in SELF_BILLED,
    )


def _is_known_namespace(tag: str) -> bool:
    return any(mark in tag for mark in ("CrossIndustry", "urn:oasis:names:specification:ubl:schema:xsd"))


def _document_type(name: str, root: Any, shape: Shape) -> str:
    code = values.text(root, shape.type_code).value or ""
    if code in NOT_INVOICES:
        return NOT_INVOICES[code]
    return "credit_note" if name == "CreditNote" or code in CREDIT_NOTES else "invoice"


def _fields(root: Any, shape: Shape) -> dict[str, Found]:
    currency = values.text(root, shape.currency)
    seller, buyer = (next(iter(values.nodes(root, paths)), None) for paths in (shape.seller, shape.buyer))

    def amount(paths: tuple[str, ...]) -> Found:
        return values.number(root, paths, currency=currency.value)

    return {
        "supplier_name": _name(seller, shape),
        "supplier_vat_id": _vat(seller, shape),
        "invoice_number": values.text(root, shape.number),
        "issue_date": values.day(root, shape.issued),
        "due_date": values.day(root, shape.due),
        "currency": currency if not currency else replace(currency, value=(currency.value or "").upper()),
        "net_total": amount(shape.net),
        "tax_total": amount(shape.tax),
        "gross_total": amount(shape.gross),
        "payable": amount(shape.payable),
        "order_reference": values.text(root, shape.order),
        "iban": _account(root, shape),
        "buyer_name": _name(buyer, shape),
        "buyer_vat_id": _vat(buyer, shape),
        "prepaid": amount(shape.prepaid),
        "payment_terms": values.text(root, shape.terms),
        "discounts": discounts.find(root, shape),
    }


def _name(party: Any, shape: Shape) -> Found:
    return Found.nothing("not in the XML") if party is None else values.text(party, shape.party_name)


def _vat(party: Any, shape: Shape) -> Found:
    if party is None:
        return Found.nothing("not in the XML")
    if shape.kind == "xml-cii":
        return values.text(party, shape.party_vat)
    for scheme in values.nodes(party, ("PartyTaxScheme",)):
        if values.text(scheme, ("TaxScheme/ID",)).value == "VAT":
            return values.text(scheme, ("CompanyID",))
    return Found.nothing("not in the XML")


def _account(root: Any, shape: Shape) -> Found:
    accounts = [values.exact(n, "".join(n.text.split())) for n in values.nodes(root, shape.accounts) if n.text]
    accounts.sort(key=lambda found: not iban.is_valid(found.value or ""))
    return accounts[0] if accounts else Found.nothing("not in the XML")


def _lines(root: Any, shape: Shape, figures: Figures) -> tuple[Line, ...]:
    nodes = [(node, _line(node, shape)) for node in values.nodes(root, shape.lines)]
    # A line with no figures at all is a remark that the format has no better place for.
    nodes = [(node, line) for node, line in nodes if line.quantity or line.unit_price or line.line_total]
    lines = tuple(line for _, line in nodes)
    for choice in _countings([node for node, _ in nodes]):
        counted = tuple(replace(line, counted=keep) for line, keep in zip(lines, choice, strict=True))
        if _total(counted) == figures.line_sum:
            return counted
    return lines


def _countings(nodes: list[Any]) -> list[list[bool]]:
    """Extended invoices nest lines in groups; either the parts or the heads carry the money."""
    status = [values.text(node, ("AssociatedDocumentLineDocument/LineStatusReasonCode",)).value for node in nodes]
    parent = [bool(values.text(node, ("AssociatedDocumentLineDocument/ParentLineID",))) for node in nodes]
    everything = [True] * len(nodes)
    details = [one not in ("GROUP", "INFORMATION") for one in status]
    heads = [not one for one in parent]
    return [everything, details, heads]


def _total(lines: tuple[Line, ...]) -> Decimal:
    return sum((Decimal(line.line_total.value or 0) for line in lines if line.counted), Decimal(0))


def _line(node: Any, shape: Shape) -> Line:
    quantity = values.number(node, shape.line_quantity, places=0)
    units = [n.get("unitCode") for n in values.nodes(node, shape.line_quantity) if n.get("unitCode")]
    return Line(
        description=values.text(node, shape.line_name),
        quantity=quantity,
        unit=replace(quantity, value=units[0]) if units and quantity else Found.nothing("not in the XML"),
        unit_price=values.number(node, shape.line_price),
        line_total=values.number(node, shape.line_total),
        tax_rate=values.number(node, shape.line_tax, places=0),
    )


def _figures(root: Any, shape: Shape) -> Figures:
    def stated(paths: tuple[str, ...]) -> Decimal | None:
        return values.decimal(values.number(root, paths).value)

    return Figures(
        line_sum=stated(shape.line_sum),
        allowances=stated(shape.allowances),
        charges=stated(shape.charges),
        prepaid=stated(shape.prepaid) or Decimal(0),
        rounding=stated(shape.rounding),
        tax_rows=tuple(_tax_row(node, shape) for node in values.nodes(root, shape.tax_rows)),
    )


def _tax_row(node: Any, shape: Shape) -> TaxRow:
    rate, base, amount = (values.number(node, p) for p in (shape.tax_rate, shape.tax_base, shape.tax_amount))
    return TaxRow(*(values.decimal(found.value) for found in (rate, base, amount)))


def _notes(root: Any, shape: Shape) -> tuple[Found, ...]:
    texts = [values.text(node, (".",)) for path in shape.notes for node in values.nodes(root, (path,))]
    for node in values.nodes(root, shape.lines):
        texts += [values.text(node, shape.line_name), values.text(node, shape.line_text)]
    return tuple(found for found in texts if found)
