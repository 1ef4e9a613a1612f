"""Addresses of the queue."""

from django.urls import path

from agentops.web.queue import views

urlpatterns = [
    path("", views.queue, name="queue"),
    path("next/", views.next_review, name="queue_next"),
]
