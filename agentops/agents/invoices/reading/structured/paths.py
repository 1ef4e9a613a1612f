"""Where CII and UBL keep each value. Names without namespaces: versions differ in those, not in meaning."""

from __future__ import annotations

from dataclasses import dataclass

Paths = tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """One XML language: the first path that leads to a value wins."""

    kind: str
    number: Paths
    type_code: Paths
    profile: Paths
    issued: Paths
    due: Paths
    currency: Paths
    net: Paths
    tax: Paths
    gross: Paths
    payable: Paths
    prepaid: Paths
    rounding: Paths
    line_sum: Paths
    allowances: Paths
    charges: Paths
    order: Paths
    terms: Paths
    discounts: Paths  # each with percent, days and what it is taken of
    discount_percent: Paths
    discount_days: Paths
    discount_base: Paths
    notes: Paths
    seller: Paths
    buyer: Paths
    party_name: Paths
    party_vat: Paths
    accounts: Paths
    tax_rows: Paths
    tax_rate: Paths
    tax_base: Paths
    tax_amount: Paths
    lines: Paths
    line_name: Paths
    line_text: Paths
    line_quantity: Paths
    line_price: Paths
    line_price_base: Paths
    line_total: Paths
    line_tax: Paths


def _either(*templates: str) -> Paths:
    """ZUGFeRD 1 and 2 differ only in the names of the aggregates: both, newest first."""
    new = {"T": "SupplyChainTradeTransaction", "D": "ExchangedDocument", "C": "ExchangedDocumentContext",
           "A": "ApplicableHeaderTradeAgreement", "V": "ApplicableHeaderTradeDelivery",
           "S": "ApplicableHeaderTradeSettlement", "M": "SpecifiedTradeSettlementHeaderMonetarySummation",
           "LA": "SpecifiedLineTradeAgreement", "LV": "SpecifiedLineTradeDelivery",
           "LS": "SpecifiedLineTradeSettlement", "LM": "SpecifiedTradeSettlementLineMonetarySummation",
           "P": "RateApplicablePercent"}  # fmt: skip
    old = {"T": "SpecifiedSupplyChainTradeTransaction", "D": "HeaderExchangedDocument",
           "C": "SpecifiedExchangedDocumentContext",
           "A": "ApplicableSupplyChainTradeAgreement", "V": "ApplicableSupplyChainTradeDelivery",
           "S": "ApplicableSupplyChainTradeSettlement", "M": "SpecifiedTradeSettlementMonetarySummation",
           "LA": "SpecifiedSupplyChainTradeAgreement", "LV": "SpecifiedSupplyChainTradeDelivery",
           "LS": "SpecifiedSupplyChainTradeSettlement", "LM": "SpecifiedTradeSettlementMonetarySummation",
           "P": "ApplicablePercent"}  # fmt: skip
    return tuple(dict.fromkeys(template.format(**names) for template in templates for names in (new, old)))


CII = Shape(
    kind="xml-cii",
    number=_either("{D}/ID"),
    type_code=_either("{D}/TypeCode"),
    profile=_either("{C}/GuidelineSpecifiedDocumentContextParameter/ID"),
    issued=_either("{D}/IssueDateTime/DateTimeString", "{D}/IssueDateTime/DateTime"),
    due=_either("{T}/{S}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
    currency=_either("{T}/{S}/InvoiceCurrencyCode"),
    net=_either("{T}/{S}/{M}/TaxBasisTotalAmount"),
    tax=_either("{T}/{S}/{M}/TaxTotalAmount"),
    gross=_either("{T}/{S}/{M}/GrandTotalAmount"),
    payable=_either("{T}/{S}/{M}/DuePayableAmount"),
    prepaid=_either("{T}/{S}/{M}/TotalPrepaidAmount"),
    rounding=_either("{T}/{S}/{M}/RoundingAmount"),
    line_sum=_either("{T}/{S}/{M}/LineTotalAmount"),
    allowances=_either("{T}/{S}/{M}/AllowanceTotalAmount"),
    charges=_either("{T}/{S}/{M}/ChargeTotalAmount"),
    order=_either("{T}/{A}/BuyerOrderReferencedDocument/IssuerAssignedID", "{T}/{A}/BuyerOrderReferencedDocument/ID"),
    terms=_either("{T}/{S}/SpecifiedTradePaymentTerms/Description"),
    discounts=_either("{T}/{S}/SpecifiedTradePaymentTerms/ApplicableTradePaymentDiscountTerms"),
    discount_percent=("CalculationPercent",),
    discount_days=("BasisPeriodMeasure",),
    discount_base=("BasisAmount",),
    notes=_either("{D}/IncludedNote/Content", "{T}/{S}/SpecifiedTradePaymentTerms/Description"),
    seller=_either("{T}/{A}/SellerTradeParty"),
    buyer=_either("{T}/{A}/BuyerTradeParty"),
    party_name=("Name", "SpecifiedLegalOrganization/TradingBusinessName"),
    party_vat=("SpecifiedTaxRegistration/ID[@schemeID='VA']",),
    accounts=_either("{T}/{S}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID"),
    tax_rows=_either("{T}/{S}/ApplicableTradeTax"),
    tax_rate=_either("{P}"),
    tax_base=("BasisAmount",),
    tax_amount=("CalculatedAmount",),
    lines=_either("{T}/IncludedSupplyChainTradeLineItem"),
    line_name=("SpecifiedTradeProduct/Name", "AssociatedDocumentLineDocument/IncludedNote/Content"),
    line_text=("SpecifiedTradeProduct/Description", "AssociatedDocumentLineDocument/IncludedNote/Content"),
    line_quantity=_either("{LV}/BilledQuantity"),
    line_price=_either("{LA}/NetPriceProductTradePrice/ChargeAmount"),
    line_price_base=_either("{LA}/NetPriceProductTradePrice/BasisQuantity"),
    line_total=_either("{LS}/{LM}/LineTotalAmount"),
    line_tax=_either("{LS}/ApplicableTradeTax/{P}"),
)

_TOTAL = "LegalMonetaryTotal"
_PRICE = "Price/PriceAmount"

UBL = Shape(
    kind="xml-ubl",
    number=("ID",),
    type_code=("InvoiceTypeCode", "CreditNoteTypeCode"),
    profile=("CustomizationID",),
    issued=("IssueDate",),
    due=("DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
    currency=("DocumentCurrencyCode", f"{_TOTAL}/PayableAmount/@currencyID"),
    net=(f"{_TOTAL}/TaxExclusiveAmount",),
    tax=("TaxTotal/TaxAmount",),
    gross=(f"{_TOTAL}/TaxInclusiveAmount",),
    payable=(f"{_TOTAL}/PayableAmount",),
    prepaid=(f"{_TOTAL}/PrepaidAmount",),
    rounding=(f"{_TOTAL}/PayableRoundingAmount",),
    line_sum=(f"{_TOTAL}/LineExtensionAmount",),
    allowances=(f"{_TOTAL}/AllowanceTotalAmount",),
    charges=(f"{_TOTAL}/ChargeTotalAmount",),
    order=("OrderReference/ID",),
    terms=("PaymentTerms/Note",),
    discounts=("PaymentTerms",),
    discount_percent=("SettlementDiscountPercent",),
    discount_days=("SettlementPeriod/DurationMeasure",),
    discount_base=("Amount",),
    notes=("Note", "PaymentTerms/Note"),
    seller=("AccountingSupplierParty/Party",),
    buyer=("AccountingCustomerParty/Party",),
    party_name=("PartyLegalEntity/RegistrationName", "PartyName/Name"),
    party_vat=("PartyTaxScheme/CompanyID",),
    accounts=("PaymentMeans/PayeeFinancialAccount/ID",),
    tax_rows=("TaxTotal/TaxSubtotal",),
    tax_rate=("TaxCategory/Percent",),
    tax_base=("TaxableAmount",),
    tax_amount=("TaxAmount",),
    lines=("InvoiceLine", "CreditNoteLine", "DebitNoteLine"),
    line_name=("Item/Name", "Item/Description"),
    line_text=("Item/Description", "Note"),
    line_quantity=("InvoicedQuantity", "CreditedQuantity", "DebitedQuantity"),
    line_price=(_PRICE,),
    line_price_base=("Price/BaseQuantity",),
    line_total=("LineExtensionAmount",),
    line_tax=("Item/ClassifiedTaxCategory/Percent",),
)

ROOTS = {
    "CrossIndustryInvoice": CII,
    "CrossIndustryDocument": CII,
    "Invoice": UBL,
    "CreditNote": UBL,
    "DebitNote": UBL,
}
