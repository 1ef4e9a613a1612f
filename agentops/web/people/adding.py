"""Somebody new: added by a user administrator, with a password to start with that is shown once."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentops.core.passwords import start_password
from agentops.core.permissions import Role, RoleConflict
from agentops.core.services import UserError, create_person
from agentops.web.access import access
from agentops.web.people.reading import MEANINGS
from agentops.web.request import PersonRequest


@never_cache
@require_http_methods(["GET", "POST"])
@access(Role.USER_ADMIN)
def new(request: PersonRequest) -> HttpResponse:
    """The form; after it, the start password, which is stored nowhere in the clear."""
    given = {name: request.POST.get(name, "").strip()[:254] for name in ("email", "name")}
    wanted = [role for role in MEANINGS if role.value in request.POST.getlist("role")]
    roles = [(role.value, role.label, meaning, role in wanted) for role, meaning in MEANINGS.items()]
    context = {"given": given, "roles": roles, "said": ""}
    if request.method == "GET":
        return render(request, "people/new.html", context)
    password = start_password(given["email"], given["name"])
    try:
        person = create_person(
            email=given["email"],
            name=given["name"],
            by=request.user,
            now=timezone.now(),
            password=password,
            roles=wanted,
        )
    except ValidationError as refusal:
        said = " ".join(refusal.messages)
    except (UserError, RoleConflict) as refusal:
        said = str(refusal)
    else:
        return render(request, "people/added.html", {"person": person, "password": password})
    return render(request, "people/new.html", {**context, "said": said}, status=422)
