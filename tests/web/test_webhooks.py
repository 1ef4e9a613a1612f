"""The pages about webhooks: made, shown once, paused, and the log read."""

from django.urls import reverse

from agentops.core.audit.models import AuditEntry
from agentops.core.permissions import Role
from agentops.webhooks.models import Endpoint, Source


def test_an_endpoint_is_made_and_its_secret_shown_once(browse, settings):
    settings.WEBHOOK_ORIGINS = ["http://127.0.0.1:9"]
    _forget_places()
    admin = browse(Role.POLICY_ADMIN)
    form = {"name": "ERP <b>", "url": "http://127.0.0.1:9/in", "type": ["run.finished"]}
    page = admin.post(reverse("webhooks:new"), form).content.decode()
    made = Endpoint.objects.get()
    assert made.secrets()[0] in page
    assert "ERP &lt;b&gt;" in page
    shown = browse(Role.AUDITOR).get(reverse("webhooks:endpoint", args=[made.id])).content.decode()
    assert made.secrets()[0] not in shown
    assert 'value="test"' not in shown
    assert AuditEntry.objects.filter(stream="webhooks", action="webhook.endpoint_made").count() == 1
    _forget_places()


def test_what_cannot_be_an_endpoint_is_said_and_the_form_is_kept(browse):
    admin = browse(Role.POLICY_ADMIN)
    for form, told in (
        ({"name": "", "url": "https://example.com", "type": ["run.finished"]}, "Give the endpoint a name"),
        ({"name": "A", "url": "https://example.com"}, "Choose at least one thing"),
        ({"name": "A", "url": "https://10.0.0.1/kept", "type": ["run.finished"]}, "inside the house"),
    ):
        answer = admin.post(reverse("webhooks:new"), form)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert "https://10.0.0.1/kept" in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_paused_tested_and_given_a_new_secret(browse, person, settings):
    settings.WEBHOOK_ORIGINS = ["http://127.0.0.1:9"]
    _forget_places()
    admin = browse(Role.POLICY_ADMIN)
    admin.post(reverse("webhooks:new"), {"name": "A", "url": "http://127.0.0.1:9/", "type": ["review.opened"]})
    made = Endpoint.objects.get()
    here = reverse("webhooks:endpoint", args=[made.id])
    before = made.secrets()[0]
    assert "webhook.test" in admin.post(here, {"do": "test"}, follow=True).content.decode()
    assert before not in admin.post(here, {"do": "rotate"}).content.decode()
    assert "Off. Paused by" in admin.post(here, {"do": "pause"}, follow=True).content.decode()
    again = reverse("webhooks:again", args=[made.deliveries.get().id])
    assert "Resume it first" in admin.post(again, follow=True).content.decode()
    assert "Choose what to do" in admin.post(here, {"do": "nonsense"}, follow=True).content.decode()
    _forget_places()


def test_a_source_is_made_for_a_service_user(browse, service_user):
    admin = browse(Role.POLICY_ADMIN)
    form = {"name": "ERP", "agent": "invoices", "requester": service_user.email}
    page = admin.post(reverse("webhooks:new_source"), form).content.decode()
    made = Source.objects.get()
    assert made.secrets()[0] in page
    shown = admin.get(reverse("webhooks:source", args=[made.id])).content.decode()
    assert reverse("hook", args=[made.id]) in shown
    refused = admin.post(reverse("webhooks:new_source"), {**form, "requester": admin.person.email})
    assert refused.status_code == 422
    assert Source.objects.count() == 1


def _forget_places() -> None:
    from agentops.webhooks import places

    places.client.cache_clear()
    places._places.cache_clear()
