"""The front door: which room answers which address."""

from django.urls import URLPattern, URLResolver, include, path

from agentops.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("agentops.api.urls")),
    path("", include("agentops.web.urls")),
]
handler400 = "agentops.web.errors.bad_request"
handler403 = "agentops.web.errors.not_allowed"
handler404 = "agentops.web.errors.not_found"
handler500 = "agentops.web.errors.our_fault"
