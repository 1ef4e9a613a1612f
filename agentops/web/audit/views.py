"""The pages of the audit trail: the list with one event open, verifying, and the files to take along."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import orjson
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from agentops.core.audit import trail
from agentops.core.audit.models import AuditEntry
from agentops.core.audit.queries import BadCursor, search
from agentops.core.audit.verify import verify as verify_trail
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.audit import reading
from agentops.web.audit.asked import Asked, asked
from agentops.web.request import PersonRequest

READERS = (Role.AUDITOR, Role.OPERATOR, Role.POLICY_ADMIN, Role.USER_ADMIN)
LONGEST_EXPORT = 100_000
VERIFIED_HERE = 50_000  # events; a longer trail is verified by the command, not while a browser waits


@require_safe
@vary_on_headers("HX-Request")
@access(*READERS)
def events(request: PersonRequest) -> HttpResponse:
    """The events that fit the search, newest first; `show=stream/seq` opens one."""
    wanted = asked(request.GET)
    show = _shown(request.GET.get("show", ""))
    after = request.GET.get("after") or None
    try:
        page = reading.found(wanted, after)
    except BadCursor as error:
        raise Http404(str(error)) from None
    context: dict[str, Any] = {
        "search": wanted.said,
        "fields": reading.fields(wanted),
        "kinds": reading.kinds(wanted),
        "events": reading.events(page.lines, wanted, show),
        "open": reading.opened(*show, link=request.build_absolute_uri()) if show else None,
        "older_url": wanted.url(after=page.next) if page.next else "",
        "newer_url": wanted.url() if after else "",
        "is_filtered": any(wanted.said.values()),
        "csv_url": wanted.url("audit:export", "csv"),
        "jsonl_url": wanted.url("audit:export", "jsonl"),
    }
    if request.htmx and request.htmx.target == "events":
        return render(request, "audit/_rows.html", {"page": context})
    context |= {"total": reading.total(), "chain": reading.chain()}
    return render(request, "audit/list.html", {"page": context})


@require_POST
@access(*READERS)
def verify(request: PersonRequest) -> HttpResponse:
    """Walk the chain of one stream or of all; a long trail is the command's work."""
    stream = request.POST.get("stream", "")[:120]
    if not stream and AuditEntry.objects.values("seq")[: VERIFIED_HERE + 1].count() > VERIFIED_HERE:
        messages.warning(
            request, "The trail is too long to verify here. Run manage.py audit_verify, or verify one stream."
        )
        return HttpResponseRedirect(reverse("audit:list"))
    report = verify_trail([stream] if stream else None)
    if not stream:
        _record(
            request,
            "audit.verified",
            {
                "ok": report.ok,
                "entries": report.entries,
                "bad": report.bad,
                "first": str(report.first_bad or ""),
            },
        )
    if report.ok:
        messages.success(
            request,
            f"{report.entries:,} events in {report.streams:,} streams fit together. Nothing was changed.",
        )
    else:
        messages.error(request, f"{report.bad:,} faults. First: {report.first_bad}")
    return HttpResponseRedirect(reverse("audit:list") + (f"?stream={stream}" if stream else ""))


@require_safe
@access(*READERS)
def export(request: PersonRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """What the search finds, as a table or exactly as recorded; taking it along is itself an event."""
    if form not in FORMS:
        raise Http404
    wanted = asked(request.GET)
    _record(
        request,
        "audit.exported",
        {"form": form, "search": {key: value for key, value in wanted.said.items() if value}},
    )
    write, media_type = FORMS[form]
    answer = StreamingHttpResponse(write(wanted), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.now():%Y%m%d-%H%M%S}.{form}"'
    return answer


def _as_csv(wanted: Asked) -> Iterator[str]:
    yield _csv_line(["stream", "seq", "at", "actor", "action", "what happened", "hash"])
    for line in _lines(wanted):
        row = [
            line.stream,
            line.seq,
            line.at.isoformat(),
            line.actor,
            line.action,
            reading.sentence(line),
            line.hash,
        ]
        yield _csv_line(row)


def _as_jsonl(wanted: Asked) -> Iterator[bytes]:
    for line in _lines(wanted):
        row = AuditEntry.objects.get(stream=line.stream, seq=line.seq)
        whole = {
            "stream": row.stream,
            "seq": row.seq,
            "prev": bytes(row.prev).hex(),
            "body": row.body,
            "mac": bytes(row.mac).hex(),
            "hash": bytes(row.hash).hex(),
        }
        yield orjson.dumps(whole) + b"\n"


FORMS: dict[str, tuple[Any, str]] = {
    "csv": (_as_csv, "text/csv; charset=utf-8"),
    "jsonl": (_as_jsonl, "application/jsonl"),
}


def _lines(wanted: Asked) -> Iterator[Any]:
    after, given = None, 0
    while not wanted.impossible and given < LONGEST_EXPORT:
        page = search(wanted.search, after=after, size=500)
        yield from page.lines
        given += len(page.lines)
        after = page.next
        if after is None:
            return


def _csv_line(values: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_harmless(str(value)) for value in values])
    return buffer.getvalue()


def _harmless(text: str) -> str:
    # A cell that starts so is a formula to a spreadsheet.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _record(request: PersonRequest, action: str, data: dict[str, Any]) -> None:
    with transaction.atomic():
        trail.append("config", trail.Event(action=action, actor=trail.Actor.of(request.user), data=data))


def _shown(text: str) -> tuple[str, int] | None:
    stream, _, seq = text.rpartition("/")
    return (stream[:120], int(seq)) if stream and seq.isascii() and seq.isdigit() and len(seq) < 16 else None
