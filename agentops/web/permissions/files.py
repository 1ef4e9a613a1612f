"""The policy as a file: out as it stands, in as a change like any other."""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.permissions.views import READERS, REFUSALS, what_became_of
from agentops.web.request import PersonRequest
from tools_registry import services
from tools_registry.policy import Policy, PolicyInvalid
from tools_registry.queries import current_policy

LARGEST = 2_000_000


@require_safe
@access(*READERS)
def export(request: PersonRequest) -> HttpResponse:
    """The policy in force as a file that `import_policy` reads back."""
    policy = current_policy()
    answer = HttpResponse(json.dumps(policy.as_json(), indent=2) + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="policy-{policy.hash[:12]}.json"'
    return answer


@require_http_methods(["GET", "POST"])
@access(Role.POLICY_ADMIN)
def import_policy(request: PersonRequest) -> HttpResponse:
    """Ask for the policy in a file: stricter cells apply at once, looser ones wait."""
    why = request.POST.get("why", "").strip()[:500]
    if request.method == "GET":
        return render(request, "permissions/import.html", {"why": why})
    try:
        done = services.propose_policy(to=_read(request), author=request.user, why=why, now=timezone.now())
    except REFUSALS as refusal:
        return render(request, "permissions/import.html", {"why": why, "error": str(refusal)}, status=422)
    messages.success(request, what_became_of(done) or "Nothing differs from what applies now.")
    return HttpResponseRedirect(reverse("permissions:matrix"))


def _read(request: PersonRequest) -> Policy:
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > LARGEST:
        raise PolicyInvalid("Choose a policy file of at most 2 MB")
    if len(request.POST.get("why", "").strip()) < 3:
        raise PolicyInvalid("Say why the policy changes")
    try:
        return Policy.from_json(json.loads(given.read().decode()))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        if isinstance(error, PolicyInvalid):
            raise
        raise PolicyInvalid("This file is not JSON") from None
