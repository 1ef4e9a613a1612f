"""Addresses of the audit trail."""

from django.urls import path

from agentops.web.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.events, name="list"),
    path("verify/", views.verify, name="verify"),
    path("export.<str:form>", views.export, name="export"),
]
