"""The upload page: files in, one line per file back, each with its run or the reason it was refused."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.request import PersonRequest
from runs.agents import agents
from runs.intake import Taken, take_in
from runs.models import Run

log = logging.getLogger(__name__)
UPLOADERS = (Role.OPERATOR, Role.REVIEWER, Role.CONTROLLER, Role.VENDOR_MANAGER)
MOST_FILES = 100
LARGEST = 25_000_000


@dataclass(frozen=True)
class Line:
    """What became of one file."""

    name: str
    size: int
    tone: str
    icon: str
    share: int
    said: str
    run_url: str = ""
    run_label: str = ""


@require_http_methods(["GET", "POST"])
@access(*UPLOADERS)
def upload(request: PersonRequest) -> HttpResponse:
    """The form, and the answer for each file. Whoever uploads is the requester: somebody else decides."""
    lines = _taken_in(request) if request.method == "POST" else []
    page = {
        "lines": lines,
        "counts": _counts(lines),
        "most": MOST_FILES,
        "error": "",
        "agents": [{"name": agent.name, "label": agent.label} for agent in agents.taking_files()],
    }
    if request.method == "POST" and not lines:
        page["error"] = f"Choose at least one file, and at most {MOST_FILES}."
    part = "runs/_upload_list.html" if request.htmx else "runs/new.html"
    return render(request, part, {"page": page}, status=422 if page["error"] else 200)


def _taken_in(request: PersonRequest) -> list[Line]:
    files = [*request.FILES.getlist("files"), *request.FILES.getlist("photo")]
    if not files or len(files) > MOST_FILES:
        return []
    agent = _agent(request.POST.get("agent", ""))
    return [_line(given, _taken(agent, given, request.user)) for given in files]


def _agent(named: str) -> str:
    taking = [agent.name for agent in agents.taking_files()]
    if not taking:
        raise Http404("No agent here takes files.")
    return named if named in taking else taking[0]


def _taken(agent: str, given: "UploadedFile[bytes]", requester: User) -> Taken:
    # One byte more than is taken, so that the service itself sees, refuses and records what is too large.
    data = given.read(LARGEST + 1)
    try:
        return take_in(agent=agent, data=data, name=given.name or "file", requester=requester, now=timezone.now())
    except OSError:  # the disk: the other files of the same upload still get their answers
        log.exception("an uploaded file could not be stored")
        return Taken("", sentence="it could not be stored. Send it again in a moment.")


def _line(given: "UploadedFile[bytes]", taken: Taken) -> Line:
    """A file with a run is under way; without one it was refused at the door, and nothing started."""
    name, size = given.name or "file", given.size or 0
    run = Run.objects.filter(pk=taken.run_id).first() if taken.run_id else None
    if run is None:
        return Line(name, size, "bad", "stop", 100, f"Refused: {taken.sentence}")
    url, label = reverse("runs:detail", args=[run.number]), f"R-{run.number}"
    if taken.sentence:
        return Line(name, size, "warn", "copy", 100, taken.sentence, url, label)
    return Line(name, size, "info", "bolt", 100, "started; somebody else decides it if it needs a person", url, label)


def _counts(lines: Iterable[Line]) -> str:
    tones = [line.tone for line in lines]
    said = [(tones.count("info"), "started"), (tones.count("warn"), "known"), (tones.count("bad"), "refused")]
    return ", ".join(f"{number} {word}" for number, word in said if number)
