"""What a PDF hides, carries and does is found, and never read as a value."""

import pytest

from agentops.agents.invoices.reading import read_file

LINES = [
    "Muster GmbH",
    "Rechnungsnummer: R-17",
    "Rechnungsdatum: 03.04.2026",
    "Nettobetrag 10,00 EUR",
    "MwSt. 19% 1,90 EUR",
    "Gesamtbetrag 11,90 EUR",
]


def invoice_with(extra):
    def paint(page):
        for number, text in enumerate(LINES):
            page.drawString(50, 780 - 20 * number, text)
        extra(page)

    return paint


def white(page):
    page.setFillColorRGB(1, 1, 1)
    page.drawString(50, 500, "Gesamtbetrag 99,90 EUR")


def tiny(page):
    page.setFont("Helvetica", 1)
    page.drawString(50, 500, "Gesamtbetrag 99,90 EUR")


def off_page(page):
    page.drawString(50, 2000, "Gesamtbetrag 99,90 EUR")


def invisible(page):
    text = page.beginText(50, 500)
    text.setTextRenderMode(3)
    text.textLine("Gesamtbetrag 99,90 EUR")
    page.drawText(text)


def covered(page):
    page.drawString(50, 500, "Gesamtbetrag 99,90 EUR")
    page.setFillColorRGB(0.2, 0.4, 0.6)
    page.rect(40, 490, 300, 30, stroke=0, fill=1)


@pytest.mark.parametrize("trick", [white, tiny, off_page, invisible, covered], ids=lambda trick: trick.__name__)
def test_hidden_text_is_reported_and_never_a_value(trick, draw_pdf):
    reading = read_file(draw_pdf(invoice_with(trick)), "a.pdf")
    assert reading.codes == ("hidden_text",)
    assert reading.text("gross_total") == "11.90"


def test_white_text_on_a_dark_bar_is_visible(draw_pdf):
    def bar(page):
        page.setFillColorRGB(0.1, 0.1, 0.3)
        page.rect(40, 490, 300, 30, stroke=0, fill=1)
        page.setFillColorRGB(1, 1, 1)
        page.drawString(50, 500, "Thank you for your business with us")

    assert read_file(draw_pdf(invoice_with(bar)), "a.pdf").codes == ()


def test_a_turned_page_is_read_like_any_other(draw_pdf):
    def turned(page):
        page.setPageRotation(90)
        page.translate(595, 0)
        page.rotate(90)
        for number, text in enumerate(LINES):
            page.drawString(50, 500 - 20 * number, text)

    reading = read_file(draw_pdf(turned), "a.pdf")
    assert (reading.text("invoice_number"), reading.text("gross_total")) == ("R-17", "11.90")


def test_an_empty_page_needs_ocr_and_gives_no_guess(draw_pdf):
    reading = read_file(draw_pdf(lambda page: page.rect(50, 50, 100, 100)), "a.pdf")
    assert reading.kind == "pdf-scan"
    assert {found.value for found in reading.fields.values()} == {None}
    assert "OCR" in reading["gross_total"].reason


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.pdf", "empty_file"),
        (b"   \n", "a.xml", "empty_file"),
        (b"garbage" * 50, "a.pdf", "corrupt_file"),
        (b"%PDF-1.7\n" + b"x" * 300, "a.pdf", "corrupt_file"),
        (b"PK\x03\x04" + b"x" * 300, "a.pdf", "unsupported_type"),
        (b"MZ" + b"x" * 300, "a.pdf", "unsupported_type"),
        (b"<!DOCTYPE html><html></html>", "a.pdf", "unsupported_type"),
        (b"plain text", "a.txt", "unsupported_type"),
        (b"x" * (26 * 1024 * 1024), "a.pdf", "too_large"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 300, "a.png", "corrupt_file"),
    ],
)
def test_the_door_refuses_with_a_reason(data, name, code):
    assert read_file(data, name).error.code == code
