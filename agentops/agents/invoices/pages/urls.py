"""Addresses of the invoice agent's own pages."""

from django.urls import path

from . import changes, lessons, loads, payments, releasing, vendors

app_name = "invoices"
urlpatterns = [
    path("vendors/", vendors.vendor_list, name="vendors"),
    path("vendors/<uuid:vendor_id>/", vendors.vendor, name="vendor"),
    path("vendors/<uuid:vendor_id>/lessons/", lessons.lessons, name="lessons"),
    path("vendors/lessons/<uuid:lesson_id>/", lessons.change_lesson, name="change_lesson"),
    path("vendors/<uuid:vendor_id>/phones/", vendors.add_phone, name="add_phone"),
    path("vendors/<uuid:vendor_id>/change/", changes.ask, name="ask_change"),
    path("runs/<uuid:run_id>/change/", changes.ask_from_run, name="ask_from_run"),
    path("vendors/changes/<uuid:change_id>/", changes.change, name="change"),
    path("vendors/changes/<uuid:change_id>/call/", changes.call_back, name="call_back"),
    path("vendors/changes/<uuid:change_id>/confirm/", changes.confirm, name="confirm_change"),
    path("vendors/changes/<uuid:change_id>/end/", changes.end, name="end_change"),
    path("vendors/loads/<uuid:load_id>/", loads.load, name="load"),
    path("payments/", payments.payment_list, name="payments"),
    path("payments/release/", releasing.release, name="release"),
    path("payments/<uuid:payment_id>/", payments.answer, name="payment"),
    path("payments/<uuid:payment_id>/file/", payments.bank_file, name="bank_file"),
]
