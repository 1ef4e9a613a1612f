"""Addresses of tokens."""

from django.urls import path

from agentops.web.tokens import making, views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens, name="list"),
    path("new/", making.new, name="new"),
    path("<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]
