"""Addresses of people."""

from django.urls import path

from agentops.web.people import adding, desks, limits, sampling, views

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", adding.new, name="new"),
    path("desks/new/", desks.new, name="new_desk"),
    path("desks/<slug:slug>/", desks.desk, name="desk"),
    path("desks/<slug:slug>/sampling/", sampling.sampling, name="sampling"),
    path("limits/<uuid:change_id>/", limits.answer, name="limit"),
    path("<uuid:person_id>/desks/", limits.places, name="places"),
    path("<uuid:person_id>/", views.person, name="person"),
]
