"""Invented pages in ten languages and many layouts: what is read, what is not, and what confidence is worth."""

import pytest

from agentops.agents.invoices.reading import read_file

from .invented.invoice import invent
from .invented.judging import key, read_words, reliability, verdicts
from .invented.layout import draw
from .invented.truth import truth_of

WHOLE, HARMED = range(80), range(500, 620)
SURE, DOUBTFUL = 0.85, 0.75


@pytest.fixture(scope="module")
def whole():
    return verdicts(WHOLE, harmed=False)


@pytest.fixture(scope="module")
def harmed():
    return verdicts(HARMED, harmed=True)


def share(found, such):
    return sum(map(such, found)) / len(found)


def test_header_fields_are_read_in_any_layout(whole):
    stated = [one for one in whole if one.wanted is not None]
    assert share(stated, lambda one: one.right) >= 0.97
    assert share(whole, lambda one: one.wrong) < 0.01


def test_lines_are_read_in_any_layout():
    wanted, given, agreed = 0, 0, 0
    for seed in WHOLE:
        invoice = invent(seed)
        paper = draw(invoice, seed)
        lines = [line.plain() for line in read_words(paper.words(), paper.page).lines]
        truth = truth_of(invoice)["lines"]
        wanted, given = wanted + len(truth), given + len(lines)
        agreed += sum(_same(*pair) for pair in zip(truth, lines, strict=False))
    assert 2 * agreed / (wanted + given) >= 0.95


def _same(wanted, line):
    amounts = ("quantity", "unit_price", "line_total")
    if any(
        line[name] is None or key("gross_total", line[name]) != key("gross_total", wanted[name]) for name in amounts
    ):
        return False
    return key("text", wanted["description"]) in key("text", line["description"] or "")


def test_what_is_right_and_corroborated_is_sure(whole):
    """A clean page must not wait for a person, in whatever currency."""
    right = [one for one in whole if one.right]
    assert share(right, lambda one: one.confidence >= SURE) >= 0.95
    sums = [one for one in right if one.field in ("net_total", "gross_total") and one.grounds["adds up"]]
    assert share(sums, lambda one: one.confidence >= SURE) >= 0.98


def test_confidence_means_what_it_says(harmed):
    rows = reliability(harmed, (0, DOUBTFUL, SURE, 1.01))
    observed = [right for *_, right in rows]
    assert len(rows) == 3
    assert observed[0] < observed[2] - 0.2
    assert observed[2] > 0.93
    for _, _, count, said, right in rows:
        assert abs(said - right) < 0.2 or count < 30


def test_a_page_drawn_as_pdf_is_read_like_its_words():
    for seed in (3, 8):
        invoice = invent(seed)
        paper = draw(invoice, seed)
        reading, by_words = read_file(paper.pdf(), "a.pdf"), read_words(paper.words(), paper.page)
        names = ("invoice_number", "issue_date", "gross_total", "currency", "supplier_name")
        assert [reading.text(name) for name in names] == [by_words.text(name) for name in names]
