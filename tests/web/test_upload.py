"""The upload page: one line per file, each with its run or the reason it was refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agentops.core.permissions import Role
from agentops.web.runs import upload
from runs.intake import Taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(monkeypatch, start_run):
    """A door that knows one file, refuses text, and starts a run for everything else."""
    seen = []

    def take_in(*, agent, data, name, requester, now):
        seen.append((name, len(data), requester))
        if data.startswith(b"disk"):
            raise OSError(28, "No space left on device")
        if data.startswith(b"text"):
            return Taken("d" * 64, sentence="unsupported type \u202efdp")
        said = "The same file started R-1 before." if data == b"known" else ""
        return Taken("d" * 64, run_id=start_run(requester=requester).pk, sentence=said)

    monkeypatch.setattr(upload, "take_in", take_in)
    return seen


def files(**contents):
    return {"files": [SimpleUploadedFile(name.replace("_", "."), data) for name, data in contents.items()]}


def test_each_file_gets_a_line_in_the_order_given(browse, door):
    client = browse(Role.REVIEWER)
    page = client.post("/runs/new/", files(a_pdf=b"%PDF", b_txt=b"text", c_pdf=b"known")).text
    assert "1 started, 1 known, 1 refused" in page
    assert page.index("a.pdf") < page.index("b.txt") < page.index("c.pdf")
    assert "Refused: unsupported type" in page
    assert "\u202e" not in page
    assert {requester for _, _, requester in door} == {client.person}


def test_no_file_is_said_so(browse, door):
    answer = browse(Role.OPERATOR).post("/runs/new/")
    assert answer.status_code == 422
    assert "Choose at least one file" in answer.text


def test_a_file_without_end_is_not_read_to_its_end(browse, door, monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 10)
    browse(Role.OPERATOR).post("/runs/new/", files(a_pdf=b"x" * 1000))
    assert door[0][1] == 11


def test_to_htmx_only_the_list_is_sent(browse, door):
    answer = browse(Role.OPERATOR, htmx=True).post("/runs/new/", files(a_pdf=b"%PDF")).text
    assert "<html" not in answer
    assert 'id="upload-list"' in answer


def test_a_full_disk_loses_one_file_and_says_so_while_the_others_go_on(browse, door):
    page = browse(Role.OPERATOR).post("/runs/new/", files(a_pdf=b"disk", b_pdf=b"%PDF")).text
    assert "1 started, 1 refused" in page
    assert "Send it again" in page


def test_a_real_file_through_the_real_door_starts_a_run_of_the_one_who_uploads(browse, settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    client = browse(Role.OPERATOR)
    page = client.post("/runs/new/", files(empty_pdf=b"", invoice_pdf=b"%PDF-1.4\n%%EOF\n")).text
    assert page.count("Refused:") >= 1
