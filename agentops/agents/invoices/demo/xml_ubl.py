"""An invoice or credit note as UBL 2.1, in the EN 16931 profile."""

from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree
from lxml.builder import ElementMaker

from agentops.agents.invoices.demo.invoice import Invoice, Item, TaxGroup, rounded
from agentops.agents.invoices.demo.xml_cii import PROFILE, exemption

URN = "urn:oasis:names:specification:ubl:schema:xsd:"
SPACES = {"cac": f"{URN}CommonAggregateComponents-2", "cbc": f"{URN}CommonBasicComponents-2"}
CAC = ElementMaker(namespace=SPACES["cac"], nsmap=SPACES)
CBC = ElementMaker(namespace=SPACES["cbc"], nsmap=SPACES)

Element: TypeAlias = Any  # lxml has no types


def write(invoice: Invoice) -> bytes:
    """The whole XML document."""
    name = "CreditNote" if invoice.credits else "Invoice"
    space = f"{URN}{name}-2"
    spaces = dict[str | None, str]({None: space}) | SPACES
    root = ElementMaker(namespace=space, nsmap=spaces)(
        name,
        *_header(invoice),
        *_references(invoice),
        CAC.AccountingSupplierParty(_supplier(invoice)),
        CAC.AccountingCustomerParty(_customer(invoice)),
        _delivery(invoice),
        _means(invoice),
        CAC.TaxTotal(
            _amount(invoice, "TaxAmount", invoice.tax),
            *(_group(invoice, group) for group in invoice.tax_groups)
        ),
        CAC.LegalMonetaryTotal(
            _amount(invoice, "LineExtensionAmount", invoice.net),
            _amount(invoice, "TaxExclusiveAmount", invoice.net),
            _amount(invoice, "TaxInclusiveAmount", invoice.gross),
            _amount(invoice, "PayableAmount", invoice.gross),
        ),
        *(_line(invoice, at, item) for at, item in enumerate(invoice.items, start=1)),
    )  # fmt: skip
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _header(invoice: Invoice) -> list[Element]:
    kind = "CreditNote" if invoice.credits else "Invoice"
    due = [] if invoice.credits else [CBC.DueDate(invoice.due.isoformat())]
    return [
        CBC.CustomizationID(PROFILE),
        CBC.ID(invoice.number),
        CBC.IssueDate(invoice.issued.isoformat()),
        *due,
        CBC(f"{kind}TypeCode", "381" if invoice.credits else "380"),
        *(CBC.Note(note) for note in invoice.notes),
        CBC.DocumentCurrencyCode(invoice.currency),
    ]


def _references(invoice: Invoice) -> list[Element]:
    found = []
    if invoice.order:
        found.append(CAC.OrderReference(CBC.ID(invoice.order)))
    if invoice.credits:
        found.append(CAC.BillingReference(CAC.InvoiceDocumentReference(CBC.ID(invoice.credits))))
    return found


def _supplier(invoice: Invoice) -> Element:
    vendor = invoice.vendor
    return _party(
        vendor.name,
        (vendor.street, vendor.town, vendor.postcode, vendor.country),
        vendor.vat_id or vendor.tax_number,
    )


def _customer(invoice: Invoice) -> Element:
    buyer = invoice.buyer
    return _party(buyer.name, (buyer.street, buyer.town, buyer.postcode, buyer.country), buyer.vat_id)


def _party(name: str, place: tuple[str, str, str, str], vat_id: str) -> Element:
    return CAC.Party(
        CAC.PartyName(CBC.Name(name)),
        _address("PostalAddress", *place),
        CAC.PartyTaxScheme(CBC.CompanyID(vat_id), CAC.TaxScheme(CBC.ID("VAT"))),
        CAC.PartyLegalEntity(CBC.RegistrationName(name)),
    )


def _address(tag: str, street: str, town: str, postcode: str, country: str) -> Element:
    return CAC(
        tag,
        CBC.StreetName(street),
        CBC.CityName(town),
        CBC.PostalZone(postcode),
        CAC.Country(CBC.IdentificationCode(country)),
    )


def _delivery(invoice: Invoice) -> Element:
    buyer = invoice.buyer
    place = _address("Address", buyer.street, buyer.town, buyer.postcode, buyer.country)
    return CAC.Delivery(CBC.ActualDeliveryDate(invoice.issued.isoformat()), CAC.DeliveryLocation(place))


def _means(invoice: Invoice) -> Element:
    # A credit note has no due date of its own in UBL: it stands with the means of payment.
    due = [CBC.PaymentDueDate(invoice.due.isoformat())] if invoice.credits else []
    return CAC.PaymentMeans(
        CBC.PaymentMeansCode("30"),
        *due,
        CBC.PaymentID(invoice.number),
        CAC.PayeeFinancialAccount(CBC.ID(invoice.iban)),
    )


def _group(invoice: Invoice, group: TaxGroup) -> Element:
    return CAC.TaxSubtotal(
        _amount(invoice, "TaxableAmount", group.basis),
        _amount(invoice, "TaxAmount", group.tax),
        _category("TaxCategory", invoice, group.rate, explain=True),
    )


def _category(tag: str, invoice: Invoice, rate: Decimal, *, explain: bool = False) -> Element:
    category = invoice.vendor.category
    reason = [CBC.TaxExemptionReason(exemption(invoice))] if explain and category != "S" else []
    return CAC(tag, CBC.ID(category), CBC.Percent(str(rate)), *reason, CAC.TaxScheme(CBC.ID("VAT")))


def _line(invoice: Invoice, at: int, item: Item) -> Element:
    kind = "CreditNote" if invoice.credits else "Invoice"
    counted = "CreditedQuantity" if invoice.credits else "InvoicedQuantity"
    return CAC(
        f"{kind}Line",
        CBC.ID(str(at)),
        CBC(counted, f"{item.quantity.normalize():f}", unitCode=item.unit),
        _amount(invoice, "LineExtensionAmount", item.total),
        CAC.Item(CBC.Name(item.description), _category("ClassifiedTaxCategory", invoice, item.tax_rate)),
        CAC.Price(_amount(invoice, "PriceAmount", item.unit_price)),
    )


def _amount(invoice: Invoice, tag: str, amount: Decimal) -> Element:
    return CBC(tag, str(rounded(amount, invoice.currency)), currencyID=invoice.currency)
