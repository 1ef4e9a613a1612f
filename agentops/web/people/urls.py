"""Addresses of people."""

from django.urls import path

from agentops.web.people import adding, views

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", adding.new, name="new"),
    path("<uuid:person_id>/", views.person, name="person"),
]
