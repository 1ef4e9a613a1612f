"""Confidence comes from the table in the tree, rises with what speaks for a value, and is reported as measured."""

import json
import math
from pathlib import Path

import pytest

from agentops.agents.invoices.reading.model import FIELDS
from agentops.agents.invoices.reading.page import certainty
from agentops.agents.invoices.reading.page.weights import WEIGHTS
from bench.reading.diagram import draw, interval
from bench.reading.judged import Given, judged
from bench.reading.reliability import WAYS, Bucket, Way, buckets, held_out, isotonic, score

DOCS = Path(__file__).parents[4] / "docs"


def grounds_of(name):
    return [ground for ground in WEIGHTS[certainty.KINDS.get(name, name)] if ground != "always"]


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_is_weighed_by_its_row_of_the_table(name):
    row = WEIGHTS[certainty.KINDS.get(name, name)]
    for ground in grounds_of(name):
        odds = row["always"] + 0.3 * row[ground]
        assert certainty.of(name, {ground: 0.3}) == pytest.approx(min(0.99, max(0.05, 1 / (1 + math.exp(-odds)))))


@pytest.mark.parametrize("name", FIELDS)
def test_whatever_speaks_for_a_value_never_makes_it_less_sure(name):
    strengths = [step / 10 for step in range(11)]
    for ground in grounds_of(name):
        for others in ({}, dict.fromkeys(grounds_of(name), 0.5)):
            said = [certainty.of(name, {**others, ground: strength}) for strength in strengths]
            assert said == sorted(said)


@pytest.mark.parametrize("name", FIELDS)
def test_what_ocr_doubts_makes_a_value_less_sure_and_never_certain_or_impossible(name):
    everything = dict.fromkeys(grounds_of(name), 1.0)
    said = [certainty.of(name, {**everything, "ocr": 1.0, "misread": doubt / 10}) for doubt in range(11)]
    assert said == sorted(said, reverse=True)
    assert said[-1] < said[0]
    assert certainty.of(name, everything) <= 0.99
    assert certainty.of(name, {"misread": 1.0}) >= 0.05


def test_redrawn_confidence_only_rises_and_lies_where_values_were_right():
    pairs = [(0.3, False), (0.3, True), (0.5, True), (0.6, False), (0.7, True), (0.7, True), (0.9, True), (0.9, False)]
    redraw = isotonic(pairs)
    drawn = [redraw(step / 100) for step in range(101)]
    assert drawn == sorted(drawn)
    assert redraw(0.5) == redraw(0.65) == 0.5  # one right, one wrong, out of order: pooled
    assert redraw(0.7) == redraw(0.95) == 0.75  # the same confidence said twice is one step
    assert isotonic([(0.4, True)] * 9)(0.4) == 0.99


def test_a_source_has_no_part_in_what_it_is_judged_by():
    def of(source, right):
        return [Given("image", source, "own", "iban", 0.8, right)] * 4

    drawn = held_out([*of("a", True), *of("b", False)], WAYS["one for all"])
    assert drawn == {"a": [(0.05, True)] * 4, "b": [(0.99, False)] * 4}
    lowered = held_out([*of("a", True), *of("b", False)], WAYS["one for all, only lower"])
    assert lowered["b"] == [(0.8, False)] * 4
    alone = held_out(of("a", True), Way())
    assert alone["a"] == [(0.8, True)] * 4  # nobody else to learn from


def test_a_score_counts_what_would_pass_a_threshold():
    found = score([(0.9, True), (0.9, False), (0.96, False), (0.6, True), (0.6, False)])
    assert (found.values, found.wrong, found.wrong_above_gate, found.wrong_and_sure) == (5, 3, 2, 1)
    assert found.right_above_gate == 1
    assert found.expected_error == pytest.approx((2 * 0.1 + 2 * 0.4 + 0.96) / 5)


def test_values_are_judged_like_the_answers_that_come_with_the_documents(tmp_path):
    truth = {
        "supplier_name": "Muster GmbH",
        "gross_total": "-11.90",
        "issue_date": "2026-04-03",
        "invoice_number": "R-17",
    }
    row = {"file": "a.pdf", "kind": "pdf-text", "source": "s", "layout": "own", "truth": truth, "absent": ["iban"],
           "sign_free": True}  # fmt: skip
    read = {**dict.fromkeys(FIELDS), "supplier_name": "MUSTER", "gross_total": "11.90", "issue_date": "2026-03-04",
            "iban": "DE00", "currency": "EUR"}  # fmt: skip
    (tmp_path / "truth.jsonl").write_text(json.dumps(row) + "\n")
    readings = tmp_path / "readings.jsonl"
    readings.write_text(json.dumps({"file": "a.pdf", "truth": read, "confidence": dict.fromkeys(FIELDS, 0.8)}) + "\n")
    found = {one.field: one.right for one in judged(tmp_path, readings)}
    assert found == {"supplier_name": True, "gross_total": True, "issue_date": False, "iban": False}


def test_the_diagram_in_the_docs_is_drawn_from_the_table_in_the_docs():
    panels = {}
    for line in (DOCS / "extraction.md").read_text(encoding="utf-8").splitlines():
        kind, said_between, *rest = [cell.strip() for cell in line.strip("| ").split("|")] + [""]
        if " and " in said_between and len(rest) == 5 and rest[0].isdigit():
            low, high = map(float, said_between.split(" and "))
            panels.setdefault(kind, []).append(Bucket(low, high, int(rest[0]), int(rest[1]), float(rest[2])))
    assert set(panels) == {"pdf-text", "pdf-scan", "image", "receipt-image"}
    assert (DOCS / "reliability.svg").read_text(encoding="utf-8") == draw(list(panels.items()))


def test_the_diagram_shows_how_little_a_few_values_say():
    low, high = interval(5, 5)
    assert (round(low, 2), high) == (0.57, 1.0)
    assert draw([("image", buckets([(0.9, True)]))]).count("<circle") == 1
