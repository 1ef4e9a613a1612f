"""Addresses of tool permissions."""

from django.urls import path

from agentops.web.permissions import files, views

app_name = "permissions"
urlpatterns = [
    path("", views.matrix, name="matrix"),
    path("cells/<str:agent>/<str:tool>/", views.cell, name="cell"),
    path("tools/<str:tool>/", views.tool_page, name="tool"),
    path("pending/<uuid:pending_id>/", views.answer, name="answer"),
    path("stop/", views.stop, name="stop"),
    path("release/", views.release, name="release"),
    path("policy.json", files.export, name="export"),
    path("import/", files.import_policy, name="import"),
]
