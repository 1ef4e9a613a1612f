# ruff: noqa: E501 - rows of a page read better whole
"""Layouts that people set and programs stumble over, each told as its page."""

from agentops.agents.invoices.reading import read_file, read_pdf
from agentops.agents.invoices.reading.model import Reading

from .conftest import right

HEAD = [[(40, "Muster & Partner GmbH")], [(40, "Beispielweg 7, 12345 Musterstadt")], []]
TABLE = [
    [(40, "Bezeichnung"), right(330, "Menge"), right(430, "Einzelpreis"), right(540, "Gesamt")],
    [(40, "Karton 600 x 400 x 300 mm"), right(330, "10"), right(430, "2,21"), right(540, "22,10")],
    [(40, "Nutzungsrechte - 24 Monate"), right(330, "1"), right(430, "220,00"), right(540, "220,00")],
]
SUMS = [
    [(330, "Nettobetrag"), right(540, "242,10 EUR")],
    [(330, "MwSt. 19 %"), right(540, "46,00 EUR")],
    [(330, "Gesamtbetrag"), right(540, "288,10 EUR")],
]
FACTS = [[(330, "Rechnungsnummer:"), (450, "R-17")], [(330, "Rechnungsdatum:"), (450, "03.04.2026")], []]


def totals(reading):
    return [reading.text(name) for name in ("net_total", "tax_total", "gross_total")]


def test_labels_stand_over_their_values_in_boxes(read_page):
    facts = [
        [(40, "Fattura n."), (180, "Data fattura"), (320, "Scadenza"), (450, "Vs. ordine")],
        [(40, "645/2026"), (180, "12/11/2026"), (320, "11/01/2027"), (450, "4500018264")],
        [],
    ]
    sums = [
        [],
        [(40, "Imponibile"), (220, "IVA 0 %"), (390, "Totale fattura")],
        [right(200, "€ 242,10"), right(370, "€ 0,00"), right(540, "€ 242,10")],
        [],
        [(40, "Operazione non imponibile, art. 41 D.L. 331/93.")],
    ]
    reading = read_page([*HEAD, *facts, *TABLE, *sums])
    said = [reading.text(name) for name in ("invoice_number", "issue_date", "due_date", "order_reference")]
    assert said == ["645/2026", "2026-11-12", "2027-01-11", "4500018264"]
    assert totals(reading) == ["242.10", "0.00", "242.10"]


def test_numbers_and_dashes_belong_to_the_description(read_page):
    reading = read_page([*HEAD, *FACTS, *TABLE, [], *SUMS])
    assert [line.description.value for line in reading.lines] == [
        "Karton 600 x 400 x 300 mm",
        "Nutzungsrechte - 24 Monate",
    ]


def test_a_column_beside_the_table_is_not_in_it(read_page):
    def beside(at, text, row):
        return [(20, text), *((left + 110 if left < 100 else left, cell) for left, cell in row)]

    rows = [
        beside(at, text, row)
        for at, (text, row) in enumerate(zip(("Isarbank", "BIC DEMO", "Tel 1550"), TABLE, strict=True))
    ]
    reading = read_page([*HEAD, *FACTS, *rows, [], *SUMS])
    assert [line.description.value for line in reading.lines] == [
        "Karton 600 x 400 x 300 mm",
        "Nutzungsrechte - 24 Monate",
    ]


def test_a_sentence_beside_the_totals_is_no_line(read_page):
    sums = [[(40, "Bitte zahlen Sie bis zum 03.05.2026 auf unser Konto"), *SUMS[0]], *SUMS[1:]]
    reading = read_page([*HEAD, *FACTS, *TABLE, sums[0], *sums[1:]])
    assert len(reading.lines) == 2
    assert totals(reading) == ["242.10", "46.00", "288.10"]


def test_a_sum_carried_forward_is_known_by_its_amount(read_page):
    carried = [(40, "Siirretään"), right(540, "242,10")]
    second = [TABLE[0], carried, [(40, "Band"), right(330, "2"), right(430, "5,00"), right(540, "10,00")], [],
              [(330, "Nettobetrag"), right(540, "252,10 EUR")], [(330, "MwSt. 19 %"), right(540, "47,90 EUR")], [(330, "Gesamtbetrag"), right(540, "300,00 EUR")]]  # fmt: skip
    reading = read_page([*HEAD, *FACTS, *TABLE, carried], second)
    assert [line.line_total.value for line in reading.lines] == ["22.10", "220.00", "10.00"]


def test_a_tagline_is_not_the_supplier(read_page):
    head = [[(40, "Falkenhain")], [(40, "Verpackungen GmbH")], [(40, "Karton · Folie · Palette seit 1954")], []]
    foot = [[], [(40, "Falkenhain Verpackungen GmbH, Am Ring 27, 04347 Leipzig")]]
    assert read_page([*head, *FACTS, *TABLE, [], *SUMS, *foot]).text("supplier_name") == "Falkenhain Verpackungen GmbH"


def test_the_sellers_tax_number_beside_the_buyers_address_is_the_sellers(read_page):
    head = [[(40, "Harrow & Pike Ltd")], [], [(40, "Bill to:")], [(40, "Meridian Foods SE"), (350, "Invoice number"), (480, "HP20420")],
            [(40, "Lindenallee 3"), (350, "VAT No."), (480, "GB916347223")], [(40, "50968 Cologne")], []]  # fmt: skip
    reading = read_page([*head, *TABLE, [], *SUMS])
    assert reading.text("supplier_vat_id") == "GB916347223"
    assert reading.text("buyer_name") == "Meridian Foods SE"


def test_a_scan_says_that_it_is_an_image(draw_pdf):
    reading = read_file(draw_pdf(lambda page: page.rect(50, 50, 100, 100)), "a.pdf")
    assert reading.findings[0].code == "low_quality"
    assert "image without a text layer" in reading.findings[0].sentence


def test_a_very_long_document_is_read_in_part_and_says_so(read_page):
    page = [*HEAD, *FACTS, *([TABLE[1]] * 40)]
    reading = read_page(*([page] * 60))
    assert "low_quality" in reading.codes
    assert reading.lines == ()
    assert reading.text("invoice_number") == "R-17"


def test_a_document_of_too_many_words_is_looked_at_in_part(draw_pdf, monkeypatch):
    monkeypatch.setattr(read_pdf, "MOST_WORDS", 20)

    def three_pages(page):
        for _ in range(3):
            for number, text in enumerate(["Muster GmbH", "Rechnungsnummer: R-17", *["words that go on and on"] * 6]):
                page.drawString(50, 780 - 20 * number, text)
            page.showPage()

    reading = read_pdf.read_pdf(draw_pdf(three_pages), Reading())
    assert reading.text("invoice_number") == "R-17"
    assert any("last 2 of 3 pages" in finding.sentence for finding in reading.findings)


def test_a_number_alone_under_the_title_is_the_invoices(read_page):
    head = [
        [(40, "Muster & Partner GmbH"), (330, "Tax Invoice")],
        [(40, "Beispielweg 7, 12345 Musterstadt")],
        [(330, "MP0011223344")],
        [(330, "Datum: 03.04.2026")],
        [],
    ]
    assert read_page([*head, *TABLE, [], *SUMS]).text("invoice_number") == "MP0011223344"
    boxed = [head[0], [(330, "Kunde"), (450, "Rechnungsnummer")], [(330, "K9988776"), (450, "R-4711")], []]
    assert read_page([*boxed, *TABLE, [], *SUMS]).text("invoice_number") == "R-4711"


def test_a_label_with_words_behind_it_has_nothing_below(read_page):
    facts = [*FACTS, [(40, "Bestell-Nr.: siehe Lieferschein")], [(40, "SW-AW30 75x152")], []]
    assert read_page([*HEAD, *facts, *TABLE, [], *SUMS]).text("order_reference") is None


def test_the_date_of_something_is_not_the_invoices(read_page):
    facts = [
        [(330, "Facture n° :"), (450, "F-17")],
        [(330, "Date :"), (450, "15/01/2020")],
        [(40, "Date debut 01/12/2019")],
        [],
    ]
    assert read_page([*HEAD, *facts, *TABLE, [], *SUMS]).text("issue_date") == "2020-01-15"


def test_a_letters_date_beats_the_printers_own_in_the_foot(read_page):
    facts = [[(330, "Rechnungsnummer:"), (450, "R-17")], [(330, "Köln, den"), (450, "03.04.2026")], []]
    foot = [[] for _ in range(32)] + [[(330, "Datum: 30.10.2004")]]
    found = read_page([*HEAD, *facts, *TABLE, [], *SUMS, *foot])["issue_date"]
    assert (found.value, found.confidence > 0.75) == ("2026-04-03", True)


def test_who_holds_the_account_and_stands_in_the_foot_is_the_sender(read_page):
    head = [[(40, "ANNONCES EN LIGNE")], []]
    foot = [
        [],
        [(40, "Titulaire du compte : NETTOPRESSE")],
        [(40, "IBAN: DE89 3704 0044 0532 0130 00")],
        [],
        [(250, "NETTOPRESSE")],
    ]
    assert read_page([*head, *FACTS, *TABLE, [], *SUMS, *foot]).text("supplier_name") == "NETTOPRESSE"


def test_the_payee_named_in_a_cell_of_its_own_is_the_sender(read_page):
    head = [[(40, "LOGO BIENVENUE")], [(40, "LE FOURNEUR")], []]
    foot = [[], [(40, "Bénéficiaire"), (330, "Moyen de paiement")], [(40, "NOM : LE FOURNEUR"), (330, "VIREMENT")]]
    assert read_page([*head, *FACTS, *TABLE, [], *SUMS, *foot]).text("supplier_name") == "LE FOURNEUR"


def test_a_line_of_which_only_the_rate_and_the_amount_stand_in_its_row_takes_the_words_around_it(read_page):
    table = [
        [(40, "S.No"), (100, "Description"), (330, "IGST"), right(540, "Amount")],
        [(100, "Posters, banners and")],
        [(40, "1"), (330, "18%"), right(540, "242,10")],
        [(100, "wristbands")],
    ]
    assert [line.line_total.value for line in read_page([*HEAD, *FACTS, *table, [], *SUMS]).lines] == ["242.10"]
