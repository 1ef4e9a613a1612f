# ruff: noqa: E501 - rows of examples read better whole
"""The adversarial documents: each ends as expected, in time, with the right values whatever text it carries."""

import json
from pathlib import Path

import pytest

from agentops.agents.invoices.reading import FIELDS, read_file

FOLDER = Path(__file__).parents[5] / "shared/data/invoices"
EXPECTED = FOLDER / "expected.jsonl"
# OCR takes seconds a page: one scan that gives orders, one too coarse to read, and one that is blank stand for all.
LEFT_OUT = ("control-scan", "dup-a-rescan", "many-lines-scan", "rotated-90", "rotated-180")
LINES = EXPECTED.read_text().splitlines() if EXPECTED.is_file() else []
CASES = [case for case in map(json.loads, LINES) if Path(case["file"]).stem not in LEFT_OUT]

# What only the order book or the vendors' file can tell is for others to test.
READERS = {
    "empty_file", "corrupt_file", "encrypted", "no_pages", "too_many_pages", "too_large", "xml_entities_forbidden", "unsupported_type",
    "invalid_encoding", "totals_inconsistent", "tax_mismatch", "negative_total", "credit_note", "missing_field", "multiple_invoices",
    "prompt_injection", "hidden_text", "xml_page_mismatch", "active_content", "due_before_issue",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not CASES, reason="the shared data is not on this machine")


@pytest.mark.parametrize("case", CASES, ids=lambda case: Path(case["file"]).name)
def test_a_hostile_or_awkward_document_ends_as_expected(case):
    reading = read_file(FOLDER / case["file"])
    codes = set(reading.codes) | ({reading.error.code} if reading.error else set())
    if case["disposition"] == "auto":
        assert codes == set()
    wanted = set(case["reasons"])
    if wanted and wanted <= READERS:
        assert wanted & codes
    for name in FIELDS:
        if reading.kind in ("pdf-scan", "image") and reading.text(name) is None:
            continue  # what OCR cannot read for sure is left blank, but never wrong
        if (case.get("truth") or {}).get(name) is not None:
            assert _plain(reading.text(name)) == _plain(case["truth"][name]), name
    if reading.kind not in ("pdf-scan", "image"):
        assert reading.seconds < (case.get("limits") or {}).get("max_seconds", 20)


def _plain(value):
    return "".join(char for char in str(value).casefold() if char.isalnum())
