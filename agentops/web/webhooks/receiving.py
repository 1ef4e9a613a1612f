"""The door for signed calls: no session, no cookie; the signature is the lock."""

import logging
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agentops.core.access import guarded_by
from agentops.core.addresses import network_of
from agentops.webhooks.errors import BadCall, TooOften, Unsigned
from agentops.webhooks.services import check_rate, is_expected, take_call

log = logging.getLogger(__name__)
MOST_BYTES = 40 * 1024 * 1024


@csrf_exempt
@require_POST
@guarded_by("webhook signature")
def hook(request: HttpRequest, source_id: UUID) -> JsonResponse:
    """202 with the runs that were started, 200 with the same for a call that came before, else a problem."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        check_rate(network_of(request))
        if not is_expected(source_id=source_id, headers=headers):
            raise Unsigned
        body = request.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            return _problem(413, "too_large", f"At most {MOST_BYTES // 2**20} MB are taken in one call.")
        answer, is_twin = take_call(source_id=source_id, headers=headers, body=body, now=timezone.now())
    except Unsigned:
        return _problem(401, "unsigned", "The signature, its time or the address is not one that is known here.")
    except TooOften as error:
        return _too_often(error)
    except BadCall as error:
        return _problem(409 if error.code == "id_reused" else 422, error.code, str(error))
    except OSError:
        log.exception("a file of a call could not be stored")
        refusal = _problem(503, "not_stored", "A file could not be stored. Make the same call again in a moment.")
        refusal["Retry-After"] = "10"
        return refusal
    return JsonResponse(answer, status=200 if is_twin else 202)


def _too_often(error: TooOften) -> JsonResponse:
    refusal = _problem(429, "too_many_requests", str(error))
    for name, value in {**error.counted.headers(), "Retry-After": str(error.counted.turns_in)}.items():
        refusal[name] = value
    return refusal


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    problem = {"type": "about:blank", "status": status, "title": code.replace("_", " "), "code": code, "detail": detail}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
