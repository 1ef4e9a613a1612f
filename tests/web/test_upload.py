"""The upload page: one line per file, each with its run or the reason it was refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler

from agentops.core.permissions import Role
from agentops.web import upload_limits
from agentops.web.runs import uploading
from runs.intake import GOAL, Taken
from runs.models import IntakeProblem, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(monkeypatch, start_run):
    """A door that knows one file, refuses text, and starts a run for everything else."""
    seen = []

    def take_in(*, agent, data, name, requester, now, **more):
        seen.append((name, len(data), requester, more))
        if data.startswith(b"disk"):
            raise OSError(28, "No space left on device")
        if data.startswith(b"text"):
            return Taken("d" * 64, sentence="unsupported type \u202efdp")
        run = start_run(requester=requester)
        notes = ("extension_differs",) if data == b"odd" else ()
        return Taken("d" * 64, run_id=run.pk, duplicate_of=run.number if data == b"known" else None, notes=notes)

    monkeypatch.setattr(uploading, "take_in", take_in)
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
    assert {requester for _, _, requester, _ in door} == {client.person}
    assert "Same file as <a" in page


def test_no_file_is_said_so(browse, door):
    answer = browse(Role.OPERATOR).post("/runs/new/")
    assert answer.status_code == 422
    assert "Choose at least one file" in answer.text


def test_a_file_without_end_is_not_read_to_its_end(browse, door, monkeypatch):
    monkeypatch.setattr(uploading, "LARGEST", 10)
    browse(Role.OPERATOR).post("/runs/new/", files(a_pdf=b"x" * 1000))
    assert door[0][1] == 11


def test_of_a_file_that_is_too_large_no_more_is_kept_than_shows_it(browse, door, monkeypatch):
    monkeypatch.setattr(upload_limits, "LARGEST", 100_000)
    browse(Role.OPERATOR).post("/runs/new/", files(a_pdf=b"x" * 5_000_000, b_pdf=b"%PDF"))
    assert [size for _, size, _, _ in door] == [100_001, 4]


def test_one_file_sent_by_the_script_gets_its_own_line_and_no_page(browse, door):
    answer = browse(Role.OPERATOR).post("/runs/new/", files(a_pdf=b"odd"), headers={"X-Upload": "one"})
    assert answer.text.count("<li") == 1
    assert "<html" not in answer.text
    assert 'data-code="started"' in answer.text
    assert "not what its name says" in answer.text


def test_what_is_expected_goes_along_with_every_file(browse, door):
    said = {"vendor": " Nordwind ", "gross": "1 234,50", "currency": "eur", "goal": "For the\r\nfair"}
    answer = browse(Role.OPERATOR).post("/runs/new/", {**files(a_pdf=b"%PDF", b_pdf=b"%PDF"), **said})
    assert answer.status_code == 200
    claimed = {"vendor": "Nordwind", "amount": "1234.50", "currency": "EUR"}
    assert [more for *_, more in door] == [{"channel": "upload", "claimed": claimed, "goal": "For the\nfair"}] * 2
    browse(Role.OPERATOR).post("/runs/new/", {**files(a_pdf=b"%PDF"), "currency": "EUR"})
    assert door[-1][3] == {"channel": "upload", "claimed": None, "goal": GOAL}


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"gross": "a lot", "currency": "EUR"}, "gross", "amount_not_a_number"),
        ({"gross": "1.234", "currency": "EUR"}, "gross", "amount_ambiguous"),
        ({"gross": "1.2345", "currency": "EUR"}, "gross", "amount_too_precise"),
        ({"gross": "10.5", "currency": "JPY"}, "gross", "amount_too_precise"),
        ({"gross": "0", "currency": "EUR"}, "gross", "amount_not_positive"),
        ({"gross": "9" * 30, "currency": "EUR"}, "gross", "amount_too_large"),
        ({"gross": "12.00"}, "currency", "currency_missing"),
        ({"gross": "12.00", "currency": "XQQ"}, "currency", "currency_unknown"),
        ({"vendor": "N" * 201}, "vendor", "vendor_too_long"),
        ({"vendor": "Nord\u202ewind"}, "vendor", "not_text"),
        ({"goal": "x" * 10_001}, "goal", "goal_too_long"),
        ({"goal": "bell\x07rings"}, "goal", "goal_not_text"),
    ],
)
def test_what_cannot_be_used_is_said_by_its_field_and_nothing_is_taken(browse, door, typed, field, code):
    client = browse(Role.OPERATOR)
    answer = client.post("/runs/new/", {**files(a_pdf=b"%PDF"), **typed})
    assert answer.status_code == 422
    assert f'data-code="{code}" data-about="{field}"' in answer.text
    alone = client.post("/runs/new/", {**files(a_pdf=b"%PDF"), **typed}, headers={"X-Upload": "one"})
    assert alone.status_code == 422
    assert alone.text.lstrip().startswith("<div")
    assert door == []


# --- how much -------------------------------------------------------------------------------------------


def test_files_that_are_too_much_together_are_refused_and_none_is_taken(browse, door, settings, monkeypatch):
    settings.UPLOAD_REQUEST_MB = 1
    kept, complete = [], MemoryFileUploadHandler.file_complete
    monkeypatch.setattr(
        MemoryFileUploadHandler, "file_complete", lambda *given: kept.append(given[1]) or complete(*given)
    )
    client = browse(Role.OPERATOR)
    answer = client.post("/runs/new/", files(a_pdf=b"x" * 700_000, b_pdf=b"x" * 700_000))
    assert answer.status_code == 413
    assert "Together these files are larger than" in answer.text
    assert door == []
    assert kept == [700_000]  # the first one had fitted; of the second nothing was kept


def test_what_somebody_sent_in_the_last_hour_counts(browse, settings, tmp_path, monkeypatch):
    settings.BLOB_DIR, settings.UPLOAD_USER_MB_PER_HOUR = tmp_path, 1
    client = browse(Role.OPERATOR)
    for name in ("a", "b"):
        assert client.post("/runs/new/", files(**{f"{name}_txt": name.encode() * 400_000})).status_code == 200
    assert IntakeProblem.objects.count() == 2
    answer = client.post("/runs/new/", files(c_txt=b"c" * 400_000))
    assert answer.status_code == 413
    assert 'data-code="allowance_used"' in answer.text
    assert IntakeProblem.objects.count() == 2
    assert browse(Role.OPERATOR).post("/runs/new/", files(c_txt=b"c" * 400_000)).status_code == 200  # not hers


def test_somebody_who_is_not_signed_in_makes_us_keep_no_byte(client, monkeypatch):
    monkeypatch.setattr(MemoryFileUploadHandler, "file_complete", lambda *given: pytest.fail("a file was kept"))
    assert client.post("/sign-in/", {**files(a_pdf=b"x" * 1000), "username": "a@b.example"}).status_code in (200, 422)
    assert client.post("/runs/new/", files(a_pdf=b"x" * 1000)).status_code == 302


def test_too_many_files_are_said_so(browse, door):
    many = {"files": [SimpleUploadedFile(f"{number}.pdf", b"%PDF") for number in range(101)]}
    answer = browse(Role.OPERATOR).post("/runs/new/", many)
    assert answer.status_code == 422
    assert 'data-code="too_many_files"' in answer.text
    assert door == []


# --- the real door --------------------------------------------------------------------------------------


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
    said = {"vendor": "Nordwind", "gross": "12.00", "currency": "EUR", "goal": "For the fair"}
    page = client.post("/runs/new/", {**files(empty_pdf=b"", invoice_pdf=b"%PDF-1.4\n%%EOF\n"), **said}).text
    assert page.count("Refused:") >= 1
    problem = IntakeProblem.objects.get(name="empty.pdf")
    assert f'href="/intake/{problem.pk}/">Receipt' in page
    assert (problem.requester, problem.channel, problem.code) == (client.person, "upload", "empty_file")
    assert problem.given["claimed"] == {"vendor": "Nordwind", "amount": "12.00", "currency": "EUR"}
    assert problem.given["goal"] == "For the fair"
    assert not Run.objects.exclude(requester=client.person).exists()


def test_a_header_that_looks_like_a_token_makes_us_keep_no_byte_either(client, monkeypatch):
    monkeypatch.setattr(MemoryFileUploadHandler, "file_complete", lambda *given: pytest.fail("a file was kept"))
    client.post("/sign-in/", files(a_pdf=b"x" * 1000), headers={"Authorization": "Bearer agops_nothing"})
