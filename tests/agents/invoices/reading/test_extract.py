"""`manage.py extract` prints one fixed line per file, whatever the file is, and needs no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

from .conftest import HEIGHT, WIDTH  # noqa: F401 - the folder's own helpers are importable

ROOT = Path(__file__).parents[4]
KEYS = ["file", "kind", "truth", "confidence", "locations", "error"]


def extract(*arguments, stdin=b"", cwd=ROOT):
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "extract", *arguments, "--jsonl"],
        input=stdin, capture_output=True, env=environment, cwd=cwd, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_file_is_a_line_in_the_order_given(tmp_path, draw_pdf):
    def paint(page):
        for number, text in enumerate(
            ["Muster GmbH", "Rechnungsnummer: R-17", "Datum: 03.04.2026", "Gesamtbetrag 11,90 EUR"]
        ):
            page.drawString(50, 780 - 20 * number, text)

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_bytes(draw_pdf(paint))
    (tmp_path / os.fsdecode(b"caf\xe9.xml")).write_bytes(b"<a/>")
    names = b"in/a.pdf\nmissing.pdf\nin\n" + b"caf\xe9.xml\n"
    lines = extract("-", "--root", str(tmp_path), stdin=names)
    assert [line["file"] for line in lines] == ["in/a.pdf", "missing.pdf", "in", os.fsdecode(b"caf\xe9.xml")]
    assert [line["error"] and line["error"]["code"] for line in lines] == [
        None,
        "not_found",
        "not_a_file",
        "unsupported_type",
    ]
    assert all(list(line) == KEYS for line in lines)
    first = lines[0]
    assert (first["kind"], first["truth"]["invoice_number"], first["truth"]["gross_total"]) == (
        "pdf-text",
        "R-17",
        "11.90",
    )
    assert first["locations"]["gross_total"]["page"] == 1
    assert 0 < first["confidence"]["gross_total"] <= 1


def test_an_absolute_name_below_the_root_is_printed_relative_to_it(tmp_path):
    (tmp_path / "a.xml").write_bytes(b"")
    assert extract(str(tmp_path / "a.xml"), "--root", str(tmp_path))[0]["file"] == "a.xml"
