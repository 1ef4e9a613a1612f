"""Addresses of the queue."""

from django.urls import path

from agentops.web.queue import bulk, giving, putting_off, saved, views

urlpatterns = [
    path("", views.queue, name="queue"),
    path("arrived/", views.arrived, name="queue_arrived"),
    path("facets/<slug:name>/", views.facet, name="queue_facet"),
    path("snooze/", putting_off.snooze, name="queue_snooze"),
    path("wake/", putting_off.wake, name="queue_wake"),
    path("give/", giving.give, name="queue_give"),
    path("take-over/", giving.take_over, name="queue_take_over"),
    path("<uuid:review_id>/hold/", giving.hold, name="queue_hold"),
    path("bulk/", bulk.preflight, name="queue_bulk"),
    path("bulk/approve/", bulk.approve, name="queue_bulk_approve"),
    path("bulk/undo/", bulk.undo, name="queue_bulk_undo"),
    path("views/", saved.save, name="queue_save_view"),
    path("views/<uuid:view_id>/remove/", saved.remove, name="queue_remove_view"),
    path("next/", views.next_review, name="queue_next"),
]
