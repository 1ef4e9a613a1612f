"""Starting runs: a file, or a document that is here already; and several files at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from agentops.api import shapes, showing, waiting
from agentops.api.bodies import FORM, JSON, files_of, form_of, json_object, media_type, shaped
from agentops.api.problems import Problem
from agentops.api.repeats import Work, answer
from agentops.api.replays import Stored
from agentops.core import blobs
from agentops.core.models import User
from reviews.queries.sight import document_name, may_start
from runs.agents import UnknownAgent, agents
from runs.intake import Taken, Unusable, claim_of, goal_of, input_of, take_in
from runs.services import RequestKeyUsed, RunError, start_run
from tools_registry import limits

LARGEST = 25 * 1024 * 1024  # of one file; the door says the same, and keeps the receipt of what is larger
MEGABYTE = 1024 * 1024
HOUR = 3600


class Form(shapes.Said):
    """The text fields of a form."""

    agent: shapes.AgentName | None = None


FIELDS = tuple(Form.model_fields)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants a run about, wherever it came from."""

    agent: str
    data: bytes
    name: str
    claimed: dict[str, Any]
    goal: str


def check_may_start(owner: User) -> None:
    """Raises `Problem` 403: the token may, but whom it acts for may not."""
    if not may_start(owner):
        raise Problem(403, "The roles of this token's owner do not start runs.", code="owner_may_not")


def start_one(request: HttpRequest, owner: User, work: Work) -> Stored:
    """Start one run, and wait for its result if the client would. Raises `Problem`."""
    taken = _by_input(request, owner, work) or _taken(_asked(request, owner), owner, work.request_key())
    work.goes_on()
    if taken.run_id is None:
        raise _refused(taken)
    request.api_run = str(taken.run_id)  # type: ignore[attr-defined]
    seconds = waiting.wished(request)
    done = waiting.until_settled(taken.run_id, seconds)
    return answer(
        201 if done else 202,
        showing.whole_run(taken.run_id, taken),
        Location=reverse("api:read_run", args=[taken.run_id]),
        Preference_Applied=waiting.applied(seconds) if done else "",
    )


def start_many(request: HttpRequest, owner: User, work: Work) -> Stored:
    """Start a run for each file; one that is refused costs the others nothing. Raises `Problem`."""
    media_type(request, FORM)
    form, files = _form(request, owner, "files")
    agent, (claimed, goal) = _agent(form.agent), _said(form)
    items = []
    for ordinal, given in enumerate(files):
        asked = Asked(agent, _read(given), given.name or "file", claimed, goal)
        items.append(_line(asked.name, _taken(asked, owner, work.request_key(ordinal))))
        work.goes_on()
    return answer(200, shapes.Batch(items=items))


def _asked(request: HttpRequest, owner: User) -> Asked:
    if media_type(request, FORM, JSON) == JSON:
        return _by_reference(shaped(shapes.StartByReference, json_object(request)), owner)
    form, files = _form(request, owner, "file")
    if len(files) > 1:
        raise Problem(422, f"One run is about one file. Send several to {reverse('api:start_batch')}.", code="one_file")
    return Asked(_agent(form.agent), _read(files[0]), files[0].name or "file", *_said(form))


def _by_input(request: HttpRequest, owner: User, work: Work) -> Taken | None:
    """A run asked for in words; None where the body names or brings a document."""
    if media_type(request, FORM, JSON) != JSON or "input" not in (given := json_object(request)):
        return None
    asked = shaped(shapes.StartByInput, given)
    if asked.agent not in agents:
        known = ", ".join(sorted(agent.name for agent in agents))
        raise Problem(422, f"There is no such agent. Agents: {known}.", code="unknown_agent")
    try:
        goal, told = goal_of(asked.goal), input_of(asked.input)
        run_id = start_run(
            agent=asked.agent,
            requester=owner,
            goal=goal,
            given=told,
            request_key=work.request_key(),
            subject=_subject(told, goal),
        )
    except Unusable as refused:
        wrong = [{"where": refused.field, "what": refused.message}]
        raise Problem(422, refused.message, code=refused.code, errors=wrong) from refused
    except RequestKeyUsed as error:
        raise Problem(409, str(error), code="idempotency_key_used") from error
    return Taken("", run_id=run_id)


def _subject(told: dict[str, Any], goal: str) -> str:
    """What the run is called in lists: the message's subject, else its goal."""
    message = told.get("message")
    named = message.get("subject") if isinstance(message, dict) else None
    return " ".join(str(named or goal).split())[:120]


def _form(request: HttpRequest, owner: User, field: str) -> tuple[Form, list[UploadedFile[bytes]]]:
    form, files = shaped(Form, form_of(request, *FIELDS)), files_of(request, field)
    megabytes = ceil(sum(file.size or 0 for file in files) / MEGABYTE)
    hourly = limits.Limit("megabytes", f"megabytes:{owner.pk}", settings.UPLOAD_USER_MB_PER_HOUR)
    counted = limits.take((hourly,), cost=megabytes, window=HOUR)
    if not counted.passed:
        wait = {"Retry-After": str(counted.turns_in)}
        said = f"At most {hourly.most} MB of files are taken from one user in an hour. Send the rest later."
        raise Problem(429, said, code="allowance_used", headers=wait)
    return form, files


def _by_reference(given: shapes.StartByReference, owner: User) -> Asked:
    missing = Problem(404, "There is no document under this SHA-256 that you may see. Send the file itself.")
    known_as = document_name(owner, given.sha256)
    if known_as is None:
        raise missing
    try:
        data = blobs.read(given.sha256)
    except (blobs.BlobMissing, blobs.BlobDamaged) as error:
        raise missing from error
    except OSError as error:
        said = "The document cannot be read now. Send the same request again in a moment."
        raise Problem(503, said, code="not_readable", headers={"Retry-After": "10"}) from error
    return Asked(_agent(given.agent), data, given.name or known_as, *_said(given))


def _agent(named: str | None) -> str:
    taking = [agent.name for agent in agents.taking_files()]
    if named is None and taking:
        return taking[0]
    try:
        return agents.get(named or "").name
    except UnknownAgent as error:
        known = ", ".join(taking) or "none"
        raise Problem(422, f"There is no such agent. Agents that take files: {known}.", code="unknown_agent") from error


def _said(given: shapes.Said) -> tuple[dict[str, Any], str]:
    """What the sender claims, and the goal, by the rules of the pages. Raises `Problem`."""
    try:
        claimed = claim_of(given.claimed_vendor, given.claimed_amount, given.claimed_currency)
        return claimed, goal_of(given.goal)
    except Unusable as refused:
        raise Problem(
            422, refused.message, code=refused.code, errors=[{"where": refused.field, "what": refused.message}]
        ) from refused


def _read(given: UploadedFile[bytes]) -> bytes:
    # One byte more than is taken, so that the service itself sees, refuses and records what is too large.
    data: bytes = given.read(LARGEST + 1)
    return data


def _taken(asked: Asked, owner: User, request_key: str | None) -> Taken:
    try:
        return take_in(
            agent=asked.agent,
            data=asked.data,
            name=asked.name,
            requester=owner,
            now=timezone.now(),
            request_key=request_key,
            claimed=asked.claimed or None,
            goal=asked.goal,
            channel="api",
        )
    except RequestKeyUsed as error:
        raise Problem(409, str(error), code="idempotency_key_used") from error
    except RunError as error:
        raise Problem(422, str(error)) from error
    except OSError as error:
        said = "The file could not be stored. Send it again in a moment."
        raise Problem(503, said, code="not_stored", headers={"Retry-After": "10"}) from error


def _refused(taken: Taken) -> Problem:
    return Problem(422, taken.sentence, code=taken.code, intake_problem=_id(taken.problem_id), sha256=taken.document)


def _line(name: str, taken: Taken) -> shapes.BatchLine:
    if taken.run_id is not None:
        run = showing.whole_run(taken.run_id, taken)
        return shapes.BatchLine(name=name, run=run, refused=None)
    assert taken.problem_id is not None  # noqa: S101 - no run, so a receipt
    refused = shapes.Refusal(
        code=taken.code, detail=taken.sentence, intake_problem=taken.problem_id, sha256=taken.document
    )
    return shapes.BatchLine(name=name, run=None, refused=refused)


def _id(given: UUID | None) -> str | None:
    return str(given) if given else None
