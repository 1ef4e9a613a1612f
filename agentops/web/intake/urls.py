"""Addresses of intake problems."""

from django.urls import path

from agentops.web.intake import evidence, views, ways_on

app_name = "intake"
urlpatterns = [
    path("", views.problems, name="problems"),
    path("mails/<uuid:mail_id>/", evidence.mail, name="mail"),
    path("<uuid:problem_id>/", views.problem, name="problem"),
    path("<uuid:problem_id>/original/", views.original, name="original"),
    path("<uuid:problem_id>/retry/", ways_on.retry, name="retry"),
    path("<uuid:problem_id>/replace/", ways_on.replace, name="replace"),
    path("<uuid:problem_id>/ask/", ways_on.ask, name="ask"),
    path("<uuid:problem_id>/key-in/", ways_on.key_in, name="key_in"),
    path("<uuid:problem_id>/close/", ways_on.close, name="close"),
]
