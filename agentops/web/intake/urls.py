"""Addresses of intake problems."""

from django.urls import path

from agentops.web.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.problems, name="problems"),
    path("<uuid:problem_id>/", views.problem, name="problem"),
    path("<uuid:problem_id>/original/", views.original, name="original"),
    path("<uuid:problem_id>/retry/", views.retry, name="retry"),
    path("<uuid:problem_id>/key-in/", views.key_in, name="key_in"),
    path("<uuid:problem_id>/close/", views.close, name="close"),
]
