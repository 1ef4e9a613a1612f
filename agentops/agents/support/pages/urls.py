"""Addresses of the support agent's own pages."""

from django.urls import path

from . import rating, tickets

app_name = "support"
urlpatterns = [
    path("tickets/", tickets.ticket_list, name="tickets"),
    path("tickets/new/", tickets.new, name="new"),
    path("tickets/<uuid:ticket_id>/", tickets.ticket, name="ticket"),
    path("tickets/<uuid:ticket_id>/answer/", tickets.answer, name="answer"),
    path("rate/<str:token>/", rating.rate, name="rate"),
]
