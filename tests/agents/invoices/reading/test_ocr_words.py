"""OCR's lines become words in their places; what it misread is put right only where something proves it."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from agentops.agents.invoices.reading.model import PageSize, Reading
from agentops.agents.invoices.reading.ocr.figures import as_money, repaired
from agentops.agents.invoices.reading.ocr.glued import cuts
from agentops.agents.invoices.reading.ocr.lines import Look, TextLine
from agentops.agents.invoices.reading.ocr.meant import meant
from agentops.agents.invoices.reading.ocr.sheet import joined, sheet_of
from agentops.agents.invoices.reading.ocr.words import words_of
from agentops.agents.invoices.reading.page import proof
from agentops.agents.invoices.reading.page.frames import Frame
from agentops.agents.invoices.reading.page.read import read_sheet
from agentops.agents.invoices.reading.page.sum_candidates import Sum
from agentops.agents.invoices.reading.page.words import Word

GAP = "\x00"  # room in a line, though OCR read no blank
RATES = frozenset({Decimal(7), Decimal(19)})


def line(x, y, text, *, pitch=10.0, height=24.0, score=1.0):
    """A line of type with all characters `pitch` pixels wide; `GAP` is five of them left empty."""
    places, at = [], 0.0
    for char in text:
        at += 5 * pitch if char == GAP else pitch
        if char not in (" ", GAP):
            places.append(at - pitch / 2)
    plain = text.replace(GAP, "")
    corners = (x, y, x + at, y, x + at, y + height, x, y + height)
    scores = (score,) * len(places)
    return TextLine(corners, plain, score, tuple(place / at for place in places), scores)


def look(*lines, turn=0, lean=0.0, size=(1240, 1754)):
    return Look(1, *size, turn, lean, lines)


def words(*lines, **how):
    return words_of(look(*lines, **how), PageSize(595.2, 841.9))[0]


def word(text, score=1.0):
    return Word(text, 0, 0, 10, 10, 1, 10.0, score)


def test_a_line_is_split_where_a_blank_or_a_column_s_gap_is():
    found = words(line(100, 100, "Total due" + GAP + "11,90"))
    assert [one.text for one in found] == ["Total", "due", "11,90"]
    total, due, amount = found
    assert total.x1 < due.x0 < total.x1 + total.size
    assert amount.x0 > due.x1 + 2 * due.size


def test_a_line_whose_characters_have_no_places_is_one_word():
    corners = (0, 0, 100, 0, 100, 20, 0, 20)
    assert [one.text for one in words(TextLine(corners, "Total due", 0.9, (), ()))] == ["Totaldue"]
    assert words(TextLine(corners, " ", 0.9, (), ())) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("InvoiceNo.12345", ["Invoice", "No.", "12345"]),
        ("TotalEUR1.234,56", ["Total", "EUR", "1.234,56"]),
        ("Date:28/11/2022", ["Date:", "28/11/2022"]),
        ("Rechnungsnummer:R-17", ["Rechnungsnummer:", "R-17"]),
        ("16-04-201814:51", ["16-04-2018", "14:51"]),
        ("RM53.60", ["RM", "53.60"]),
        ("Handelsrechnung(380)Nr.", ["Handelsrechnung", "(380)", "Nr."]),
    ],
)
def test_a_lost_blank_is_found_again(text, parts):
    edges = [0, *cuts(text), len(text)]
    assert [text[start:end] for start, end in pairwise(edges)] == parts


@pytest.mark.parametrize(
    "text",
    ["INV-2026-00137", "RE2013", "PayPal", "GmbH", "McDonald", "12:30", "https://example.com", "a@Example.com",
     "KR87654321012", "Nr2013",
     "DE136695976", "EN16931", "eBay"],
)  # fmt: skip
def test_a_name_or_a_number_is_never_torn_apart(text):
    assert cuts(text) == []


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("1O0,00", "100,00"), ("l9.50", "19.50"), ("1.2S0,00", "1.250,00"), ("10.686.25", "10,686.25"),
        ("1,234,56", "1.234,56"),
        ("ぎ0.00", "0.00"), ("12O.0O", "120.00"), ("$1O.00", "$10.00"),
    ],
)  # fmt: skip
def test_a_number_is_put_right_where_it_can_be_only_one(printed, text):
    assert repaired(printed) == text


@pytest.mark.parametrize(
    "text",
    [
        "S5.00",
        "B2.50",
        "SO.OO",
        "I.OO",
        "5tk",
        "A1.20",
        "OO,OO",
        "1.234",
        "2026",
        "IBAN",
        "B12",
        "O2",
        "1,5",
        "10.00.25",
    ],
)
def test_a_text_that_may_be_two_things_stays_as_it_is(text):
    assert repaired(text) == text


@given(st.from_regex(r"[-+(]?[€$]?\d{1,3}(?:[.,]\d{3}){0,3}(?:[.,]\d{1,4})?%?\)?", fullmatch=True))
def test_what_reads_as_a_number_keeps_its_digits(text):
    assert [char for char in repaired(text) if char.isdigit()] == [char for char in text if char.isdigit()]


@given(st.text(alphabet="0123456789OoIlSBZ.,-€$AX ", max_size=14))
def test_no_digit_is_ever_made_of_nothing(text):
    fixed = repaired(text)
    assert len(fixed) == len(text)
    for before, after in zip(text, fixed, strict=True):
        assert after == before or before in "OoIlSBZ.,"
        if before.isdigit():
            assert after == before


def test_money_has_no_third_decimal():
    assert as_money("$10.375", ".") == "$10,375"
    assert as_money("€1,234", ",") == "€1.234"
    assert as_money("$10,375", ".") == "$10,375"
    assert as_money("10.375", ".") == "10.375"


def test_a_misread_label_is_recognised_and_a_name_is_left_alone():
    assert meant("Steversatz", 0.6) == "steuersatz"
    assert meant("Zuschiäge", 0.5) == "zuschlage"
    assert meant("lBAN", 0.6) == "iban"
    assert meant("Steversatz", 0.99) == "Steversatz"
    assert meant("Mueller", 0.5) == "Mueller"
    assert meant("change", 0.9) == "change"


def test_an_account_is_repaired_only_if_its_check_digits_agree():
    good = "DE89370400440532013000"
    assert proof.account(good.replace("0", "O"), (word("x", 0.5),)) == good
    assert proof.account("DE89370400440532013001", (word("x", 0.9),)) is None
    assert proof.account("DE89370400440532013001", (word("x", 1.0),)) == "DE89370400440532013001"
    assert proof.account("DE893704004405320130", (word("x", 0.96),)) is None


@given(st.integers(4, 21), st.sampled_from("0123456789"), st.floats(0.1, 0.94))
def test_a_doubtful_account_with_a_wrong_digit_is_never_given(place, digit, score):
    good = "DE89370400440532013000"
    text = good[:place] + digit + good[place + 1 :]
    found = proof.account(text, (word(text, score),))
    assert found is None or iban.is_valid(found)
    assert found in (None, good)


def test_a_tax_number_with_letters_is_one_or_none():
    assert proof.tax_number("DE136695976") == "DE136695976"
    assert proof.tax_number("DE13669597G") == "DE136695976"
    assert proof.tax_number("DE1366O5976") is None
    assert proof.tax_number("ATU37675002") == "ATU37675002"


def sum_of(value, score=1.0):
    return Sum(Decimal(value), (word(value, score),), 0.9)


def values(trio):
    return tuple(one and str(one.value) for one in trio)


def test_a_misread_digit_of_a_sum_is_put_right_by_the_other_two_and_a_rate():
    read = sum_of("100.00"), sum_of("19.00"), sum_of("179.00", 0.8)
    assert values(proof.sums(read, None, RATES)) == ("100.00", "19.00", "119.00")


def test_without_a_witness_a_contradicting_sum_is_left_out():
    read = sum_of("100.00"), sum_of("13.37"), sum_of("173.37", 0.8)
    assert values(proof.sums(read, None, RATES)) == ("100.00", "13.37", None)
    assert values(proof.sums(read, Decimal("100.00"), RATES)) == ("100.00", "13.37", "113.37")


def test_two_digits_are_not_misread_at_once_so_the_document_contradicts_itself():
    read = sum_of("100.00"), sum_of("8.00"), sum_of("110.00", 0.6)
    assert values(proof.sums(read, None, RATES)) == ("100.00", "8.00", "110.00")
    assert values(proof.sums((*read[:2], sum_of("110.00", 0.4)), None, RATES))[2] is None


def test_sums_that_were_clear_to_read_stay_as_printed_though_they_contradict():
    read = sum_of("100.00"), sum_of("19.00"), sum_of("179.00")
    assert values(proof.sums(read, Decimal("100.00"), RATES)) == ("100.00", "19.00", "179.00")


@given(st.decimals(1, 9999, places=2), st.decimals(0, 999, places=2), st.decimals(1, 9999, places=2), st.floats(0, 1))
def test_a_sum_is_as_printed_or_proven_or_missing(net, tax, gross, score):
    read = sum_of(str(net), score), sum_of(str(tax)), sum_of(str(gross), score)
    made = proof.sums(read, None, RATES)
    changed = [(a, b) for a, b in zip(read, made, strict=True) if b is not None and a.value != b.value]
    assert len(changed) <= 1
    if changed:
        assert made[0].value + made[1].value == made[2].value
        assert any(abs(made[0].value * rate / 100 - made[1].value) <= Decimal("0.01") for rate in RATES)


@given(
    st.sampled_from([0, 90, 180, 270]),
    st.floats(-0.1, 0.1),
    st.floats(-5e-5, 5e-5),
    st.floats(100, 900),
    st.floats(100, 1500),
)
def test_a_place_on_the_read_page_comes_back_to_where_it_was_shown(turn, angle, fan, x, y):
    frame = Frame(1000, 1600, turn, angle, fan, 0.5)
    shown = frame.shown(*frame.straight(x, y))
    assert all(-0.2 < part < 1.2 for part in shown)
    flat = Frame(1000, 1600, turn, 0.0, 0.0, 0.5)
    expected = {
        0: (x / 1000, y / 1600),
        90: (1 - y / 1600, x / 1000),
        180: (1 - x / 1000, 1 - y / 1600),
        270: (y / 1600, 1 - x / 1000),
    }
    assert flat.shown(*flat.straight(x, y)) == pytest.approx(expected[turn])


def test_a_value_half_a_line_off_its_label_is_found_on_a_scan():
    page = look(
        line(700, 300, "Subtotal"), line(900, 312, "150.00"), line(700, 340, "VAT"), line(900, 352, "30.00"),
        line(700, 380, "Total"), line(900, 392, "180.00"), line(100, 100, "Contoso Ltd"),
    )  # fmt: skip
    reading = read_sheet(joined((), [PageSize(595.2, 841.9)], [page]), Reading(kind="pdf-scan"))
    assert [reading.text(name) for name in ("net_total", "tax_total", "gross_total")] == ["150.00", "30.00", "180.00"]


TILL = (
    "FRISCHEMARKT SDN BHD", "(801580-T)", "NO. 343, JALAN KURAU", "TEL: 07-8263254", "TAX INVOICE",
    "23-01-2019 13:14:15",
    "BREAD" + GAP + "12.00", "BUTTER" + GAP + "8.02", "SUBTOTAL" + GAP + "20.02", "ROUNDING ADJ" + GAP + "-0.02",
    "TOTAL" + GAP + "20.00", "CASH" + GAP + "50.00", "CHANGE" + GAP + "30.00", "GST SUMMARY", "TOTAL" + GAP + "18.87",
)  # fmt: skip


def receipt(rows):
    lines = [line(40, 40 + 30 * number, text) for number, text in enumerate(rows)]
    return read_sheet(sheet_of([look(*lines, size=(460, 800))], 1), Reading(kind="image"))


def test_a_till_receipt_gives_its_shop_its_day_and_what_was_paid():
    reading = receipt(TILL)
    assert reading.text("supplier_name") == "FRISCHEMARKT SDN BHD"
    assert reading.text("issue_date") == "2019-01-23"
    assert reading.text("gross_total") == "20.00"


def test_of_a_receipt_without_a_readable_total_nothing_is_made_up():
    reading = receipt([row for row in TILL if not row.startswith(("TOTAL", "SUBTOTAL", "CASH", "CHANGE"))])
    assert reading.text("gross_total") is None


def test_a_receipts_date_without_its_strokes_is_a_date():
    assert receipt([row if ":" not in row else "27032018" for row in TILL]).text("issue_date") == "2018-03-27"
    assert receipt([row if ":" not in row else "27132018" for row in TILL]).text("issue_date") is None


def test_a_quantity_with_a_currencys_mark_is_the_one_that_makes_the_line_come_out():
    def counted(text):
        page = look(
            line(100, 100, "Contoso GmbH"), line(100, 200, "Bezeichnung"), line(500, 200, "Menge"),
            line(700, 200, "Preis"), line(900, 200, "Gesamt"), line(100, 230, "Sechskantmutter"),
            line(500, 230, text, score=0.6), line(700, 230, "13,32"), line(900, 230, "66,60"),
            line(700, 300, "Gesamtbetrag"), line(900, 300, "66,60"),
        )  # fmt: skip
        reading = read_sheet(joined((), [PageSize(595.2, 841.9)], [page]), Reading(kind="pdf-scan"))
        return [one.quantity.value for one in reading.lines]

    assert counted("$00") == ["500"]
    assert counted("$01") == [None]


@pytest.mark.parametrize(("second", "score", "given"), [
    ("DE33600501010001234567", 0.7, None),  # nobody can tell which of the two is meant
    ("DE33999888770001234568", 0.7, "DE33999888770001234567"),  # the same one, misread
    ("DE89370400440532013000", 0.7, "DE89370400440532013000"),
])  # fmt: skip
def test_of_two_accounts_that_prove_nothing_none_is_given(second, score, given):
    page = look(
        line(100, 100, "Contoso GmbH"), line(100, 200, "IBAN: DE33999888770001234567"),
        line(100, 230, "IBAN: " + second, score=score), line(100, 300, "Gesamtbetrag"), line(500, 300, "66,60 EUR"),
    )  # fmt: skip
    reading = read_sheet(joined((), [PageSize(595.2, 841.9)], [page]), Reading(kind="pdf-scan"))
    assert reading.text("iban") == given
