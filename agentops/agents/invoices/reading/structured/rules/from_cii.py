"""Cross Industry Invoices (Factur-X, ZUGFeRD 2, XRechnung) in the words of EN 16931."""

from __future__ import annotations

from .terms import Allowance, Amount, Attached, Breakdown, Id, Invoice, Line, Party, Payment, Period, Totals, Vat
from .tree import Node

_BARE = Node.__new__(Node)  # stands for a group that is not there: nothing is found below it
_BARE.below, _BARE.text, _BARE.name = {}, "", ""
GROUPS = {"GROUP", "INFORMATION"}


def invoice(root: Node) -> Invoice:
    head = root.one("ExchangedDocument") or _BARE
    trade = root.one("SupplyChainTradeTransaction") or _BARE
    agreement = trade.one("ApplicableHeaderTradeAgreement") or _BARE
    delivery = trade.one("ApplicableHeaderTradeDelivery") or _BARE
    settlement = trade.one("ApplicableHeaderTradeSettlement") or _BARE
    taxes = settlement.all("ApplicableTradeTax")
    code = head.value("TypeCode")
    return Invoice(
        language="xml-cii",
        guideline=root.value("ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"),
        number=head.value("ID"),
        issued=head.value("IssueDateTime/DateTimeString"),
        type_code=code,
        is_credit_note=code == "381",
        currency=settlement.value("InvoiceCurrencyCode"),
        tax_currency=settlement.value("TaxCurrencyCode"),
        buyer_reference=agreement.value("BuyerReference"),
        note_codes=tuple(one.text for one in head.all("IncludedNote/SubjectCode") if one.text),
        seller=_party(agreement.one("SellerTradeParty")) or Party("/"),
        buyer=_party(agreement.one("BuyerTradeParty")) or Party("/"),
        payee=_party(settlement.one("PayeeTradeParty")),
        representative=_party(agreement.one("SellerTaxRepresentativeTradeParty")),
        delivery=_party(delivery.one("ShipToTradeParty")),
        delivered=delivery.value("ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"),
        period=_period(settlement.one("BillingSpecifiedPeriod")),
        tax_point=next((day for tax in taxes if (day := tax.value("TaxPointDate/DateString"))), None),
        tax_point_code=next((found for tax in taxes if (found := tax.value("DueDateTypeCode"))), None),
        earlier=tuple(one.value("IssuerAssignedID") for one in settlement.all("InvoiceReferencedDocument")),
        attached=tuple(_attached(one) for one in agreement.all("AdditionalReferencedDocument")),
        payments=tuple(_payment(one) for one in settlement.all("SpecifiedTradeSettlementPaymentMeans")),
        due=settlement.value("SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
        terms=settlement.value("SpecifiedTradePaymentTerms/Description"),
        allowances=tuple(_allowance(one) for one in settlement.all("SpecifiedTradeAllowanceCharge")),
        breakdowns=tuple(_breakdown(one) for one in taxes),
        totals=_totals(settlement.one("SpecifiedTradeSettlementHeaderMonetarySummation") or _BARE),
        lines=tuple(_line(one) for one in trade.all("IncludedSupplyChainTradeLineItem")),
        service_charges=tuple(
            amount
            for one in settlement.all("SpecifiedLogisticsServiceCharge")
            if (amount := _amount(one, "AppliedAmount"))
        ),
        currencies=tuple(sorted({str(name) for name in root.element.xpath("//@currencyID")})),
    )


def _amount(node: Node, path: str) -> Amount | None:
    found = node.one(path)
    return Amount(found.text, found.attribute("currencyID")) if found and found.text else None


def _id(node: Node | None, scheme: str = "schemeID") -> Id | None:
    return (node.text, node.attribute(scheme)) if node else None


def _party(node: Node | None) -> Party | None:
    if node is None:
        return None
    numbers = [(one.text, one.attribute("schemeID")) for one in node.all("SpecifiedTaxRegistration/ID")]
    person = node.one("DefinedTradeContact")
    return Party(
        path=node.path,
        name=node.value("Name"),
        ids=tuple((one.text, one.attribute("schemeID")) for name in ("ID", "GlobalID") for one in node.all(name)),
        legal_id=_id(node.one("SpecifiedLegalOrganization/ID")),
        vat_ids=tuple(number for number, scheme in numbers if number and scheme == "VA"),
        tax_numbers=tuple(number for number, scheme in numbers if number and scheme == "FC"),
        endpoint=_id(node.one("URIUniversalCommunication/URIID")),
        has_address=node.has("PostalTradeAddress"),
        country=node.value("PostalTradeAddress/CountryID"),
        city=node.value("PostalTradeAddress/CityName"),
        postcode=node.value("PostalTradeAddress/PostcodeCode"),
        contact=_contact(person) if person else None,
    )


def _contact(node: Node) -> tuple[str | None, str | None, str | None]:
    return (
        node.value("PersonName") or node.value("DepartmentName"),
        node.value("TelephoneUniversalCommunication/CompleteNumber"),
        node.value("EmailURIUniversalCommunication/URIID"),
    )


def _period(node: Node | None) -> Period | None:
    if node is None:
        return None
    return Period(node.path, node.value("StartDateTime/DateTimeString"), node.value("EndDateTime/DateTimeString"))


def _attached(node: Node) -> Attached:
    picture = node.one("AttachmentBinaryObject")
    return Attached(
        path=node.path,
        id=node.value("IssuerAssignedID"),
        scheme=node.value("ReferenceTypeCode"),
        is_object=node.value("TypeCode") == "130",
        media_type=picture.attribute("mimeCode") if picture else None,
    )


def _payment(node: Node) -> Payment:
    account = "PayeePartyCreditorFinancialAccount"
    names = [*node.all(f"{account}/IBANID"), *node.all(f"{account}/ProprietaryID")]
    return Payment(
        path=node.path,
        code=node.value("TypeCode"),
        accounts=tuple(one.text for one in names if one.text),
        names_account=node.has(account),
        card=node.value("ApplicableTradeSettlementFinancialCard/ID"),
    )


def _vat(node: Node | None) -> Vat:
    if node is None:
        return Vat()
    is_vat = (node.value("TypeCode") or "").upper() == "VAT"
    return Vat(node.value("CategoryCode"), _amount(node, "RateApplicablePercent"), is_vat)


def _allowance(node: Node) -> Allowance:
    return Allowance(
        path=node.path,
        is_charge=node.value("ChargeIndicator/Indicator") in ("true", "1"),
        amount=_amount(node, "ActualAmount"),
        base=_amount(node, "BasisAmount"),
        reason=node.value("Reason"),
        reason_code=node.value("ReasonCode"),
        vat=_vat(node.one("CategoryTradeTax")),
    )


def _breakdown(node: Node) -> Breakdown:
    return Breakdown(
        path=node.path,
        vat=_vat(node),
        base=_amount(node, "BasisAmount"),
        tax=_amount(node, "CalculatedAmount"),
        reason=node.value("ExemptionReason"),
        reason_code=node.value("ExemptionReasonCode"),
    )


def _totals(node: Node) -> Totals:
    return Totals(
        lines=_amount(node, "LineTotalAmount"),
        allowances=_amount(node, "AllowanceTotalAmount"),
        charges=_amount(node, "ChargeTotalAmount"),
        net=_amount(node, "TaxBasisTotalAmount"),
        taxes=tuple(Amount(one.text, one.attribute("currencyID")) for one in node.all("TaxTotalAmount") if one.text),
        gross=_amount(node, "GrandTotalAmount"),
        prepaid=_amount(node, "TotalPrepaidAmount"),
        rounding=_amount(node, "RoundingAmount"),
        payable=_amount(node, "DuePayableAmount"),
    )


def _line(node: Node) -> Line:
    product = node.one("SpecifiedTradeProduct") or _BARE
    agreement = node.one("SpecifiedLineTradeAgreement") or _BARE
    settlement = node.one("SpecifiedLineTradeSettlement") or _BARE
    quantity = node.one("SpecifiedLineTradeDelivery/BilledQuantity")
    return Line(
        path=node.path,
        id=node.value("AssociatedDocumentLineDocument/LineID"),
        quantity=Amount(quantity.text) if quantity else None,
        unit=quantity.attribute("unitCode") if quantity else None,
        net=_amount(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"),
        name=product.value("Name"),
        price=_amount(agreement, "NetPriceProductTradePrice/ChargeAmount"),
        gross_price=_amount(agreement, "GrossPriceProductTradePrice/ChargeAmount"),
        vat=_vat(settlement.one("ApplicableTradeTax")),
        allowances=tuple(_allowance(one) for one in settlement.all("SpecifiedTradeAllowanceCharge")),
        period=_period(settlement.one("BillingSpecifiedPeriod")),
        attributes=tuple(
            (one.value("Description"), one.value("Value")) for one in product.all("ApplicableProductCharacteristic")
        ),
        standard_id=_id(product.one("GlobalID")),
        classes=tuple(
            (one.text, one.attribute("listID")) for one in product.all("DesignatedProductClassification/ClassCode")
        ),
        origin=product.value("OriginTradeCountry/ID"),
        counts=node.value("AssociatedDocumentLineDocument/LineStatusReasonCode") not in GROUPS,
    )
