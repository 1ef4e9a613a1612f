"""`intake` and `extract` print what other programs rely on: names, order, and one line for whatever is given."""

import io
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agentops.agents.invoices.demo import documents
from runs import bell, worker
from runs.models import IntakeProblem, Run, RunInput

HERE = Path(__file__).parents[2]
INTAKE = ["file", "sha256", "run", "status", "stage", "disposition", "reasons", "seconds"]
EXTRACT = ["file", "kind", "truth", "confidence", "locations", "error"]
TRUTH = [
    "supplier_name", "supplier_vat_id", "invoice_number", "issue_date", "due_date", "currency", "net_total",
    "tax_total", "gross_total", "payable", "order_reference", "iban", "lines",
]  # fmt: skip
LINE = ["description", "quantity", "unit_price", "line_total"]


@pytest.fixture
def standard_input(monkeypatch):
    """What `-` reads."""

    def given(*names: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(names) + b"\n")))

    return given


def printed(*args, **options):
    """The lines of `intake`, parsed, and what it said beside them."""
    out, err = StringIO(), StringIO()
    call_command("intake", *[str(arg) for arg in args], stdout=out, stderr=err, jsonl=True, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_each_file_gets_one_line_in_the_order_given(open_house, tmp_path):
    inbox = tmp_path / "inbox"
    (inbox / "deep").mkdir(parents=True)
    clean, big = open_house.bill("400.00"), open_house.bill("9000.00")
    (inbox / "deep/a.xml").write_bytes(documents.write(clean, "xml-ubl"))
    (inbox / "b.pdf").write_bytes(documents.write(big, "pdf-text"))
    (inbox / "c.pdf").write_bytes(b"")
    lines, said = printed("deep/a.xml", inbox / "b.pdf", "c.pdf", "nothing.pdf", "deep", root=inbox)
    assert [list(line) for line in lines] == [INTAKE] * 5
    assert [line["file"] for line in lines] == ["deep/a.xml", "b.pdf", "c.pdf", "nothing.pdf", "deep"]
    clean, big, empty, missing, folder = lines
    assert (clean["status"], clean["stage"], clean["disposition"]) == ("completed", "complete", "auto")
    assert (big["status"], big["stage"], big["disposition"]) == ("awaiting", "validating", "review")
    assert big["reasons"] == ["amount_over_limit"]
    assert (empty["run"], empty["status"], empty["disposition"]) == (None, "refused", "reject")
    assert empty["reasons"] == ["empty_file"]
    assert (missing["status"], missing["run"], folder["status"]) == ("unreadable", None, "unreadable")
    assert said.splitlines() == ["nothing.pdf: there is no such file", "deep: there is no such file"]
    assert [str(run) for run in Run.objects.order_by("number").values_list("id", flat=True)] == [
        clean["run"],
        big["run"],
    ]
    assert IntakeProblem.objects.get().code == "empty_file"
    assert {len(line["sha256"]) for line in lines[:3]} == {64}


def test_names_come_from_standard_input_whatever_bytes_they_are_made_of(open_house, tmp_path, standard_input):
    data = documents.write(open_house.bill("9000.00"), "xml-ubl")
    odd = [b"facture_\xff\xe9_2026.xml", "rechnung\u202elmx.exe".encode(), b"=cmd|'calc'!A1.xml", b"two  spaces.xml"]
    for name in odd:
        (Path(os.fsdecode(bytes(tmp_path) + b"/" + name))).write_bytes(data)
    standard_input(*odd)
    lines, _ = printed("-", root=tmp_path)
    assert [os.fsencode(line["file"]) for line in lines] == odd
    assert {line["disposition"] for line in lines} == {"review"}
    kept = list(RunInput.objects.order_by("run__number").values_list("subject", flat=True))
    assert kept[0].startswith("facture_\N{REPLACEMENT CHARACTER}")
    assert "\u202e" not in "".join(kept)


def test_a_linked_file_is_named_as_it_was_given(open_house, tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "store/real.xml").write_bytes(documents.write(open_house.bill("9000.00"), "xml-ubl"))
    (tmp_path / "root/link.xml").symlink_to(tmp_path / "store/real.xml")
    (line,), _ = printed("link.xml", root=tmp_path / "root")
    assert line["file"] == "link.xml"


def test_as_somebody_the_run_is_theirs(open_house, tmp_path):
    (tmp_path / "a.xml").write_bytes(documents.write(open_house.bill("400.00"), "xml-ubl"))
    printed(tmp_path / "a.xml", email=open_house.person("oskar.lang").email.upper())
    assert Run.objects.get().requester == open_house.person("oskar.lang")


@pytest.mark.parametrize("who", ["nobody@demo.example", "gone@demo.example"])
def test_as_nobody_is_a_clear_error_and_nothing_is_taken_in(open_house, tmp_path, who):
    type(open_house.person("oskar.lang")).objects.create_user("gone@demo.example", "Gone", is_active=False)
    with pytest.raises(CommandError, match="There is no active user"):
        printed(tmp_path / "a.xml", email=who)
    assert not Run.objects.exists()


def test_without_a_living_worker_it_says_so_at_once(house, tmp_path):
    for key in bell.client().scan_iter(match=f"{worker.ALIVE}*"):
        bell.client().delete(key)
    with pytest.raises(CommandError, match="No worker is alive"):
        printed(tmp_path / "a.xml")


def test_without_redis_it_says_so_at_once(house, tmp_path, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bell.client.cache_clear()
    try:
        with pytest.raises(CommandError, match="Redis does not answer"):
            printed(tmp_path / "a.xml")
    finally:
        bell.client.cache_clear()


def test_what_is_still_at_work_when_the_waiting_ends_has_no_disposition_yet(house, tmp_path, monkeypatch):
    monkeypatch.setattr("agentops.web.management.commands.intake.living", lambda: ["somebody"])
    (tmp_path / "a.xml").write_bytes(documents.write(house.bill("400.00"), "xml-ubl"))
    (line,), _ = printed(tmp_path / "a.xml", wait=0.2)
    assert (line["status"], line["disposition"], line["reasons"]) == ("queued", None, [])
    assert 0.2 <= line["seconds"] < 2


@pytest.mark.slow
def test_extract_needs_no_database_and_answers_every_name_in_order(tmp_path):
    from agentops.agents.invoices.demo.cases import plan
    from tests.stories.conftest import TODAY

    invoice = next(invoice for case, invoice in plan(TODAY).cases if case.kind == "pdf-text")
    (tmp_path / "a.pdf").write_bytes(documents.write(invoice, "pdf-text"))
    (tmp_path / "b.xml").write_bytes(documents.write(invoice, "xml-cii"))
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "d").mkdir()
    odd = os.fsencode(tmp_path) + b"/\xff\xe9.pdf"
    Path(os.fsdecode(odd)).write_bytes(b"")
    names = [b"a.pdf", b"b.xml", b"c.pdf", b"d", b"missing.pdf", b"\xff\xe9.pdf"]
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name and "REDIS" not in name}
    done = subprocess.run(
        [sys.executable, "manage.py", "extract", "-", "--root", str(tmp_path), "--jsonl"],
        input=b"\n".join(names),
        capture_output=True,
        cwd=HERE,
        env=environment,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [os.fsencode(line["file"]) for line in lines] == names
    assert [list(line) for line in lines] == [EXTRACT] * 6
    assert [list(line["truth"]) for line in lines] == [TRUTH] * 6
    page, xml, *bad = lines
    assert page["truth"]["invoice_number"] == xml["truth"]["invoice_number"] == invoice.number
    assert (page["kind"], xml["kind"], page["error"]) == ("pdf-text", "xml-cii", None)
    assert {tuple(line) for line in page["truth"]["lines"]} == {tuple(LINE)}
    assert all(0 <= value <= 1 for value in page["confidence"].values())
    where = page["locations"]["invoice_number"]
    assert where["page"] == 1
    assert all(0 <= part <= 1 for part in where["bbox"])
    for line in bad:
        assert set(line["error"]) == {"code", "message"}, line
        assert line["truth"]["lines"] == []
