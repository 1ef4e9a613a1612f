"""The addresses of the pages: the frame's own, one folder per room, and what each agent brings along."""

from django.urls import URLPattern, URLResolver, include, path

from agentops.web import password, sign_in, start, theme
from agentops.web.people import away
from agentops.web.webhooks import receiving
from runs.agents import agents

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("welcome/", start.nothing, name="nothing"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", password.password, name="password"),
    path("theme/", theme.switch, name="theme"),
    path("queue/", include("agentops.web.queue.urls")),
    path("reviews/", include("agentops.web.reviews.urls")),
    path("documents/", include("agentops.web.documents.urls")),
    path("runs/", include("agentops.web.runs.urls")),
    path("intake/", include("agentops.web.intake.urls")),
    path("audit/", include("agentops.web.audit.urls")),
    path("permissions/", include("agentops.web.permissions.urls")),
    path("people/", include("agentops.web.people.urls")),
    path("tokens/", include("agentops.web.tokens.urls")),
    path("ways/", include("agentops.web.ways.urls")),
    path("away/", away.away, name="people_away"),
    path("away/<uuid:absence_id>/end/", away.back, name="people_back"),
    path("webhooks/", include("agentops.web.webhooks.urls")),
    path("notifications/", include("agentops.web.notifications.urls")),
    path("hooks/<uuid:source_id>/", receiving.hook, name="hook"),
]
urlpatterns += [path(f"{agent.name}/", include(agent.pages)) for agent in agents if agent.pages]
