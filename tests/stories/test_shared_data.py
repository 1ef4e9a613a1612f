"""The shared documents with known answers, through the real door and a real worker, one after the other."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from agentops.core.models import User
from agentops.demo.people import INBOX, make_desk, make_people
from agentops.web.outcomes import Outcome, outcome_of
from runs.intake import take_in
from tests.stories.conftest import assert_in_order, until

pytestmark = pytest.mark.slow
MASTER = (("vendors", "vendors.jsonl"), ("purchase_orders", "purchase_orders.jsonl"), ("policy", "policy.json"))
# OCR takes seconds a page, so of the pictures a few stand for all; `DOCUMENTS=all` sends every one.
NEEDS_OCR = ("pdf-scan", "image", "receipt-image")
PICTURES = ("scan", "rescan", "60dpi", "rotated", "jpeg-named")
MOST_PICTURES = 1
EVERYTHING = os.environ.get("DOCUMENTS") == "all"
# May go either way, and go to people without the reason that the set would name.
REASON_NOT_NAMED = {"documents/invoice2data/pdf-text/coolblue2.pdf"}


@pytest.fixture
def documents(shared, working) -> Path:
    """The folder, with its vendors, orders and rules loaded."""
    make_people(timezone.now())
    make_desk("accounts-payable", "Accounts payable", ["invoices"])
    folder = shared / "data/invoices"
    for what, file in MASTER:
        call_command(f"load_{what}", str(folder / file), stdout=StringIO())
    return folder


def test_every_adversarial_file_ends_as_a_careful_system_ends_it(documents, capsys):
    wrong, slow = [], []
    for line, found, seconds in sent(documents, "expected.jsonl"):
        # The machine may be busy with other tests; bench/documents.py prints what a document takes on a quiet one.
        if seconds > 3 * float(line.get("limits", {}).get("max_seconds", 20)):
            slow.append((line["file"], seconds))
        if problem := differs(line, found):
            wrong.append(problem)
    told(capsys, "adversarial", slow, wrong)
    assert wrong == []
    assert slow == []
    assert_in_order()


def test_the_real_documents_are_posted_or_asked_about_as_they_should_be(documents, capsys):
    wrong = []
    for line, found, _ in sent(documents, "matching.jsonl"):
        if problem := differs(line, found):
            wrong.append(problem)
    told(capsys, "matching", [], wrong)
    assert [one for one in wrong if one[0] not in REASON_NOT_NAMED or one[1] not in one[3]] == []
    assert_in_order()


def sent(folder: Path, listed: str) -> Iterator[tuple[dict, Outcome, float]]:
    requester, pictures = User.objects.get(email=INBOX), 0
    for row in (folder / listed).read_text().splitlines():
        line = json.loads(row)
        if is_picture(line):
            pictures += 1
            if pictures > MOST_PICTURES and not EVERYTHING:
                continue
        name = line["file"]
        if raw := line.get("upload_name_b64"):
            name = base64.b64decode(raw).decode("utf-8", "surrogateescape")
        began = time.monotonic()
        taken = take_in(
            agent="invoices",
            data=(folder / line["file"]).read_bytes(),
            name=name,
            requester=requester,
            now=timezone.now(),
        )
        found = Outcome("refused", None, "reject", [taken.code])
        if taken.run_id:
            run_id = taken.run_id
            until(lambda run_id=run_id: outcome_of(run_id).settled, 120, lambda name=name: f"{name} does not end")
            found = outcome_of(run_id)
        yield line, found, time.monotonic() - began


def is_picture(line: dict) -> bool:
    """Does reading it take OCR?"""
    name = Path(line["file"]).name
    return line["kind"] in NEEDS_OCR or (line["kind"] == "adversarial" and any(word in name for word in PICTURES))


def differs(line: dict, found: Outcome) -> tuple | None:
    """What is wrong with an outcome: the disposition, or that no wanted reason was told."""
    fits = found.disposition in line["acceptable"]
    asked = found.disposition in ("review", "reject") and line["reasons"]
    if fits and not (asked and not set(line["reasons"]) & set(found.reasons)):
        return None
    return line["file"], found.disposition, found.reasons, line["acceptable"], line["reasons"]


def told(capsys, what: str, slow: list, wrong: list) -> None:
    with capsys.disabled():
        print(f"\n{what}: too slow: {slow or 'none'}; not as wanted: {len(wrong)}")
        for one in wrong:
            print("  ", *one)
