"""The part that looks: each way in a thread of its own, claimed by one process, gone when there is nothing to do."""

import os
import threading
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from agentops.core.clock import db_now
from agentops.intake import keeper, part
from agentops.intake.mail.keeping import keep
from agentops.intake.mail.server import MailboxAway
from agentops.intake.mail.working import work_through
from agentops.intake.models import Arrival, Mail, Mailbox, Watch
from runs.models import Run
from tests.intake.letters import PDF, letter, pdf


@pytest.fixture
def watch(inbox_user, settings):
    place = settings.WATCH_ROOT / "in"
    place.mkdir()
    (place / "bill.pdf").write_bytes(PDF)
    values = {"name": "In", "path": "in", "agent": "reading", "desk": "reading", "requester": inbox_user}
    return Watch.objects.create(**values, settle_seconds=0, every_seconds=1)


def test_a_look_belongs_to_whoever_claims_it_first(mailbox):
    looks = list(part.claim(8))
    assert len(looks) == 1
    assert list(part.claim(8)) == []
    assert Mailbox.objects.get().due_at > db_now() + timedelta(minutes=9)


def test_paused_ways_are_not_claimed(mailbox, watch):
    Mailbox.objects.update(active=False, paused_why="x")
    Watch.objects.update(active=False, paused_why="x")
    assert list(part.claim(8)) == []
    assert not part.anything_to_look_at()


def test_more_than_one_look_can_take_is_due_at_once(mailbox, post, monkeypatch):
    monkeypatch.setattr("agentops.intake.mail.polling.MOST", 1)
    for number in (1, 2):
        post.deliver(letter(pdf("a.pdf", PDF + b"%d" % number), number=number))
    part.look_into_mailbox(mailbox.pk)
    assert Mailbox.objects.get().due_at <= db_now()
    part.look_into_mailbox(mailbox.pk)
    assert Run.objects.count() == 2


def test_waits_between_failures_grow_to_a_quarter_of_an_hour(mailbox, monkeypatch):
    def away(*_):
        raise MailboxAway("The server is away.")

    monkeypatch.setattr("agentops.intake.mail.polling.look", away)
    waits = []
    for _ in range(7):
        part.look_into_mailbox(mailbox.pk)
        waits.append(round((Mailbox.objects.get().due_at - db_now()).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 15, 15, 15]
    assert Mailbox.objects.get().failures == 7


def test_a_fault_of_our_own_is_noted_and_tried_again(mailbox, monkeypatch):
    monkeypatch.setattr("agentops.intake.mail.polling.look", lambda *_: 1 // 0)
    part.look_into_mailbox(mailbox.pk)
    assert "This program failed (ZeroDivisionError)" in Mailbox.objects.get().error


def test_a_mail_whose_command_died_is_worked_through_by_the_part(inbox_user):
    raw, long_ago = letter(pdf("one.pdf")).as_bytes(), db_now() - timedelta(minutes=11)
    keep(raw, agent="reading", desk="reading", requester=inbox_user, now=long_ago)
    keep(raw, agent="reading", desk="reading", requester=inbox_user, now=db_now())  # somebody may be at it
    assert part.anything_to_look_at()
    assert part.finish_what_was_left() == 1
    assert Run.objects.count() == 1
    assert not part.anything_to_look_at()


@pytest.mark.django_db(transaction=True)
def test_two_who_work_through_one_mail_take_each_file_once(transactional_db, inbox_user, monkeypatch):
    raw = letter(pdf("one.pdf"), ("notes.txt", b"hello", "application/x-notes")).as_bytes()
    mail = keep(raw, agent="reading", desk="reading", requester=inbox_user, now=db_now())
    both, failed = threading.Barrier(2), []
    monkeypatch.setattr("agentops.intake.mail.arriving.point", lambda name: both.wait(30))

    def work():
        try:
            work_through(Mail.objects.get(pk=mail.pk), now=db_now())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert Mail.objects.get().status == "done"
    assert (Run.objects.count(), Arrival.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_hangs_holds_up_nothing_else(transactional_db, mailbox, watch, monkeypatch):
    hangs, stop = threading.Event(), threading.Event()

    def hang(*_):
        hangs.wait(60)
        return False, ""

    monkeypatch.setattr("agentops.intake.mail.polling.look", hang)
    monkeypatch.setattr(part, "LOOK_EVERY", 0.05)
    looker = threading.Thread(target=_closing, args=(part.run_ways, stop))
    looker.start()
    try:
        _until(lambda: Run.objects.exists())
        assert Mailbox.objects.get().looked_at is None
    finally:
        hangs.set()
        _until(lambda: Mailbox.objects.get().looked_at is not None)
        Mailbox.objects.update(active=False, paused_why="x")
        Watch.objects.update(active=False, paused_why="x")
        looker.join(60)
    assert not looker.is_alive()  # it ended by itself: there is nothing to look at


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_the_ticker_starts_the_part_when_there_is_something_to_look_at(transactional_db, watch, settings, monkeypatch):
    assert not keeper.keep_looking()  # not in a ticker
    settings.ROLE = "ticker"
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    monkeypatch.setenv("DATABASE_URL", database.geturl())
    monkeypatch.setenv("AGENTOPS_WATCH_ROOT", str(settings.WATCH_ROOT))
    assert keeper.keep_looking()
    assert not keeper.keep_looking()
    try:
        _until(lambda: "There is no agent named 'reading'" in Watch.objects.get().error)
    finally:
        keeper._child.terminate()
    assert keeper._child.wait(60) == 0


def _closing(work, *args):
    try:
        work(*args)
    finally:
        connection.close()


def _until(happened, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
