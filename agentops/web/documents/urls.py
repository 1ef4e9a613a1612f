"""Addresses of document pages."""

from django.urls import path

from agentops.web.documents import views

app_name = "documents"
urlpatterns = [
    path("<slug:sha256>/pages/<int:page>/", views.page, name="page"),
    path("<slug:sha256>/find/", views.find, name="find"),
    path("<slug:sha256>/pages/<int:page>/words/", views.page_words, name="words"),
]
