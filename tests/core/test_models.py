"""What the database refuses of users and files when nobody asked the service."""

import pytest
from django.db import IntegrityError

from agentops.core.models import Blob, User


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "Ada@example.org"}, "user_email_is_written_in_lower_case"),
        ({"kind": "robot"}, "user_kind_is_person_or_service"),
        ({"is_superuser": True}, "user_is_never_a_superuser"),
        ({"kind": "service", "password": "md5$a$b"}, "user_of_a_service_has_no_password"),
    ],
)
def test_a_user_that_must_not_be_is_refused(db, fields, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        User.objects.create(**{"email": "ada@example.org", "name": "Ada", "password": "!", **fields})


@pytest.mark.parametrize("fixture", ["person", "service"])
def test_the_kind_of_a_user_never_changes(request, execute, fixture):
    user = request.getfixturevalue(fixture)
    other = {"person": "service", "service": "person"}[user.kind]
    with pytest.raises(IntegrityError, match="stays one"):
        execute("UPDATE core_user SET kind = %s, password = '!'", other)


def test_a_user_is_found_by_any_spelling_of_the_address(person):
    assert User.objects.get_by_natural_key(" ADA@example.org") == person
    assert (str(person), person.get_short_name(), person.is_staff) == ("Ada Lovelace", "Ada", False)


def test_nobody_is_above_the_roles(db):
    with pytest.raises(ValueError, match="no superusers"):
        User.objects.create_superuser(email="root@example.org", name="Root")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sha256": "z" * 64}, "blob_is_named_by_a_sha256"),
        ({"sha256": "a" * 63}, "blob_is_named_by_a_sha256"),
        ({"size": -1}, "blob_size_is_not_negative"),
    ],
)
def test_a_file_that_cannot_be_is_refused(db, fields, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        Blob.objects.create(**{"sha256": "a" * 64, "size": 1, "media_type": "text/plain", **fields})


def test_a_file_never_changes(db, execute):
    Blob.objects.create(sha256="a" * 64, size=1, media_type="text/plain")
    with pytest.raises(IntegrityError, match="append-only"):
        execute("UPDATE core_blob SET size = 2")
