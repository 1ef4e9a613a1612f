"""An invoice as UN/CEFACT Cross Industry Invoice in the EN 16931 profile: alone, or inside a Factur-X PDF."""

from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree
from lxml.builder import ElementMaker

from agentops.agents.invoices.demo.invoice import Invoice, Item, TaxGroup, rounded
from agentops.agents.invoices.demo.words import TONGUES

SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
RSM = ElementMaker(namespace=SPACES["rsm"], nsmap=SPACES)
RAM = ElementMaker(namespace=SPACES["ram"], nsmap=SPACES)
UDT = ElementMaker(namespace=SPACES["udt"], nsmap=SPACES)
PROFILE = "urn:cen.eu:en16931:2017"

Element: TypeAlias = Any  # lxml has no types


def write(invoice: Invoice) -> bytes:
    """The whole XML document."""
    root = RSM.CrossIndustryInvoice(
        RSM.ExchangedDocumentContext(RAM.GuidelineSpecifiedDocumentContextParameter(RAM.ID(PROFILE))),
        _document(invoice),
        RSM.SupplyChainTradeTransaction(
            *(_line(invoice, at, item) for at, item in enumerate(invoice.items, start=1)),
            _agreement(invoice),
            _delivery(invoice),
            _settlement(invoice),
        ),
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _document(invoice: Invoice) -> Element:
    notes = [RAM.IncludedNote(RAM.Content(note)) for note in invoice.notes]
    code = "381" if invoice.credits else "380"
    return RSM.ExchangedDocument(
        RAM.ID(invoice.number), RAM.TypeCode(code), RAM.IssueDateTime(_day(invoice.issued)), *notes
    )


def _line(invoice: Invoice, at: int, item: Item) -> Element:
    return RAM.IncludedSupplyChainTradeLineItem(
        RAM.AssociatedDocumentLineDocument(RAM.LineID(str(at))),
        RAM.SpecifiedTradeProduct(RAM.Name(item.description)),
        RAM.SpecifiedLineTradeAgreement(
            RAM.NetPriceProductTradePrice(RAM.ChargeAmount(_amount(invoice, item.unit_price)))
        ),
        RAM.SpecifiedLineTradeDelivery(RAM.BilledQuantity(f"{item.quantity.normalize():f}", unitCode=item.unit)),
        RAM.SpecifiedLineTradeSettlement(
            RAM.ApplicableTradeTax(
                RAM.TypeCode("VAT"),
                RAM.CategoryCode(invoice.vendor.category),
                RAM.RateApplicablePercent(str(item.tax_rate)),
            ),
            RAM.SpecifiedTradeSettlementLineMonetarySummation(RAM.LineTotalAmount(_amount(invoice, item.total))),
        ),
    )


def _agreement(invoice: Invoice) -> Element:
    vendor, buyer = invoice.vendor, invoice.buyer
    order = [RAM.BuyerOrderReferencedDocument(RAM.IssuerAssignedID(invoice.order))] if invoice.order else []
    return RAM.ApplicableHeaderTradeAgreement(
        RAM.SellerTradeParty(
            RAM.Name(vendor.name),
            _address(vendor.postcode, vendor.street, vendor.town, vendor.country),
            RAM.SpecifiedTaxRegistration(RAM.ID(vendor.vat_id or vendor.tax_number, schemeID="VA")),
        ),
        RAM.BuyerTradeParty(
            RAM.Name(buyer.name),
            _address(buyer.postcode, buyer.street, buyer.town, buyer.country),
            RAM.SpecifiedTaxRegistration(RAM.ID(buyer.vat_id, schemeID="VA")),
        ),
        *order,
    )


def _address(postcode: str, street: str, town: str, country: str) -> Element:
    return RAM.PostalTradeAddress(
        RAM.PostcodeCode(postcode), RAM.LineOne(street), RAM.CityName(town), RAM.CountryID(country)
    )


def _delivery(invoice: Invoice) -> Element:
    buyer = invoice.buyer
    return RAM.ApplicableHeaderTradeDelivery(
        RAM.ShipToTradeParty(RAM.Name(buyer.name), _address(buyer.postcode, buyer.street, buyer.town, buyer.country)),
        RAM.ActualDeliverySupplyChainEvent(RAM.OccurrenceDateTime(_day(invoice.issued))),
    )


def _settlement(invoice: Invoice) -> Element:
    earlier = [RAM.InvoiceReferencedDocument(RAM.IssuerAssignedID(invoice.credits))] if invoice.credits else []
    return RAM.ApplicableHeaderTradeSettlement(
        RAM.PaymentReference(invoice.number),
        RAM.InvoiceCurrencyCode(invoice.currency),
        RAM.SpecifiedTradeSettlementPaymentMeans(
            RAM.TypeCode("58"), RAM.PayeePartyCreditorFinancialAccount(RAM.IBANID(invoice.iban))
        ),
        *(_tax(invoice, group) for group in invoice.tax_groups),
        RAM.SpecifiedTradePaymentTerms(RAM.DueDateDateTime(_day(invoice.due))),
        RAM.SpecifiedTradeSettlementHeaderMonetarySummation(
            RAM.LineTotalAmount(_amount(invoice, invoice.net)),
            RAM.TaxBasisTotalAmount(_amount(invoice, invoice.net)),
            RAM.TaxTotalAmount(_amount(invoice, invoice.tax), currencyID=invoice.currency),
            RAM.GrandTotalAmount(_amount(invoice, invoice.gross)),
            RAM.DuePayableAmount(_amount(invoice, invoice.gross)),
        ),
        *earlier,
    )


def _tax(invoice: Invoice, group: TaxGroup) -> Element:
    category = invoice.vendor.category
    reason = [] if category == "S" else [RAM.ExemptionReason(exemption(invoice))]
    return RAM.ApplicableTradeTax(
        RAM.CalculatedAmount(_amount(invoice, group.tax)),
        RAM.TypeCode("VAT"),
        *reason,
        RAM.BasisAmount(_amount(invoice, group.basis)),
        RAM.CategoryCode(category),
        RAM.RateApplicablePercent(str(group.rate)),
    )


def exemption(invoice: Invoice) -> str:
    """Why no tax is charged, in the vendor's language."""
    return TONGUES[invoice.vendor.language].label(invoice.vendor.category)


def _day(day: date) -> Element:
    return UDT.DateTimeString(f"{day:%Y%m%d}", format="102")


def _amount(invoice: Invoice, amount: Decimal) -> str:
    return str(rounded(amount, invoice.currency))
