"""Wordings and currencies that no list holds whole: parts of labels, what stands beside them, and sums tell."""

import pytest

from agentops.agents.invoices.reading.page import lexicon

from .conftest import right
from .test_layouts import FACTS, HEAD, SUMS, TABLE, totals

FOREIGN_FACTS = [[(330, "Invoice number:"), (450, "R-17")], [(330, "Invoice date:"), (450, "2026-04-13")], []]


def sums_called(net, tax, gross, mark="EUR"):
    amounts = zip((net, tax, gross), ("242,10", "46,00", "288,10"), strict=True)
    return [[(330, label), right(540, f"{amount} {mark}")] for label, amount in amounts]


@pytest.mark.parametrize(
    ("net", "tax", "gross"),
    [
        ("Total exclusive of GST", "GST 19 %", "Total inclusive of GST"),
        ("Gesamtsumme exkl. USt", "USt 19 %", "Gesamtsumme inkl. USt"),
        ("Celkem bez DPH", "DPH 19 %", "Celkem s DPH"),
        ("Nettó összesen", "ÁFA 19 %", "Bruttó végösszeg"),
        ("Valoare totala fara TVA", "TVA 19 %", "Valoare totala cu TVA"),
        ("Veroton yhteensä", "ALV 19 %", "Laskun loppusumma"),
        ("Total s/ IVA", "IVA 19 %", "Total c/ IVA"),
        ("Ara toplam", "KDV 19 %", "Genel toplam"),
        ("Belopp före moms", "Moms 19 %", "Summa inkl. moms"),
    ],
)
def test_labels_of_sums_are_known_by_their_parts(read_page, net, tax, gross):
    reading = read_page([*HEAD, *FACTS, *TABLE, [], *sums_called(net, tax, gross)])
    assert totals(reading) == ["242.10", "46.00", "288.10"]


def test_what_somebody_listed_goes_before_what_is_composed():
    assert lexicon.labels()[("total", "a", "pagar")] == ("payable",)
    assert lexicon.labels()[("sous", "total", "hors", "taxe")] == ("subtotal",)


def test_a_word_that_says_all_tells_a_label_that_nobody_knows(read_page):
    sums = [[(330, "Montant facturé HT"), right(540, "242,10 EUR")], SUMS[1],
            [(330, "Montant à régler TTC"), right(540, "288,10 EUR")]]  # fmt: skip
    assert totals(read_page([*HEAD, *FACTS, *TABLE, [], *sums])) == ["242.10", "46.00", "288.10"]


def test_a_known_word_at_the_beginning_of_an_unknown_label_promises_little(read_page):
    sums = [[(330, "Total qwertish:"), right(540, "242,10 EUR")], SUMS[1], [(330, "Total"), right(540, "288,10 EUR")]]
    reading = read_page([*HEAD, *FACTS, *TABLE, [], *sums])
    assert reading.text("gross_total") == "288.10"


def test_the_taxes_of_two_rates_are_summed_side_by_side_too(read_page):
    sums = [
        [(40, "Netto"), (150, "USt 19 %"), (260, "USt 7 %"), (370, "Brutto")],
        [(40, "300,00 EUR"), (150, "38,00 EUR"), (260, "7,00 EUR"), (370, "345,00 EUR")],
        [],
        [(40, "IBAN DE02 1203 0000 0000 2020 51")],
    ]
    assert totals(read_page([*HEAD, *FACTS, *TABLE[:1], [], *sums])) == ["300.00", "45.00", "345.00"]


def test_sums_that_no_invoice_can_have_do_not_add_up(read_page):
    """Prepaid and left to pay come to the total as well, but no tax is more than what it is charged on."""
    sums = [
        [(330, "Qwert"), right(540, "-72,40")],
        [(330, "DPH"), right(540, "216,60")],
        [(330, "Total"), right(540, "144,20")],
    ]
    reading = read_page([*HEAD, *FACTS, *TABLE[:1], [], *sums])
    assert reading["gross_total"].confidence < 0.75


@pytest.mark.parametrize("label", ["Qwertz", "Zwrot qwertz"])
def test_what_is_left_to_pay_is_known_by_what_was_paid(read_page, label):
    paid = [[(330, "Anzahlung"), right(540, "-88,10 EUR")], [(330, label), right(540, "200,00 EUR")]]
    reading = read_page([*HEAD, *FACTS, *TABLE, [], *SUMS, *paid])
    assert reading.text("payable") == "200.00"


@pytest.mark.parametrize(
    ("amount", "told", "code"),
    [
        ("R$ {}", "", "BRL"),
        ("S${}", "", "SGD"),
        ("${}", "RFC: SIB950612QK3", "MXN"),
        ("${}", "ABN 51 824 753 556", "AUD"),
        ("${}", "", "USD"),
        ("R {}", "", "ZAR"),
        ("{} TL", "", "TRY"),
        ("{} lei", "", "RON"),
    ],
)
def test_whose_currency_a_mark_is(read_page, amount, told, code):
    rows = [[(330, label), right(540, amount.format(value))]
            for label, value in (("Net amount", "242.10"), ("VAT 19 %", "46.00"), ("Total", "288.10"))]  # fmt: skip
    reading = read_page([[(40, "Muster Ltd")], [(40, told)], [], *FOREIGN_FACTS, *TABLE[:1], [], *rows])
    assert reading.text("currency") == code
    assert totals(reading) == ["242.10", "46.00", "288.10"]


def test_a_quantity_right_of_its_price_is_known_by_either_heading(read_page):
    rows = [
        [(40, "Bezeichnung"), right(330, "Qwert"), right(430, "Menge"), right(540, "Gesamt")],
        [(40, "Karton"), right(330, "2,21"), right(430, "10"), right(540, "22,10")],
        [(40, "Nutzungsrechte"), right(330, "220,00"), right(430, "1"), right(540, "220,00")],
    ]
    lines = read_page([*HEAD, *FACTS, *rows, [], *SUMS]).lines
    assert [(line.quantity.value, line.unit_price.value) for line in lines] == [("10", "2.21"), ("1", "220.00")]


def test_a_tax_number_right_under_the_buyers_address_is_the_buyers(read_page):
    parties = [
        [(40, "Kunde:"), (330, "Muster & Partner GmbH")],
        [(40, "Nordlicht Handels AG"), (330, "Beispielweg 7")],
        [(40, "20457 Hamburg"), (330, "12345 Musterstadt")],
        [],
        [(40, "VAT DE129273398"), (330, "VAT Registration Number DE136695976")],
        [],
    ]
    reading = read_page([*parties, *FACTS, *TABLE, [], *SUMS])
    assert reading.text("supplier_name") == "Muster & Partner GmbH"
    assert reading.text("supplier_vat_id") == "DE136695976"


def test_the_address_under_a_letterhead_begins_with_no_name(read_page):
    head = [[(40, "Muster Ltda.")], [(40, "Rua das Flores, 500 | 88220-000 Itapema")], []]
    reading = read_page([*head, *FACTS, [(40, "Kunde:")], [(40, "Nordlicht AG")], [], *TABLE, [], *SUMS])
    assert reading.text("supplier_name") == "Muster Ltda."


def test_the_day_behind_the_number_is_the_invoices(read_page):
    title = [[(40, "Tax Invoice No. 4711 of 13 April 2026")], []]
    reading = read_page([*HEAD, *title, [(40, "Reminder date 20 May 2026")], [], *TABLE, [], *SUMS])
    assert (reading.text("invoice_number"), reading.text("issue_date")) == ("4711", "2026-04-13")
