"""Addresses of the API: version 1, its schema, its page for people, and a problem for whatever is not there."""

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import ValidationError

from agentops.api import pages, problems, reviews, runs
from agentops.api.acting import BearerToken
from agentops.api.rendering import Compact
from agentops.core.access import guarded_by

app_name = "api"
LOCK = guarded_by("an API token, asked for at the API's door")

api = NinjaAPI(
    title="AgentOps",
    version="1",
    description="Start runs and see what becomes of them. Decisions are for people: a token never decides.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=BearerToken(),
    renderer=Compact(),
)
api.add_router("", runs.router)
api.add_router("", reviews.router)
api.add_exception_handler(problems.Problem, problems.on_problem)  # type: ignore[arg-type]
api.add_exception_handler(ValidationError, problems.on_validation)  # type: ignore[arg-type]


def _operations() -> list[URLPattern]:
    """Ninja's views, each with its lock declared; its own start page stays out."""
    views = [entry for entry in api.urls[0] if isinstance(entry, URLPattern) and entry.name != "api-root"]
    for view in views:
        LOCK(view.callback)
    return [path(f"v1/{entry.pattern}", entry.callback, name=entry.name) for entry in views]


urlpatterns = [
    path("docs/", pages.docs, {"api": api}, name="docs"),
    path("v1/openapi.json", pages.schema, {"api": api}, name="schema"),
    *_operations(),
    re_path(r"^(?P<rest>.*)$", csrf_exempt(LOCK(pages.nothing)), name="nothing"),
]
