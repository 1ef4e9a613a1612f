"""Addresses of webhooks."""

from django.urls import path

from agentops.web.webhooks import sources, views

app_name = "webhooks"
urlpatterns = [
    path("", views.overview, name="list"),
    path("new/", views.new, name="new"),
    path("endpoints/<uuid:endpoint_id>/", views.endpoint, name="endpoint"),
    path("deliveries/<uuid:delivery_id>/again/", views.again, name="again"),
    path("sources/new/", sources.new, name="new_source"),
    path("sources/<uuid:source_id>/", sources.source, name="source"),
]
