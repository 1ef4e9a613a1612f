# ruff: noqa: E501 - rows of examples read better whole
"""The adversarial documents: each ends as expected, in time, with the right values whatever text it carries."""

import json
from pathlib import Path

import pytest

from agentops.agents.invoices.reading import FIELDS, read_file

FOLDER = Path(__file__).parents[5] / "shared/data/invoices"
EXPECTED = FOLDER / "expected.jsonl"
CASES = [json.loads(line) for line in EXPECTED.read_text().splitlines()] if EXPECTED.is_file() else []

# What only the order book, the vendors' file or OCR can tell is for others to test.
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
    if reading.kind in ("pdf-scan", "image"):
        assert all(found.value is None for found in reading.fields.values())
        return
    if case["disposition"] == "auto":
        assert codes == set()
    wanted = set(case["reasons"])
    if wanted and wanted <= READERS:
        assert wanted & codes
    for name in FIELDS:
        if (case.get("truth") or {}).get(name) is not None:
            assert _plain(reading.text(name)) == _plain(case["truth"][name]), name
    assert reading.seconds < (case.get("limits") or {}).get("max_seconds", 20)


def _plain(value):
    return "".join(char for char in str(value).casefold() if char.isalnum())
