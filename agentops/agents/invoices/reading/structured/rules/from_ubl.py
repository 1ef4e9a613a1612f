"""UBL 2.1 invoices and credit notes in the words of EN 16931."""

from __future__ import annotations

from .terms import Allowance, Amount, Attached, Breakdown, Id, Invoice, Line, Party, Payment, Period, Totals, Vat
from .tree import Node

OBJECT_CODES = {"130", "50"}


def invoice(root: Node) -> Invoice:
    totals = root.one("LegalMonetaryTotal")
    lines = [*root.all("InvoiceLine"), *root.all("CreditNoteLine")]
    return Invoice(
        language="xml-ubl",
        guideline=root.value("CustomizationID"),
        number=root.value("ID"),
        issued=root.value("IssueDate"),
        type_code=root.value("InvoiceTypeCode") or root.value("CreditNoteTypeCode"),
        is_credit_note=root.name == "CreditNote",
        currency=root.value("DocumentCurrencyCode"),
        tax_currency=root.value("TaxCurrencyCode"),
        buyer_reference=root.value("BuyerReference"),
        note_codes=tuple(code for node in root.all("Note") if (code := _note_code(node.text))),
        seller=_party(root.one("AccountingSupplierParty/Party")) or Party("/"),
        buyer=_party(root.one("AccountingCustomerParty/Party")) or Party("/"),
        payee=_party(root.one("PayeeParty"), named="PartyName/Name"),
        representative=_party(root.one("TaxRepresentativeParty"), named="PartyName/Name"),
        delivery=_delivery(root.one("Delivery/DeliveryLocation")),
        delivered=root.value("Delivery/ActualDeliveryDate"),
        period=_period(root.one("InvoicePeriod")),
        tax_point=root.value("TaxPointDate"),
        tax_point_code=root.value("InvoicePeriod/DescriptionCode"),
        earlier=tuple(node.value("InvoiceDocumentReference/ID") for node in root.all("BillingReference")),
        attached=tuple(_attached(node) for node in root.all("AdditionalDocumentReference")),
        payments=tuple(_payment(node) for node in root.all("PaymentMeans")),
        due=root.value("DueDate") or root.value("PaymentMeans/PaymentDueDate"),
        terms=root.value("PaymentTerms/Note"),
        allowances=tuple(_allowance(node) for node in root.all("AllowanceCharge")),
        breakdowns=tuple(_breakdown(node) for node in root.all("TaxTotal/TaxSubtotal")),
        totals=_totals(totals, root),
        lines=tuple(_line(node) for node in lines),
        currencies=_currencies(root),
    )


def _note_code(text: str) -> str | None:
    code = text.split("#")[1] if text.count("#") > 1 else ""
    return code if len(code) == 3 else None


def _currencies(root: Node) -> tuple[str, ...]:
    amounts = [node for node in root.element.iter() if str(node.tag).endswith("Amount")]
    return tuple(sorted({node.get("currencyID", "") for node in amounts}))


def _amount(node: Node | None, path: str) -> Amount | None:
    found = node.one(path) if node else None
    return Amount(found.text, found.attribute("currencyID")) if found and found.text else None


def _id(node: Node | None, scheme: str = "schemeID") -> Id | None:
    return (node.text, node.attribute(scheme)) if node else None


def _party(node: Node | None, named: str = "PartyLegalEntity/RegistrationName") -> Party | None:
    if node is None:
        return None
    schemes = [
        (one.value("CompanyID"), (one.value("TaxScheme/ID") or "").upper()) for one in node.all("PartyTaxScheme")
    ]
    person = node.one("Contact")
    return Party(
        path=node.path,
        name=node.value(named),
        ids=tuple((one.text, one.attribute("schemeID")) for one in node.all("PartyIdentification/ID")),
        legal_id=_id(node.one("PartyLegalEntity/CompanyID")),
        vat_ids=tuple(number for number, scheme in schemes if number and scheme == "VAT"),
        tax_numbers=tuple(number for number, scheme in schemes if number and scheme != "VAT"),
        endpoint=_id(node.one("EndpointID")),
        has_address=node.has("PostalAddress"),
        country=node.value("PostalAddress/Country/IdentificationCode"),
        city=node.value("PostalAddress/CityName"),
        postcode=node.value("PostalAddress/PostalZone"),
        contact=_contact(person) if person else None,
    )


def _contact(node: Node) -> tuple[str | None, str | None, str | None]:
    return node.value("Name"), node.value("Telephone"), node.value("ElectronicMail")


def _delivery(node: Node | None) -> Party | None:
    if node is None:
        return None
    return Party(
        path=node.path,
        ids=tuple((one.text, one.attribute("schemeID")) for one in node.all("ID")),
        has_address=node.has("Address"),
        country=node.value("Address/Country/IdentificationCode"),
        city=node.value("Address/CityName"),
        postcode=node.value("Address/PostalZone"),
    )


def _period(node: Node | None) -> Period | None:
    if node is None:
        return None
    return Period(node.path, node.value("StartDate"), node.value("EndDate"), node.value("DescriptionCode"))


def _attached(node: Node) -> Attached:
    name = node.one("ID")
    picture = node.one("Attachment/EmbeddedDocumentBinaryObject")
    return Attached(
        path=node.path,
        id=node.value("ID"),
        scheme=name.attribute("schemeID") if name else None,
        is_object=node.value("DocumentTypeCode") in OBJECT_CODES,
        media_type=picture.attribute("mimeCode") if picture else None,
    )


def _payment(node: Node) -> Payment:
    return Payment(
        path=node.path,
        code=node.value("PaymentMeansCode"),
        accounts=tuple(one.text for one in node.all("PayeeFinancialAccount/ID") if one.text),
        names_account=node.has("PayeeFinancialAccount"),
        card=node.value("CardAccount/PrimaryAccountNumberID"),
    )


def _vat(node: Node | None) -> Vat:
    if node is None:
        return Vat()
    is_vat = (node.value("TaxScheme/ID") or "").upper() == "VAT"
    return Vat(node.value("ID"), _amount(node, "Percent"), is_vat)


def _allowance(node: Node) -> Allowance:
    return Allowance(
        path=node.path,
        is_charge=node.value("ChargeIndicator") in ("true", "1"),
        amount=_amount(node, "Amount"),
        base=_amount(node, "BaseAmount"),
        reason=node.value("AllowanceChargeReason"),
        reason_code=node.value("AllowanceChargeReasonCode"),
        vat=_vat(node.one("TaxCategory")),
    )


def _breakdown(node: Node) -> Breakdown:
    category = node.one("TaxCategory")
    return Breakdown(
        path=node.path,
        vat=_vat(category),
        base=_amount(node, "TaxableAmount"),
        tax=_amount(node, "TaxAmount"),
        reason=category.value("TaxExemptionReason") if category else None,
        reason_code=category.value("TaxExemptionReasonCode") if category else None,
    )


def _totals(node: Node | None, root: Node) -> Totals:
    return Totals(
        lines=_amount(node, "LineExtensionAmount"),
        allowances=_amount(node, "AllowanceTotalAmount"),
        charges=_amount(node, "ChargeTotalAmount"),
        net=_amount(node, "TaxExclusiveAmount"),
        taxes=tuple(amount for one in root.all("TaxTotal") if (amount := _amount(one, "TaxAmount"))),
        gross=_amount(node, "TaxInclusiveAmount"),
        prepaid=_amount(node, "PrepaidAmount"),
        rounding=_amount(node, "PayableRoundingAmount"),
        payable=_amount(node, "PayableAmount"),
    )


def _line(node: Node) -> Line:
    quantity = node.one("InvoicedQuantity") or node.one("CreditedQuantity")
    item, price = node.one("Item"), node.one("Price")
    standard = item.one("StandardItemIdentification/ID") if item else None
    return Line(
        path=node.path,
        id=node.value("ID"),
        quantity=Amount(quantity.text) if quantity else None,
        unit=quantity.attribute("unitCode") if quantity else None,
        net=_amount(node, "LineExtensionAmount"),
        name=item.value("Name") if item else None,
        price=_amount(price, "PriceAmount"),
        gross_price=_amount(price, "AllowanceCharge/BaseAmount"),
        vat=_vat(item.one("ClassifiedTaxCategory") if item else None),
        allowances=tuple(_allowance(one) for one in node.all("AllowanceCharge")),
        period=_period(node.one("InvoicePeriod")),
        attributes=tuple(
            (one.value("Name"), one.value("Value")) for one in (item.all("AdditionalItemProperty") if item else ())
        ),
        standard_id=_id(standard),
        classes=tuple(
            (one.text, one.attribute("listID"))
            for one in (item.all("CommodityClassification/ItemClassificationCode") if item else ())
        ),
        origin=item.value("OriginCountry/IdentificationCode") if item else None,
    )
