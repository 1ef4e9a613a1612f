"""Files are kept once, whole, and never believed unread."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from agentops.core import blobs
from agentops.core.models import Blob

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BLOB_DIR = tmp_path / "blobs"
    return settings.BLOB_DIR


@given(data=st.binary())
@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_what_was_put_is_read(folder, data):
    assert blobs.read(blobs.put(data, "application/pdf").sha256) == data


def test_the_same_bytes_are_kept_once_and_nothing_else_is_left_behind(folder):
    first, second = blobs.put(b"invoice", "application/pdf"), blobs.put(b"invoice", "text/plain")
    assert first == second
    assert (Blob.objects.count(), second.size, second.media_type) == (1, 7, "application/pdf")
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [first.sha256]


def test_a_file_lies_in_a_folder_of_a_folder():
    name = "ab" + "cd" + "0" * 60
    assert blobs.path(name).parts[-3:] == ("ab", "cd", name)


@pytest.mark.parametrize("damage", [b"", b"invoicf", b"invoice and more"])
def test_a_damaged_file_is_not_read_and_putting_it_again_repairs_it(damage):
    name = blobs.put(b"invoice", "application/pdf").sha256
    blobs.path(name).write_bytes(damage)
    with pytest.raises(blobs.BlobDamaged):
        blobs.read(name)
    blobs.put(b"invoice", "application/pdf")
    assert blobs.read(name) == b"invoice"


def test_a_missing_file_is_told_from_an_empty_one():
    assert blobs.read(blobs.put(b"", "text/plain").sha256) == b""
    with pytest.raises(blobs.BlobMissing):
        blobs.read("a" * 64)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "/" * 64, "a" * 62 + "\u0661\u0662"]
)
def test_what_is_no_name_of_a_file_is_no_path(name):
    with pytest.raises(blobs.BlobMissing):
        blobs.read(name)


def test_a_crash_before_the_name_is_given_leaves_no_half_file(folder, monkeypatch):
    monkeypatch.setattr("agentops.core.blobs.folder.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("crash")))
    with pytest.raises(OSError, match="crash"):
        blobs.put(b"invoice", "application/pdf")
    assert not Blob.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]
