"""Desks and limits on the pages of user administrators."""
# ruff: noqa: F811 - fixtures are named as what they make

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agentops.core.audit.trail import Actor
from reviews import services
from reviews.models import LimitChange, PersonalLimit
from reviews.queries import places_of
from reviews.services.changing import version_of
from tests.reviews.conftest import SETUP, desk, filer, now, people, person  # noqa: F401 - fixtures
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.queries import current_policy
from tools_registry.services import confirm_policy, propose_policy

SMALL = Decimal(100)


@pytest.fixture
def ruth(browse, person):
    return browse(as_=person("Ruth", "user_admin"))


@pytest.fixture
def ella(browse, person):
    return browse(as_=person("Ella", "user_admin"))


def form_of(desk, **changed):
    return {
        "seen": version_of(desk),
        "name": desk.name,
        "due_hours": 8,
        "expire_hours": 72,
        "approval_hours": 72,
        "undo_seconds": 0,
        "expiry_rule": "deny",
        "weekdays": list(range(7)),
        "zone": "Europe/Berlin",
        **changed,
    }


def test_desks_and_limits_of_everybody_are_listed(ruth, people, desk):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    page = ruth.get(reverse("people:list")).content.decode()
    assert "Accounts payable" in page
    assert "reject after 72 h" in page
    assert ">100<" in page


def test_a_desk_gets_business_hours_and_the_page_shows_them(ruth, people, desk):
    form = form_of(desk, weekdays=[0, 1, 2, 3, 4], opens="08:00", closes="18:00", holidays="2026-12-25\n2026-12-26")
    answer = ruth.post(reverse("people:desk", args=["payables"]), {**form, "due_hours_sample": 4}, follow=True)
    assert "is saved" in answer.content.decode()
    desk.refresh_from_db()
    assert [day.isoformat() for day in desk.holidays] == ["2026-12-25", "2026-12-26"]
    assert desk.due_hours_sample == 4
    page = ruth.get(reverse("people:list")).content.decode()
    assert "8 business hours, Mon to Fri 08:00 to 18:00, Europe/Berlin" in page
    assert 'value="18:00"' in ruth.get(reverse("people:desk", args=["payables"])).content.decode()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"expire_hours": 100}, "Say why"),
        ({"holidays": "Christmas"}, "is no day"),
        ({"due_hours": 0}, "greater than or equal to 1"),
        ({"zone": "Nowhere"}, "no such time zone"),
        ({"seen": "0" * 64}, "while you looked"),
        ({"expiry_rule": "allow"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(changed, told, ruth, people, desk):
    before = version_of(desk)
    answer = ruth.post(reverse("people:desk", args=["payables"]), form_of(desk, **changed))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    desk.refresh_from_db()
    assert version_of(desk) == before


def test_who_only_reads_changes_nothing(browse, person, people, desk):
    auditor = browse(as_=person("Otto", "auditor"))
    url = reverse("people:desk", args=["payables"])
    assert "Only a user administrator" in auditor.get(url).content.decode()
    assert auditor.post(url, form_of(desk)).status_code == 403
    assert browse(as_=people.jonas).get(url).status_code == 403
    assert auditor.get(reverse("people:desk", args=["unassigned"])).status_code == 404


def test_a_raised_limit_is_confirmed_by_somebody_else_on_the_page(ruth, ella, people, desk):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    url = reverse("people:places", args=[people.maria.pk])
    form = {"at-payables": "decides", "limit-payables": "5,000", "why": "Year end."}
    page = ruth.post(url, form, follow=True).content.decode()
    assert "waits for another user administrator" in page
    assert PersonalLimit.objects.get().amount == SMALL
    answer = reverse("people:limit", args=[LimitChange.objects.get().pk])
    assert "You asked for this" in ruth.post(answer, {"answer": "confirm"}, follow=True).content.decode()
    assert "Year end." in ella.get(reverse("people:list")).content.decode()
    assert "Confirmed" in ella.post(answer, {"answer": "confirm"}, follow=True).content.decode()
    assert PersonalLimit.objects.get().amount == 5000


def test_with_the_first_refusal_nothing_of_the_form_is_changed(ruth, people, desk):
    services.create_desk(slug="controllers", name="Controllers", by=SETUP)
    url = reverse("people:places", args=[people.maria.pk])
    form = {"at-controllers": "second", "at-payables": "none"}
    assert "no controller" in ruth.post(url, form, follow=True).content.decode()
    assert [place.slug for place in places_of([people.maria.pk])] == ["payables"]


def test_a_person_is_put_at_a_desk_and_taken_away(ruth, people, desk):
    services.create_desk(slug="controllers", name="Controllers", by=SETUP)
    url = reverse("people:places", args=[people.maria.pk])
    ruth.post(url, {"at-controllers": "decides"})
    page = ruth.get(reverse("people:desk", args=["controllers"])).content.decode()
    assert "Maria" in page
    ruth.post(url, {"at-controllers": "none"})
    assert "Nobody. What comes here waits" in ruth.get(reverse("people:desk", args=["controllers"])).content.decode()


def test_a_limit_that_is_no_number_is_refused(ruth, people, desk):
    url = reverse("people:places", args=[people.maria.pk])
    assert "is no amount" in ruth.post(url, {"limit-payables": "lots"}, follow=True).content.decode()


def test_a_desk_is_made_by_a_user_administrator(ruth, people, desk):
    new = reverse("people:new_desk")
    answer = ruth.post(new, {"name": "Support leads"})
    assert answer.url == reverse("people:desk", args=["support-leads"])
    assert "There is a desk payables already" in ruth.post(new, {"name": "X", "slug": "payables"}).content.decode()
    assert ruth.post(new, {"name": " "}).status_code == 422


def test_a_person_who_is_no_user_administrator_makes_and_grants_nothing_by_the_service_either(people, desk):
    by = Actor.of(people.jonas)
    with pytest.raises(services.MayNotAdminister):
        services.create_desk(slug="mine", name="Mine", by=by)
    with pytest.raises(services.MayNotAdminister):
        services.grant_desk(to=people.maria, desk=desk, by=by)


def test_how_much_is_checked_blindly_is_asked_for_at_the_desk_and_less_of_it_waits_for_a_second(browse, person, desk):
    desk.agents = ["filer"]
    desk.save()
    ada, page = browse(as_=person("Ada", "policy_admin")), reverse("people:desk", args=[desk.slug])
    author = person("Paula", "policy_admin")
    grant = Grant(agent="filer", tool="file_it", mode=Mode.AUTO, sampling_rate=Decimal("0.1"))
    propose = {"author": author, "why": "To begin with.", "now": timezone.now()}
    begun = propose_policy(to=current_policy().with_grant(grant), **propose)
    confirm_policy(pending_id=begun.pending.pk, confirmer=person("Pablo", "policy_admin"), now=timezone.now())
    ask = {"share": "25", "why": "The agent is new here.", "seen": current_policy().hash}
    where = reverse("people:sampling", args=[desk.slug])
    assert "<code>file_it</code> 10" in ada.get(page).content.decode()
    assert "applies from now on" in ada.post(where, ask, follow=True).content.decode()
    assert current_policy().grant("filer", "file_it").sampling_rate == Decimal("0.25")
    less = {**ask, "share": "5", "seen": current_policy().hash}
    assert "waits for a second administrator" in ada.post(where, less, follow=True).content.decode()
    assert current_policy().grant("filer", "file_it").sampling_rate == Decimal("0.25")
    assert "from 0 to 100" in ada.post(where, {**less, "share": "101"}, follow=True).content.decode()
    ruth = browse(as_=person("Ruth", "user_admin"))
    assert "sampling-share" not in ruth.get(page).content.decode()
    assert ruth.post(where, less).status_code == 403
