"""The upload page: files in, one line per file back, each with its run or the reason it was refused."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from agentops.web.access import access
from agentops.web.request import PersonRequest
from agentops.web.runs.uploading import Line, counts, lines_of
from agentops.web.upload_limits import overflow_of
from reviews.queries.sight import STARTERS
from runs.agents import agents
from runs.intake import Unusable, claim_of, goal_of

UPLOADERS = STARTERS
MOST_FILES = 100
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "JPY", "CNY")


@dataclass(frozen=True)
class Refusal:
    """Why nothing was taken: a code, the field it is about, words, and the status of the answer."""

    code: str
    message: str
    field: str = ""
    status: int = 422


@require_http_methods(["GET", "POST"])
@access(*UPLOADERS)
def upload(request: PersonRequest) -> HttpResponse:
    """The form, and the answer for each file. Whoever uploads is the requester: somebody else decides.

    The page's script sends one file at a time (`X-Upload: one`) and gets what became of that file alone.
    """
    refusal: Refusal | None = None
    lines: list[Line] = []
    if request.method == "POST":
        try:
            lines = _taken_in(request)
        except _Refused as refused:
            refusal = refused.refusal
    page = {
        "lines": lines,
        "counts": counts(lines),
        "most": MOST_FILES,
        "refusal": refusal,
        "typed": request.POST if refusal else {},
        "currencies": CURRENCIES,
        "agents": [{"name": agent.name, "label": agent.label} for agent in agents.taking_files()],
    }
    status = refusal.status if refusal else 200
    return render(request, _part(request, refusal), {"page": page}, status=status)


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def _part(request: PersonRequest, refusal: Refusal | None) -> str:
    if request.headers.get("X-Upload") == "one":
        return "runs/_upload_refusal.html" if refusal else "runs/_upload_lines.html"
    return "runs/_upload_list.html" if request.htmx else "runs/new.html"


def _taken_in(request: PersonRequest) -> list[Line]:
    if overflow := overflow_of(request):
        raise _Refused(Refusal(overflow.code, overflow.message, status=413))
    files = [*request.FILES.getlist("files"), *request.FILES.getlist("photo")]
    if not files:
        raise _Refused(Refusal("no_files", f"Choose at least one file, and at most {MOST_FILES}.", "files"))
    if len(files) > MOST_FILES:
        said = f"These are {len(files)} files. Send at most {MOST_FILES} at a time; nothing was taken."
        raise _Refused(Refusal("too_many_files", said, "files"))
    agent, asked = _agent(request.POST.get("agent", "")), _asked(request)
    return [line for given in files for line in lines_of(agent, given, request.user, asked)]


def _agent(named: str) -> str:
    taking = [agent.name for agent in agents.taking_files()]
    if not taking:
        raise Http404("No agent here takes files.")
    return named if named in taking else taking[0]


def _asked(request: PersonRequest) -> dict[str, Any]:
    """What the person expects of every file of this upload."""
    form = request.POST
    try:
        claimed = claim_of(form.get("vendor", ""), form.get("gross", ""), form.get("currency", ""))
        return {"claimed": claimed or None, "goal": goal_of(form.get("goal", ""))}
    except Unusable as refused:
        raise _Refused(Refusal(refused.code, refused.message, refused.field)) from None
