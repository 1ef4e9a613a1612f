"""Addresses of notifications."""

from django.urls import path

from agentops.web.notifications import bell, desks, own

app_name = "notifications"
urlpatterns = [
    path("", bell.items, name="list"),
    path("count/", bell.count, name="count"),
    path("read/", bell.read_all, name="read_all"),
    path("<uuid:item_id>/", bell.look, name="look"),
    path("<uuid:item_id>/read/", bell.read, name="read"),
    path("settings/", own.settings, name="settings"),
    path("desks/", desks.overview, name="desks"),
    path("desks/<slug:slug>/", desks.desk, name="desk"),
    path("channels/<uuid:channel_id>/", desks.channel, name="channel"),
    path("deliveries/<uuid:delivery_id>/again/", desks.again, name="again"),
]
