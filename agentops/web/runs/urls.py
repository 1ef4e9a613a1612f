"""Addresses of runs."""

from django.urls import path

from agentops.web.runs import feedback, unusual, upload, views

app_name = "runs"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("unusual/", unusual.unusual, name="unusual"),
    path("new/", upload.upload, name="new"),
    path("<int:number>/", views.detail, name="detail"),
    path("<int:number>/feedback/", feedback.give, name="feedback"),
    path("<int:number>/cancel/", views.cancel, name="cancel"),
]
