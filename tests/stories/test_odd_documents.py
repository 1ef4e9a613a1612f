"""Invoices whose values nobody would think of: each run ends or waits soon, and no worker stumbles."""

from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from agentops.agents.invoices.demo import documents
from agentops.core.hashing import sha256_hex
from agentops.web.outcomes import outcome_of
from runs.models import Run, RunInput
from tests.stories.conftest import assert_in_order, books, until

ODD = (
    ("number", "N" * 5_000),
    ("number", "\ufdfa" * 100), ("number", "💸\u202e\u2066"), ("number", "'; DROP TABLE core_user; --"),
    ("number", "\ufffe\ufffd"), ("name", "Z" * 30_000), ("name", "<script>alert(1)</script>"), ("order", "P" * 10_000),
    ("order", "\u2028\u2029"), ("currency", "XXX"), ("currency", "€"), ("currency", "E" * 300),
    ("gross", "NaN"), ("gross", "1e400"), ("gross", "-476.00"), ("gross", "9" * 60), ("gross", "4.7600001e2"),
    ("gross", "0"), ("issued", "0001-01-01"), ("issued", "9999-12-31"), ("issued", "2026-02-31"),
    ("line", "x" * 100_000), ("iban", "DE" + "9" * 500), ("iban", "\u0660\u0661\u0662"),
)  # fmt: skip


def spoilt(invoice, part: str, value: str) -> bytes:
    """The invoice as UBL with one value put in the place of another."""
    text = documents.write(invoice, "xml-ubl").decode()
    gross = sum(group.basis + group.tax for group in invoice.tax_groups)
    old = {
        "number": invoice.number, "name": invoice.vendor.name, "order": invoice.order, "gross": str(gross),
        "currency": ">EUR<", "issued": invoice.issued.isoformat(), "line": invoice.items[0].description,
        "iban": invoice.iban,
    }[part]  # fmt: skip
    assert old in text, part
    new = value.replace("<", "&lt;")
    return text.replace(old, f">{new}<" if part == "currency" else new).encode()


@pytest.mark.slow
def test_every_odd_value_ends_or_waits_and_nothing_odd_is_posted(open_house):
    runs = {}
    for part, value in ODD:
        invoice = open_house.bill("400.00")
        taken = runs_of(open_house, spoilt(invoice, part, value))
        runs.update(dict.fromkeys(taken, (part, value[:30])))
    until(lambda: all(outcome_of(run_id).settled for run_id in runs), 60, lambda: unsettled(runs))
    told = {what: outcome_of(run_id) for run_id, what in runs.items()}
    assert [what for what, found in told.items() if {"agent_error", "poison", "crashed"} & set(found.reasons)] == []
    posted = {what for what, found in told.items() if found.disposition == "auto"}
    harmless = {"line", "name", "number"}  # a long description; a name that the VAT id outweighs; letters are letters
    assert {part for part, _ in posted} <= harmless, posted
    assert not Run.objects.filter(crashes__gt=0).exists()
    assert_in_order()


def test_a_page_with_signs_that_no_database_keeps_is_read_all_the_same(open_house):
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for at, text in enumerate(
        ("Invoice\x00 number: A\x00\x01\x02-1", "Total 12.00\x00 EUR", "\x7f\x80\x00", "Rechnung")
    ):
        canvas.drawString(60, 780 - 20 * at, text)
    canvas.showPage()
    canvas.save()
    run_id = open_house.send(out.getvalue(), kind="pdf")
    assert open_house.settled(run_id).status == "awaiting"
    assert "agent_error" not in outcome_of(run_id).reasons
    assert books() == (0, 0, 0)


def test_an_invoice_of_thousands_of_lines_is_read_in_time(open_house):
    text = documents.write(open_house.bill("400.00"), "xml-ubl").decode()
    head, line, tail = text.partition("<cac:InvoiceLine>")
    body, _, rest = (line + tail).rpartition("</cac:InvoiceLine>")
    one = body + "</cac:InvoiceLine>"
    run_id = open_house.send((head + one * 2_000 + rest).encode())
    assert open_house.settled(run_id, 40).status in ("awaiting", "completed")
    assert books() == (0, 0, 0)


def runs_of(house, data: bytes) -> list:
    """The run of a file, or none where it was refused at the door."""
    from django.utils import timezone

    from agentops.core.models import User
    from agentops.demo.people import INBOX
    from runs.intake import take_in

    by = User.objects.get(email=INBOX)
    taken = take_in(agent="invoices", data=data, name="odd.xml", requester=by, now=timezone.now())
    assert taken.document == sha256_hex(data)
    return [taken.run_id] if taken.run_id else []


def unsettled(runs: dict) -> str:
    waits = [(what, outcome_of(run_id)) for run_id, what in runs.items() if not outcome_of(run_id).settled]
    return repr(waits or RunInput.objects.count())
