"""Watched folders: what lies still is taken once, whatever is done to the folder meanwhile."""

import os

import pytest

from agentops.intake import services
from agentops.intake.models import Arrival, Watch
from agentops.intake.part import look_into_folder
from agentops.intake.services import WayError
from agentops.intake.watches import folder as folders
from agentops.intake.watches import looking
from runs.intake import close_problem
from runs.models import IntakeProblem, Run
from tests.intake.letters import NOW, PDF, trail


@pytest.fixture
def incoming(office, settings):
    """The folder that is watched."""
    place = settings.WATCH_ROOT / "suppliers"
    place.mkdir()
    looking._still.clear()
    return place


@pytest.fixture
def watch(incoming, inbox_user, operator):
    values = {"name": "Suppliers", "path": "suppliers", "agent": "reading", "desk": "reading", "requester": inbox_user}
    return services.add(Watch, values | {"settle_seconds": 0, "every_seconds": 1}, by=operator, now=NOW)


def look(watch):
    """One look, as the part takes it; the watch as it is then."""
    look_into_folder(watch.pk)
    return Watch.objects.get(pk=watch.pk)


def names(place):
    return sorted(one.name for one in place.iterdir()) if place.exists() else []


def test_a_file_becomes_a_run_of_the_service_user_and_is_moved_to_done(watch, incoming, inbox_user):
    (incoming / "bill.pdf").write_bytes(PDF)
    after = look(watch)
    assert (after.error, after.failures) == ("", 0)
    run = Run.objects.get()
    assert (run.requester, run.given.subject) == (inbox_user, "bill.pdf")
    assert names(incoming) == ["done"]
    assert names(incoming / "done") == ["bill.pdf"]
    assert Arrival.objects.get().run == run
    assert trail() == ["watch.added"]


def test_what_is_refused_leaves_its_receipt_and_is_moved_to_refused(watch, incoming):
    (incoming / "notes.txt").write_bytes(b"hello")
    (incoming / "empty.pdf").write_bytes(b"")
    look(watch)
    assert sorted(IntakeProblem.objects.values_list("code", "desk")) == [
        ("empty_file", "reading"), ("unsupported_type", "reading"),
    ]  # fmt: skip
    assert names(incoming / "refused") == ["empty.pdf", "notes.txt"]
    assert not Run.objects.exists()


def test_a_refused_file_that_comes_again_after_its_receipt_was_closed_gets_its_own(watch, incoming, operator):
    (incoming / "notes.txt").write_bytes(b"hello")
    look(watch)
    close_problem(problem_id=IntakeProblem.objects.get().pk, by=operator, now=NOW, why="not ours")
    (incoming / "notes.txt").write_bytes(b"hello")
    look(watch)
    assert sorted(IntakeProblem.objects.values_list("status", flat=True)) == ["closed", "open"]


def test_a_file_that_still_changes_is_left_until_it_lies_still(watch, incoming, monkeypatch):
    Watch.objects.update(settle_seconds=5)
    now = [100.0]
    monkeypatch.setattr("agentops.intake.watches.looking.time.monotonic", lambda: now[0])
    file = incoming / "bill.pdf"
    file.write_bytes(PDF)
    look(watch)
    now[0] = 104.0
    file.write_bytes(PDF + b" and more")
    look(watch)
    now[0] = 108.0
    look(watch)
    assert not Run.objects.exists()
    now[0] = 109.5
    look(watch)
    assert Run.objects.get().given.input["document"]
    assert (incoming / "done/bill.pdf").read_bytes() == PDF + b" and more"


def test_a_file_that_changes_while_it_is_read_is_left(watch, incoming, monkeypatch):
    (incoming / "bill.pdf").write_bytes(PDF)
    real = folders.os.fstat
    looks = []

    def fstat(handle):
        looks.append(handle)
        if len(looks) == 2:
            (incoming / "bill.pdf").write_bytes(PDF + b"!")
        return real(handle)

    monkeypatch.setattr(folders.os, "fstat", fstat)
    look(watch)
    assert not Run.objects.exists()
    assert names(incoming) == ["bill.pdf"]


def test_what_programs_still_write_and_hidden_files_and_folders_are_passed_over(watch, incoming):
    for name in ("a.pdf.part", ".b.pdf", "c.crdownload", "d.pdf~"):
        (incoming / name).write_bytes(PDF)
    (incoming / "deeper").mkdir()
    (incoming / "deeper/e.pdf").write_bytes(PDF)
    assert look(watch).error == ""
    assert not Arrival.objects.exists()


def test_links_and_pipes_are_left_and_named(watch, incoming, tmp_path):
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(PDF)
    (incoming / "link.pdf").symlink_to(secret)
    os.mkfifo(incoming / "pipe.pdf")
    assert "no plain files: link.pdf, pipe.pdf" in look(watch).error
    assert not Run.objects.exists()
    assert secret.exists()


def test_a_watched_folder_that_became_a_link_is_not_followed(watch, incoming, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "bill.pdf").write_bytes(PDF)
    incoming.rmdir()
    incoming.symlink_to(elsewhere)
    after = look(watch)
    assert "links are not followed" in after.error
    assert after.failures == 1
    assert names(elsewhere) == ["bill.pdf"]


def test_a_done_folder_that_is_a_link_moves_nothing_out(watch, incoming, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (incoming / "done").symlink_to(elsewhere)
    (incoming / "bill.pdf").write_bytes(PDF)
    assert look(watch).failures == 1
    assert names(elsewhere) == []
    (incoming / "done").unlink()
    look(watch)
    assert Run.objects.count() == 1
    assert names(incoming / "done") == ["bill.pdf"]


def test_a_folder_that_is_gone_says_so(watch, incoming):
    incoming.rmdir()
    assert "There is no folder suppliers" in look(watch).error


def test_the_same_name_again_is_kept_beside_the_first(watch, incoming):
    for content in (PDF, PDF + b"2", PDF + b"3"):
        (incoming / "bill.pdf").write_bytes(content)
        look(watch)
    assert names(incoming / "done") == ["bill.2.pdf", "bill.3.pdf", "bill.pdf"]
    assert Run.objects.count() == 3


def test_the_same_content_again_starts_a_run_that_says_so(watch, incoming):
    for name in ("one.pdf", "two.pdf"):
        (incoming / name).write_bytes(PDF)
        look(watch)
    assert Run.objects.count() == 2
    assert "The same file started R-" in Arrival.objects.get(name="two.pdf").sentence


def test_a_crash_between_taking_and_moving_takes_nothing_twice(watch, incoming, monkeypatch):
    (incoming / "bill.pdf").write_bytes(PDF)
    (incoming / "notes.txt").write_bytes(b"hello")

    class Died(BaseException):
        pass

    for place in ("watch.taken_in", "watch.before_move"):

        def die(name, place=place):
            if name == place:
                raise Died

        with monkeypatch.context() as dying:
            dying.setattr("agentops.intake.watches.looking.point", die)
            with pytest.raises(Died):
                look(watch)
    look(watch)
    assert (Run.objects.count(), IntakeProblem.objects.count(), Arrival.objects.count()) == (1, 1, 2)
    assert names(incoming) == ["done", "refused"]


def test_names_with_odd_bytes_are_taken(watch, incoming):
    odd = os.fsencode(str(incoming)) + b"/b\xff\x1bll.pdf"
    with open(odd, "wb") as file:
        file.write(PDF)
    assert look(watch).error == ""
    assert Run.objects.get().given.subject.isprintable()
    assert len(names(incoming / "done")) == 1


@pytest.mark.parametrize("path", ["/etc", "../outside", "a/../../b", "a//b", "", "suppliers/done", ".hidden", "a\x00b"])
def test_a_path_that_does_not_go_straight_down_is_refused(office, operator, inbox_user, path):
    values = {"name": "X", "path": path, "agent": "reading", "desk": "reading", "requester": inbox_user}
    with pytest.raises(WayError) as refusal:
        services.add(Watch, values, by=operator, now=NOW)
    assert refusal.value.field == "path"


def test_a_person_cannot_be_the_requester_of_what_comes_in_by_itself(office, operator, inbox_user, watch):
    values = {"name": "X", "path": "x", "agent": "reading", "desk": "reading", "requester": operator}
    with pytest.raises(WayError) as refusal:
        services.add(Watch, values, by=operator, now=NOW)
    assert refusal.value.field == "requester"


def test_a_file_that_is_replaced_while_it_is_taken_is_not_moved_away_unread(watch, incoming, monkeypatch):
    bill = incoming / "bill.pdf"
    bill.write_bytes(PDF)

    def replaced(name):
        if name == "watch.before_move":
            (incoming / "new.part").write_bytes(PDF + b"second")
            os.replace(incoming / "new.part", bill)

    with monkeypatch.context() as late:
        late.setattr(looking, "point", replaced)
        look(watch)
    assert bill.read_bytes() == PDF + b"second"
    look(watch)
    look(watch)
    assert Run.objects.count() == 2
    assert names(incoming) == ["done"]


def test_a_file_that_is_replaced_in_the_very_move_is_put_back(watch, incoming, monkeypatch):
    bill, move = incoming / "bill.pdf", os.rename
    bill.write_bytes(PDF)

    def late(*given, **places):
        bill.unlink()
        bill.write_bytes(PDF + b"second")
        move(*given, **places)

    with monkeypatch.context() as racing:
        racing.setattr(folders.os, "rename", late)
        look(watch)
    assert (names(incoming), bill.read_bytes()) == (["bill.pdf", "done"], PDF + b"second")
    look(watch)
    assert (Run.objects.count(), names(incoming)) == (2, ["done"])


def test_a_file_with_which_this_program_fails_keeps_no_other_waiting(watch, incoming, monkeypatch):
    (incoming / "a.pdf").write_bytes(PDF)
    (incoming / "b.pdf").write_bytes(PDF + b"b")
    take_in = looking.take_in

    def fails(**given):
        if given["name"] == "a.pdf":
            raise AssertionError("broken")
        return take_in(**given)

    monkeypatch.setattr(looking, "take_in", fails)
    after = look(watch)
    assert "fails with a.pdf" in after.error
    assert Run.objects.get().given.subject == "b.pdf"


def test_the_longest_name_again_finds_room_beside_the_first(watch, incoming):
    for content in (PDF, PDF + b"2"):
        (incoming / f"a.{'b' * 253}").write_bytes(content)
        assert look(watch).failures == 0
    assert len(names(incoming / "done") + names(incoming / "refused")) == 2
