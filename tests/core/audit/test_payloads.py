"""Personal data lives apart, encrypted; it can be erased, and the proof stands."""

import hashlib

import pytest
from django.db import IntegrityError

from agentops.core.audit import payloads
from agentops.core.audit.models import AuditKey, AuditPayload
from agentops.core.audit.queries import payload_names, stream_of
from agentops.core.audit.trail import Actor
from agentops.core.audit.verify import verify
from agentops.core.hashing import canonical_json

ADA = {"name": "Ada Lovelace", "account": "DE89370400440532013000", "score": 0.5}
SYSTEM = Actor.system("test")


@pytest.fixture
def keep(happened):
    def write(payload=ADA, subject="person:1", stream="user:1", name="payload") -> int:
        kept = payloads.commit(payload)
        seq = happened(stream, commits={name: kept.hex})
        payloads.store(stream, seq, subject, kept, name=name)
        return seq

    return write


def test_a_commitment_is_a_salted_hash():
    kept = payloads.commit({"b": 1, "a": 2})
    assert kept.hex == hashlib.sha256(kept.salt + canonical_json({"a": 2, "b": 1})).hexdigest()
    assert len(kept.salt) == 32
    assert payloads.commit({"b": 1, "a": 2}).hex != kept.hex


def test_a_payload_is_read_as_it_was_kept(keep):
    assert payloads.read("user:1", keep()) == {**ADA, "score": "0.5"}
    assert payload_names("user:1", 1) == {"payload": True}
    assert verify().payloads == 1


def test_nothing_of_it_lies_open(keep):
    keep()
    row = AuditPayload.objects.get()
    assert b"Ada" not in bytes(row.ciphertext)
    assert "Ada" not in str(stream_of("user:1"))


def test_a_subject_has_one_key_and_another_subject_another(keep):
    for subject in ("person:1", "person:1", "person:2"):
        keep(subject=subject)
    assert sorted(AuditKey.objects.values_list("subject", flat=True)) == ["person:1", "person:2"]
    wrapped = {bytes(key.wrapped_key) for key in AuditKey.objects.all()}
    assert len(wrapped) == 2


def test_an_entry_may_have_several_payloads(happened):
    kept = {name: payloads.commit(name) for name in ("input", "answer")}
    seq = happened(commits={name: one.hex for name, one in kept.items()})
    for name, one in kept.items():
        payloads.store("user:1", seq, "person:1", one, name=name)
    assert [payloads.read("user:1", seq, name=name) for name in kept] == ["input", "answer"]
    with pytest.raises(IntegrityError, match="audit_payload_pkey"):
        payloads.store("user:1", seq, "person:1", kept["input"], name="input")


def test_erasing_a_subject_leaves_the_proof_green_and_the_payload_unreadable(keep):
    mine, other = keep(), keep(subject="person:2")
    assert payloads.destroy_key("person:1", by=SYSTEM, reason="asked_for")
    with pytest.raises(payloads.PayloadErased):
        payloads.read("user:1", mine)
    assert payloads.read("user:1", other)["name"] == "Ada Lovelace"
    report = verify()
    assert (report.ok, report.erased, report.payloads) == (True, 1, 2)
    assert payload_names("user:1", mine) == {"payload": False}


def test_erasing_is_itself_an_entry(keep):
    keep()
    payloads.destroy_key("person:1", by=SYSTEM, reason="asked_for")
    (line,) = stream_of("erasure")
    assert (line.action, line.event["object"]["id"], line.event["reason_code"]) == (
        "payload.erased",
        "person:1",
        "asked_for",
    )


def test_erasing_nothing_says_so_and_writes_nothing(db):
    assert not payloads.destroy_key("person:9", by=SYSTEM, reason="asked_for")
    assert stream_of("erasure") == []


def test_after_an_erasure_the_subject_gets_a_new_key(keep):
    old = keep()
    payloads.destroy_key("person:1", by=SYSTEM, reason="asked_for")
    new = keep()
    assert payloads.read("user:1", new)["name"] == "Ada Lovelace"
    with pytest.raises(payloads.PayloadErased):
        payloads.read("user:1", old)
    assert verify().ok


def test_a_payload_that_was_never_kept_is_missing(happened):
    with pytest.raises(payloads.PayloadMissing):
        payloads.read("user:1", happened())


def test_without_the_master_key_nothing_is_read(keep, settings):
    seq = keep()
    payloads._keys.clear()
    settings.PAYLOAD_KEY = b"another" * 8
    with pytest.raises(payloads.PayloadDamaged, match="PAYLOAD_KEY"):
        payloads.read("user:1", seq)
    assert verify().first_bad.code == "payload"


def test_a_payload_belongs_to_its_stream_and_its_name():
    key, kept = b"k" * 32, payloads.commit(ADA)
    sealed = payloads.encrypt(key, "user:1", "payload", kept)
    assert payloads.decrypt(key, "user:1", "payload", sealed) == kept
    for stream, name in (("user:2", "payload"), ("user:1", "other")):
        with pytest.raises(payloads.PayloadDamaged):
            payloads.decrypt(key, stream, name, sealed)
