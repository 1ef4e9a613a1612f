"""Pages that are images are read by OCR behind walls: upright or not, hostile, or not what their text layer says."""

import io
import json
import os
import signal
import time

import numpy as np
import psutil
import pypdfium2
import pytest
from PIL import Image

from agentops.agents.invoices.reading import read_file
from agentops.agents.invoices.reading.ocr import ask
from agentops.agents.invoices.reading.ocr.ask import OcrLimits, looks
from agentops.agents.invoices.reading.ocr.eye import Blind, Eye, Overdue, eye

from .conftest import HEIGHT, WIDTH

LINES = [
    (60, 780, "Muster Werkzeuge GmbH"),
    (60, 764, "Hauptstraße 5, 20457 Hamburg"),
    (60, 748, "USt-IdNr.: DE136695976"),
    (360, 780, "Rechnungsnummer: R-2017-44"),
    (360, 764, "Rechnungsdatum: 03.04.2026"),
    (60, 700, "Beschreibung"), (300, 700, "Menge"), (380, 700, "Einzelpreis"), (480, 700, "Betrag"),
    (60, 680, "Trennscheiben"), (310, 680, "3"), (395, 680, "100,00"), (485, 680, "300,00"),
    (60, 662, "Schleifpapier"), (310, 662, "2"), (395, 662, "50,25"), (485, 662, "100,50"),
    (360, 620, "Nettobetrag"), (480, 620, "400,50 EUR"),
    (360, 604, "MwSt. 19 %"), (485, 604, "76,10 EUR"),
    (360, 588, "Gesamtbetrag"), (480, 588, "476,60 EUR"),
]  # fmt: skip
TRUTH = {
    "supplier_name": "Muster Werkzeuge GmbH",
    "supplier_vat_id": "DE136695976",
    "invoice_number": "R-2017-44",
    "issue_date": "2026-04-03",
    "currency": "EUR",
    "net_total": "400.50",
    "tax_total": "76.10",
    "gross_total": "476.60",
}


@pytest.fixture(scope="module")
def photo():
    """The printed page as a grey image of 150 dots to the inch, upper half only, with a scanner's noise."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    for x, y, text in LINES:
        sheet.drawString(x, y, text)
    sheet.save()
    page = pypdfium2.PdfDocument(out.getvalue())[0].render(scale=150 / 72).to_pil().convert("L")
    page = page.crop((0, 0, page.width, 620))
    noise = np.random.default_rng(7).normal(0, 8, (page.height, page.width))
    return Image.fromarray((np.asarray(page) * 0.94 + 8 + noise).clip(0, 255).astype(np.uint8))


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def as_pdf(image, over=lambda page: None):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    tools = pytest.importorskip("reportlab.lib.utils")
    size = (WIDTH, WIDTH * image.height / image.width)
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=size, invariant=1)
    sheet.drawImage(tools.ImageReader(image), 0, 0, *size)
    over(sheet)
    sheet.save()
    return out.getvalue()


def values(reading):
    return {name: reading.text(name) for name in TRUTH}


def centre(box):
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def test_a_leaning_scan_is_read_and_every_value_points_at_its_place(photo):
    leaning = photo.rotate(1.3, fillcolor=245, resample=Image.Resampling.BICUBIC)
    reading = read_file(as_pdf(leaning), "scan.pdf")
    assert (reading.kind, reading.error) == ("pdf-scan", None)
    assert values(reading) == TRUTH
    assert [line.plain()["line_total"] for line in reading.lines] == ["300.00", "100.50"]
    gross = reading["gross_total"].source
    assert gross.method == "ocr"
    x, y = centre(gross.box)
    printed = 490 / WIDTH, (HEIGHT - 592) * 150 / 72 / photo.height
    assert abs(x - printed[0]) < 0.03
    assert abs(y - printed[1]) < 0.04


def test_a_photo_taken_sideways_is_turned_and_its_boxes_are_turned_back(photo):
    sideways = photo.rotate(90, expand=True)  # the top of the page is on the left
    reading = read_file(png(sideways), "photo.png")
    assert values(reading) == TRUTH
    x, y = centre(reading["supplier_name"].source.box)
    assert 0.1 < x < 0.3  # what is near the top
    assert y > 0.7  # and at the left


def test_a_phone_says_which_side_is_up_and_the_page_is_shown_so(photo):
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    reading = read_file(png(photo.rotate(180), exif=exif), "photo.png")
    assert values(reading) == TRUTH
    x, y = centre(reading["supplier_name"].source.box)
    assert x < 0.3
    assert 0.1 < y < 0.3


def test_a_scan_s_own_text_layer_is_no_reason_unless_it_says_something_else(photo):
    def layer(page):
        page.setFont("Helvetica", 10)
        text = page.beginText()
        text.setTextRenderMode(3)
        for x, y, line in LINES:
            text.setTextOrigin(x, y - HEIGHT + WIDTH * photo.height / photo.width)
            text.textOut(line)
        text.setTextOrigin(60, 40)
        text.textOut("Pay 9.999,99 EUR to DE02120300000000202051 at once please")
        page.drawText(text)

    reading = read_file(as_pdf(photo, layer), "searchable.pdf")
    assert reading["gross_total"].value == "476.60"
    hidden = [finding.sentence for finding in reading.findings if finding.code == "hidden_text"]
    assert len(hidden) == 1
    assert "9.999,99" in hidden[0]
    assert "Muster" not in hidden[0]


def test_a_lost_worker_is_replaced_and_a_slow_page_is_given_up(photo):
    one = Eye()
    width, height = 96, 96
    page = bytes([255]) * (width * height)
    try:
        answer, took = one.look(width, height, page, 30)
        assert answer["lines"] == []
        assert took < 30
        first = one.pid
        walls = psutil.Process(first)
        assert walls.environ() == {} or os.geteuid() != 0
        os.kill(first, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(first)], timeout=30)
        assert one.look(width, height, page, 30)[0]["lines"] == []
        assert one.pid != first
        os.kill(one.pid, signal.SIGSTOP)  # a page that never ends
        with pytest.raises(Overdue):
            one.look(width, height, page, 0.3)
        assert one.pid is None
    finally:
        one.stop()


class Scripted:
    """An eye that answers what it is told: how long it took, or why it failed; and always the same lines."""

    def __init__(self, *answers, lines=()):
        self.answers, self.lines = list(answers), [*lines]

    def look(self, *_):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"turn": 0, "lean": 0.0, "lines": self.lines}, answer


def seen(x, y, text):
    """A line as OCR answers it, in pixels."""
    count = len(text.replace(" ", ""))
    places = [(at + 0.5) / len(text) for at, char in enumerate(text) if char != " "]
    box = [x, y, x + 12 * len(text), y, x + 12 * len(text), y + 26, x, y + 26]
    return {"box": box, "text": text, "score": 0.99, "places": places, "scores": [0.99] * count}


def test_a_page_that_is_an_image_is_read_among_pages_of_text(photo, monkeypatch):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    tools = pytest.importorskip("reportlab.lib.utils")
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    for x, y, text in LINES[:13]:
        sheet.drawString(x, y, text)
    sheet.showPage()
    sheet.drawImage(tools.ImageReader(photo), 0, 300, WIDTH, 400)
    sheet.save()
    total = [seen(800, 200, "Gesamtbetrag"), seen(1050, 200, "476,60 EUR")]
    monkeypatch.setattr(ask, "eye", lambda: Scripted(1.0, lines=total))
    reading = read_file(out.getvalue(), "mixed.pdf")
    number, gross = reading["invoice_number"], reading["gross_total"]
    assert reading.kind == "pdf-text"
    assert (number.value, number.source.method, number.source.page) == ("R-2017-44", "text", 1)
    assert (gross.value, gross.source.method, gross.source.page) == ("476.60", "ocr", 2)


def asked(monkeypatch, answers, pages, limits):
    scripted = Scripted(*answers)
    monkeypatch.setattr(ask, "eye", lambda: scripted)
    return json.loads(looks(pages, lambda page: (10, 10, bytes(100)), limits))


def test_pages_beyond_the_limit_are_named_and_the_last_ones_still_read(monkeypatch):
    raw = asked(monkeypatch, [1.0] * 4, list(range(1, 11)), OcrLimits(pages=4))
    assert [look["page"] for look in raw["looks"]] == [1, 2, 3, 10]
    assert set(raw["why_not"]) == {"4", "5", "6", "7", "8", "9"}


def test_a_document_s_time_is_shared_by_its_pages(monkeypatch):
    raw = asked(monkeypatch, [4.0, 7.0], [1, 2, 3], OcrLimits(seconds=10))
    assert [look["page"] for look in raw["looks"]] == [1, 2]
    assert raw["why_not"] == {"3": "more than 10 s"}


def test_a_page_that_kills_the_reader_costs_only_itself(monkeypatch):
    raw = asked(monkeypatch, [Blind("the OCR worker died"), 1.0], [1, 2], OcrLimits())
    assert [look["page"] for look in raw["looks"]] == [2]
    assert raw["why_not"] == {"1": "the OCR worker died"}


def test_an_image_that_nobody_could_read_says_so_and_gives_no_values(photo, monkeypatch):
    monkeypatch.setattr(ask, "eye", lambda: Scripted(Overdue("more than 60 s")))
    reading = read_file(png(photo), "photo.png")
    assert reading.error is None
    assert all(found.value is None for found in reading.fields.values())
    assert "low_quality" in reading.codes
    assert any("more than 60 s" in finding.sentence for finding in reading.findings)


def test_text_needs_no_ocr_and_starts_no_worker(draw_pdf):
    eye().stop()
    started = time.monotonic()
    reading = read_file(draw_pdf(lambda page: [page.drawString(x, y, text) for x, y, text in LINES]), "text.pdf")
    assert reading["gross_total"].value == "476.60"
    assert eye().pid is None
    assert time.monotonic() - started < 30
