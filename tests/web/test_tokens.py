"""The page of tokens: one's own, shown once; everybody's for a user administrator."""

import re

import pytest
from django.utils import timezone

from agentops.core.models import ApiToken
from agentops.core.permissions import Role
from agentops.core.tokens.checking import TokenRefused, checked

pytestmark = pytest.mark.django_db
FORM = {"name": "Mail room scanner", "scope": ["runs:start", "runs:read"], "days": "30"}


def made(client, **changed):
    """The secret as the page shows it."""
    answer = client.post("/tokens/new/", {**FORM, **changed})
    assert answer.status_code == 200, answer.text
    return re.search(r'id="secret">([^<]+)<', answer.text).group(1)


def test_somebody_makes_a_token_sees_it_once_and_uses_it(browse):
    client = browse(Role.OPERATOR)
    secret = made(client)
    assert checked(secret, now=timezone.now()).owner == client.person
    page = client.get("/tokens/").text
    assert "Mail room scanner" in page
    assert secret[:12] in page
    assert secret not in page


def test_a_token_is_revoked_after_a_question_and_stays_in_the_list(browse):
    client = browse(Role.REVIEWER)
    secret = made(client)
    address = f"/tokens/{ApiToken.objects.get().pk}/revoke/"
    assert address in client.get("/tokens/").text
    assert "stays revoked" in client.get(address).text
    assert checked(secret, now=timezone.now())
    assert "is revoked" in client.post(address, follow=True).text
    with pytest.raises(TokenRefused):
        checked(secret, now=timezone.now())
    page = client.get("/tokens/").text
    assert "Revoked" in page
    assert address not in page


def test_the_token_of_somebody_else_is_not_there(browse):
    made(browse(Role.REVIEWER))
    token = ApiToken.objects.get()
    other = browse(Role.OPERATOR)
    assert "Mail room" not in other.get("/tokens/").text
    assert other.get(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert other.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_user_administrator_sees_and_revokes_all_and_makes_those_of_services(browse, service_user):
    theirs = browse(Role.REVIEWER)
    made(theirs)
    admin = browse(Role.USER_ADMIN)
    page = admin.get("/tokens/").text
    assert theirs.person.name in page
    secret = made(admin, owner=str(service_user.pk))
    assert checked(secret, now=timezone.now()).owner == service_user
    admin.post(f"/tokens/{ApiToken.objects.get(owner=theirs.person).pk}/revoke/")
    assert ApiToken.objects.get(owner=theirs.person).revoked_at


@pytest.mark.parametrize("role", [Role.USER_ADMIN, Role.OPERATOR])
def test_nobody_makes_a_token_in_the_name_of_another_person(browse, person, role):
    answer = browse(role).post("/tokens/new/", {**FORM, "owner": str(person(Role.REVIEWER).pk)})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_who_is_no_administrator_makes_none_for_a_service(browse, service_user):
    client = browse(Role.OPERATOR)
    assert service_user.email not in client.get("/tokens/new/").text
    assert client.post("/tokens/new/", {**FORM, "owner": str(service_user.pk)}).status_code == 422


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Give the token a name"),
        ({"scope": []}, "Choose at least one"),
        ({"scope": ["reviews:decide"]}, "no scope"),
        ({"days": "91"}, "1 to 90 days"),
        ({"days": "²"}, "1 to 90 days"),
        ({"owner": "nonsense"}, "Choose yourself"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_what_was_typed_stays(browse, changed, said):
    answer = browse(Role.REVIEWER).post("/tokens/new/", {**FORM, **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert not ApiToken.objects.exists()


def test_the_api_explains_itself_to_people_without_any_script_of_strangers(browse):
    client = browse(Role.VENDOR_MANAGER)
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    for said in (
        "POST",
        "/api/v1/runs/batch",
        "runs:start",
        "Idempotency-Key",
        "claimed_currency",
        "too_many_requests",
    ):
        assert said in answer.text, said
    assert "https://" not in answer.text.replace("https://only", "")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "/api/docs/" in client.get("/tokens/").text
