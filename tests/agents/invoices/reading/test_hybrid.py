"""A PDF whose page and whose embedded XML disagree: whatever differs, a person is told what."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from agentops.agents.invoices.reading.model import Reading
from agentops.agents.invoices.reading.ocr.wanted import Looks, Wanted
from agentops.agents.invoices.reading.read_pdf import read_pdf

from .einvoices.samples import CII, UBL

PAGE = [
    [(50, "Müller GmbH"), (400, "Weg 1, 50667 Köln")],
    [(50, "Rechnung")],
    [(50, "Rechnungsnummer: R-2026-17"), (350, "Rechnungsdatum: 03.04.2026")],
    [(50, "USt-IdNr.: DE136695976"), (350, "Fällig am: 03.05.2026")],
    [(50, "Meridian Works, 53111 Bonn")],
    [(50, "Pos"), (90, "Bezeichnung"), (300, "Menge"), (380, "Einzelpreis"), (480, "Gesamt")],
    [(50, "1"), (90, "Screws"), (300, "20"), (380, "9,50"), (480, "190,00")],
    [(50, "2"), (90, "Book"), (300, "2"), (380, "6,43"), (480, "12,86")],
    [(50, "3"), (90, "Stamps"), (300, "1"), (380, "8,00"), (480, "8,00")],
    [(50, "Summe der Positionen"), (480, "210,86")],
    [(50, "Rabatt 10,00, Fracht 5,00")],
    [(50, "Nettobetrag"), (480, "205,86")],
    [(50, "MwSt. 19 % auf 185,00"), (480, "35,15")],
    [(50, "MwSt. 7 % auf 12,86"), (480, "0,90")],
    [(50, "Gesamtbetrag EUR"), (480, "241,91")],
    [(50, "Bereits gezahlt"), (480, "41,90")],
    [(50, "Zahlbetrag EUR"), (480, "200,00")],
    [(50, "IBAN: DE89 3704 0044 0532 0130 00"), (350, "Skonto 2 % bis 17.04.2026")],
]
PLAIN = CII.replace("<ram:ChargeAmount>10<", "<ram:ChargeAmount>9.50<").replace(
    "<ram:ChargeAmount>6<", "<ram:ChargeAmount>6.43<"
)


@pytest.fixture
def hybrid(draw_pdf):
    """The page with its replacements, and the XMLs attached under names of their own, declared nowhere."""

    def make(*xmls, names=("factur-x.xml", "other.xml", "third.xml"), **changes):
        def paint(sheet):
            for number, row in enumerate(PAGE):
                for left, text in row:
                    for before, after in changes.get("page", {}).items():
                        text = text.replace(before, after)
                    sheet.drawString(left, 800 - 24 * number, text)

        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(draw_pdf(paint))))
        for name, xml in zip(names, xmls, strict=False):
            writer.add_attachment(name, xml.encode())
        out = io.BytesIO()
        writer.write(out)
        return read_pdf(out.getvalue(), Reading())

    return make


def mismatches(reading):
    return {one.field for one in reading.findings if one.code == "xml_page_mismatch"}


def test_a_page_that_says_what_the_xml_says_is_no_reason_for_anything(hybrid):
    reading = hybrid(PLAIN)
    assert (reading.kind, reading.codes) == ("hybrid-pdf", ())
    assert reading["gross_total"].source.method == "xml"
    assert reading["gross_total"].source.page == 1
    assert reading["gross_total"].source.box is not None


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "data.bin", "no extension", "a/b.pdf"])
def test_the_xml_is_found_under_any_name_and_undeclared(hybrid, name):
    assert hybrid(PLAIN, names=(name,)).kind == "hybrid-pdf"


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (">241.91<", ">941.91<", "gross_total"),
        (">200.00</ram:Due", ">700.00</ram:Due", "payable"),
        (">205.86<", ">105.86<", "net_total"),
        ('"EUR">36.05<', '"EUR">46.05<', "tax_total"),
        ("<ram:ID>R-2026-17<", "<ram:ID>R-2026-71<", "invoice_number"),
        ("DE89370400440532013000", "DE02120300000000202051", "iban"),
        (">20260403<", ">20260404<", "issue_date"),
        (">20260503<", ">20260413<", "due_date"),
        ("<ram:InvoiceCurrencyCode>EUR<", "<ram:InvoiceCurrencyCode>USD<", "currency"),
        ('"VA">DE136695976<', '"VA">DE811193231<', "supplier_vat_id"),
        ("<ram:Name>Müller GmbH<", "<ram:Name>Schmidt Werke<", "supplier_name"),
        (">190.00<", ">189.00<", "lines"),
        (">241.91<", ">-241.91<", "gross_total"),
    ],
)
def test_whatever_the_xml_says_otherwise_is_told(hybrid, before, after, field):
    assert before in PLAIN
    reading = hybrid(PLAIN.replace(before, after))
    assert field in mismatches(reading)
    told = next(one for one in reading.findings if one.code == "xml_page_mismatch" and one.field == field)
    assert told.sentence.endswith(".")
    assert "XML" in told.sentence


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ({"241,91": "941,91"}, "gross_total"),
        ({"Gesamtbetrag EUR": "", "241,91": ""}, "gross_total"),
        ({"Zahlbetrag EUR": "", "200,00": "700,00"}, "payable"),
        ({"R-2026-17": "siehe oben"}, "invoice_number"),
        ({"12,86": "18,26"}, "lines"),
        ({"DE89 3704 0044 0532 0130 00": "DE02 1203 0000 0000 2020 51"}, "iban"),
        ({"Rechnung": "Gutschrift"}, "document_type"),
    ],
)
def test_whatever_the_page_shows_otherwise_or_not_at_all_is_told(hybrid, page, field):
    assert field in mismatches(hybrid(PLAIN, page=page))


def test_other_goods_for_the_same_money_are_told(hybrid):
    swapped = PLAIN.replace("<ram:ChargeAmount>9.50<", "<ram:ChargeAmount>19<").replace(">20<", ">10<")
    reading = hybrid(swapped)
    told = [one.sentence for one in reading.findings if one.field == "lines"]
    assert told == ["Line 1: the page shows 20 × 9.50, the embedded XML 10 × 19.00."]


def test_two_xmls_that_agree_are_one_and_two_that_do_not_are_told(hybrid):
    assert hybrid(PLAIN, UBL).codes == ()
    reading = hybrid(PLAIN, UBL.replace("R-2026-17", "R-2026-71").replace(">241.91<", ">999.99<"))
    told = next(one.sentence for one in reading.findings if one.code == "xml_page_mismatch")
    assert told == (
        "The file carries 2 invoice XMLs (R-2026-17, R-2026-71) that differ in gross total, invoice number; "
        "which one counts?"
    )


def test_a_self_billed_invoice_may_be_called_a_credit(hybrid):
    own = PLAIN.replace("<ram:TypeCode>380<", "<ram:TypeCode>389<")
    assert "document_type" not in mismatches(hybrid(own, page={"Rechnung": "Gutschrift"}))


def test_an_attachment_that_is_no_invoice_is_no_hybrid(hybrid):
    assert hybrid("<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>").kind == "pdf-text"
    assert hybrid("not xml at all", names=("factur-x.xml",)).kind == "pdf-text"


def test_pages_that_are_pictures_are_looked_at_before_anybody_believes_the_xml(draw_pdf):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(draw_pdf(lambda page: page.rect(50, 50, 400, 600, fill=1)))))
    writer.add_attachment("factur-x.xml", PLAIN.encode())
    out = io.BytesIO()
    writer.write(out)
    assert read_pdf(out.getvalue(), Reading()) == Wanted((1,))
    unseen = read_pdf(out.getvalue(), Reading(), Looks({}, {1: "no time was left"}))
    assert (unseen.kind, unseen.codes) == ("hybrid-pdf", ("low_quality",))
    assert unseen.text("gross_total") == "241.91"
