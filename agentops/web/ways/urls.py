"""Addresses of the ways in."""

from django.urls import path

from agentops.web.ways import triage, views

app_name = "ways"
urlpatterns = [
    path("", views.overview, name="list"),
    path("triage/", triage.waiting, name="triage"),
    path("mails/<uuid:mail_id>/", triage.mail, name="mail"),
    path("mails/<uuid:mail_id>/original/", triage.original, name="original"),
    path("mails/<uuid:mail_id>/settle/", triage.settle, name="settle"),
    path("<slug:kind>/new/", views.new, name="new"),
    path("<slug:kind>/<uuid:way_id>/", views.edit, name="edit"),
    path("<slug:kind>/<uuid:way_id>/switch/", views.switch, name="switch"),
]
