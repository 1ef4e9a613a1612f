"""The same promises in an S3-compatible storage, against a server that speaks its protocol."""

import socket

import boto3
import pytest
from moto.server import ThreadedMotoServer

from agentops.core import blobs
from agentops.core.models import Blob
from agentops.storage import storage_of_blobs

pytestmark = pytest.mark.django_db
QUICK = {"patience": {"connect_timeout": 1, "read_timeout": 1, "retries": {"max_attempts": 1}}}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://127.0.0.1:{1}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(server, settings):
    """An empty bucket, and the settings that name it."""
    client = boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    client.create_bucket(Bucket="invoices")
    use(settings, server)
    yield client
    for item in client.list_objects_v2(Bucket="invoices").get("Contents", []):
        client.delete_object(Bucket="invoices", Key=item["Key"])
    client.delete_bucket(Bucket="invoices")


def use(settings, endpoint, **more):
    storage = storage_of_blobs("s3://invoices/house/files", endpoint, "us-east-1", "k", "s")
    storage["OPTIONS"] |= more
    settings.STORAGES = {**settings.STORAGES, "blobs": storage}


def keys(client):
    return [item["Key"] for item in client.list_objects_v2(Bucket="invoices").get("Contents", [])]


def test_what_was_put_is_read_and_lies_under_its_hash_below_the_prefix(bucket):
    row = blobs.put(b"invoice", "application/pdf")
    assert blobs.read(row.sha256) == b"invoice"
    assert keys(bucket) == [f"house/files/{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}"]
    assert blobs.read(blobs.put(b"", "text/plain").sha256) == b""


def test_the_same_bytes_twice_are_sent_and_kept_once(bucket):
    first = blobs.put(b"invoice", "application/pdf")
    head = bucket.head_object(Bucket="invoices", Key=keys(bucket)[0])["LastModified"]
    assert blobs.put(b"invoice", "text/plain") == first
    assert bucket.head_object(Bucket="invoices", Key=keys(bucket)[0])["LastModified"] == head
    assert (len(keys(bucket)), Blob.objects.count()) == (1, 1)


@pytest.mark.parametrize("damage", [b"", b"invoicf", b"invoice and more"])
def test_a_damaged_object_is_not_read_and_putting_it_again_repairs_it(bucket, damage):
    name = blobs.put(b"invoice", "application/pdf").sha256
    bucket.put_object(Bucket="invoices", Key=keys(bucket)[0], Body=damage)
    with pytest.raises(blobs.BlobDamaged):
        blobs.read(name)
    blobs.put(b"invoice", "application/pdf")
    assert blobs.read(name) == b"invoice"


def test_a_missing_object_is_missing_and_not_the_storage_away(bucket):
    with pytest.raises(blobs.BlobMissing, match="not among the stored files"):
        blobs.read("a" * 64)
    with pytest.raises(NotImplementedError):
        blobs.path("a" * 64)


def test_a_storage_that_is_not_there_is_told_and_leaves_no_row(bucket, settings):
    use(settings, "http://127.0.0.1:9", **QUICK)
    with pytest.raises(blobs.BlobsUnavailable, match="does not answer"):
        blobs.put(b"invoice", "application/pdf")
    assert not Blob.objects.exists()
    with pytest.raises(blobs.BlobsUnavailable):
        blobs.read("a" * 64)


def test_a_storage_that_never_answers_is_given_up(bucket, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(settings, "http://127.0.0.1:{1}".format(*silent.getsockname()), **QUICK)
        with pytest.raises(blobs.BlobsUnavailable, match="ReadTimeout"):
            blobs.read("a" * 64)


def test_a_bucket_that_is_not_ours_is_told(bucket, settings):
    storage = storage_of_blobs("s3://somebody-elses", bucket.meta.endpoint_url, "us-east-1", "k", "s")
    settings.STORAGES = {**settings.STORAGES, "blobs": storage}
    with pytest.raises(blobs.BlobsUnavailable, match="NoSuchBucket"):
        blobs.put(b"invoice", "application/pdf")
    assert not Blob.objects.exists()
