"""The addresses about runs: start, list, read, events, cancel."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field, StringConstraints

from agentops.api import cursors, door, repeats, shapes, showing, starting, waiting
from agentops.api.acting import ApiRequest, acting
from agentops.api.bodies import FORM, JSON, json_object, media_type, shaped
from agentops.api.openapi import described
from agentops.api.problems import Problem, of_status
from agentops.api.replays import Stored
from agentops.api.texts import Sha256
from agentops.core.audit.queries import stream_page
from agentops.core.models import User
from agentops.core.tokens.models import Scope
from reviews.queries.sight import is_kept_blind, may_cancel, runs_visible_to
from runs.lifecycle import Awaiting
from runs.models import Await, Run
from runs.services import Message, Received, RunEnded, cancel_run, deliver_message

router = Router(tags=["Runs"])
Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, StringConstraints(max_length=100)]


class WantedRuns(shapes.Request):
    """Which runs a list shows, and where it goes on."""

    status: shapes.Status | None = None
    agent: shapes.AgentName | None = None
    document: Sha256 | None = Field(None, description="SHA-256 of the document.")
    limit: Limit = 50
    cursor: Cursor | None = None


class After(shapes.Request):
    """Where a list of events goes on."""

    limit: Limit = 50
    cursor: Cursor | None = None


@router.post("/runs", url_name="start_run", **described(Scope.START, {201: shapes.Run, 202: shapes.Run}, "start_run"))
def start_run(request: HttpRequest) -> HttpResponse:
    """Start a run about one file, sent as a form, or about a document that is here already, named in JSON.

    202 with `Location`, where its status is read; 201 if `Prefer: wait=N` (at most 30) found a result in time.
    A file refused at the door is a 422 with the reason and the number of its receipt.
    """
    owner = acting(request, Scope.START)
    starting.check_may_start(owner)
    return repeats.once(request, owner, lambda work: starting.start_one(request, owner, work))


@router.post("/runs/batch", url_name="start_batch", **described(Scope.START, {200: shapes.Batch}, "start_batch"))
def start_batch(request: HttpRequest) -> HttpResponse:
    """Start a run for each of several files. Each gets its own line: its run, or why it was refused."""
    owner = acting(request, Scope.START)
    starting.check_may_start(owner)
    media_type(request, FORM)
    _count_files(cast(ApiRequest, request))
    return repeats.once(request, owner, lambda work: starting.start_many(request, owner, work))


@router.get("/runs", url_name="list_runs", **described(Scope.READ, {200: shapes.RunPage}, "list_runs"))
def list_runs(request: HttpRequest, wanted: Query[WantedRuns]) -> shapes.RunPage:
    """The runs that this token's owner may see, newest first."""
    reader = acting(request, Scope.READ, WantedRuns.model_fields)
    before = cursors.opened("run", wanted.cursor)
    runs = runs_visible_to(reader).select_related("given")
    if wanted.status:
        runs = runs.filter(status=wanted.status)
    if wanted.agent:
        runs = runs.filter(agent=wanted.agent)
    if wanted.document:
        runs = runs.filter(given__document=wanted.document)
    if before is not None:
        runs = runs.filter(number__lt=before)
    found = list(runs.order_by("-number")[: wanted.limit + 1])
    shown = found[: wanted.limit]
    onward = cursors.sealed("run", shown[-1].number) if len(found) > len(shown) else None
    return shapes.RunPage(items=[showing.run_line(run) for run in shown], next=onward)


@router.get("/runs/{uuid:run_id}", url_name="read_run", **described(Scope.READ, {200: shapes.Run}, "read_run"))
def read_run(request: HttpRequest, run_id: UUID) -> shapes.Run:
    """One run as it is now; `Prefer: wait=N` waits up to 30 seconds for it to end or to need a person."""
    run = _opened(request, acting(request, Scope.READ), run_id)
    waiting.until_settled(run.pk, waiting.wished(request))
    return showing.whole_run(run.pk)


@router.get(
    "/runs/{uuid:run_id}/events",
    url_name="list_events",
    **described(Scope.READ, {200: shapes.EventPage}, "list_events"),
)
def list_events(request: HttpRequest, run_id: UUID, wanted: Query[After]) -> shapes.EventPage:
    """What happened in a run, oldest first: the entries of its audit trail. Keep `next` and ask with it later for
    what came since."""
    reader = acting(request, Scope.READ, After.model_fields)
    after = cursors.opened("event", wanted.cursor) or 0
    run = _opened(request, reader, run_id)
    lines = stream_page(f"run:{run.pk}", after=after, size=wanted.limit + 1)
    shown = lines[: wanted.limit]
    onward = cursors.sealed("event", shown[-1].seq) if shown else wanted.cursor
    items = [showing.event(line, reader) for line in shown]
    return shapes.EventPage(items=items, next=onward, more=len(lines) > len(shown))


@router.post(
    "/runs/{uuid:run_id}/cancel",
    url_name="cancel_run",
    **described(Scope.CANCEL, {200: shapes.Run, 202: shapes.Run}, "cancel_run"),
)
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """End a run for good. 200 if it has ended, 202 if a worker ends it before its next effect. What it has already
    done stays done."""
    owner = acting(request, Scope.CANCEL)
    run = _opened(request, owner, run_id)
    return repeats.once(request, owner, lambda work: _cancelled(request, owner, run))


@router.post(
    "/runs/{uuid:run_id}/messages",
    url_name="answer_run",
    **described(Scope.START, {200: shapes.Delivered}, "answer_run"),
)
def answer(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give a run the counterparty's answer that it waits for; its agent goes on with it. 409 if it waits for none."""
    owner = acting(request, Scope.START)
    starting.check_may_start(owner)
    run = _opened(request, owner, run_id)
    return repeats.once(request, owner, lambda work: _answered(request, owner, run))


def _answered(request: HttpRequest, owner: User, run: Run) -> Stored:
    media_type(request, JSON)
    given = shaped(shapes.Answer, json_object(request))
    waiting = Await.objects.filter(run=run, kind=Awaiting.MESSAGE).order_by("-created_at").first()
    nobody = Problem(409, f"R-{run.number} waits for no answer.", code="nobody_waits")
    if waiting is None or not waiting.thread:
        raise nobody
    message = Message(id=f"api:{given.id}", text=given.text, sender=given.sender)
    delivery = deliver_message(thread=waiting.thread, message=message, by=owner, now=timezone.now())
    if delivery.received == Received.NOBODY_WAITS:
        raise nobody
    became: Literal["answered", "known"] = "answered" if delivery.received == Received.ANSWERED else "known"
    return repeats.answer(200, shapes.Delivered(received=became, run=run.pk))


def _cancelled(request: HttpRequest, owner: User, run: Run) -> Stored:
    media_type(request, JSON)
    given = shaped(shapes.Cancel, json_object(request))
    # A repeat after a crash finds the run cancelled already, or on its way there: that is no conflict.
    if not run.cancel_requested and run.status != "cancelled":
        _cancel(owner, run, given.reason or "no reason given")
    now = showing.whole_run(run.pk)
    return repeats.answer(200 if now.ended_at else 202, now)


def _cancel(owner: User, run: Run, reason: str) -> None:
    ended = Problem(409, f"R-{run.number} is {run.status} already.", code="run_ended")
    if run.ended_at:
        raise ended
    if not may_cancel(owner, run):
        raise Problem(403, "Only an operator or whoever asked for a run cancels it.", code="owner_may_not")
    try:
        cancel_run(run_id=run.pk, by=owner, reason=reason, now=timezone.now())
    except RunEnded as error:
        raise Problem(409, str(error), code="run_ended") from error


def _opened(request: HttpRequest, reader: User, run_id: UUID) -> Run:
    """The run if this user may see it and no blind check of it is open; raises `Problem` 404, 403."""
    run = runs_visible_to(reader).filter(pk=run_id).first()
    if run is None:
        raise of_status(404)
    request.api_run = str(run.pk)  # type: ignore[attr-defined]
    if is_kept_blind(reader, run):
        raise Problem(403, "A blind check of this run is open; it is shown again when it is answered.", code="blind")
    return run


def _count_files(request: ApiRequest) -> None:
    # A batch costs as much as its files one by one.
    more = sum(len(request.FILES.getlist(name)) for name in request.FILES) - 1
    if more > 0 and not (counted := door.take(request.api_token, cost=more)).passed:
        raise door.too_often(counted)
