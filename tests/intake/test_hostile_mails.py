"""Mails built to hurt whoever takes them apart: each ends as a code, quickly, and never as a crash."""

import random
import time

import pytest

from agentops.intake.mail import caps
from agentops.intake.mail.caps import MailRefused
from agentops.intake.mail.headers import envelope
from agentops.intake.mail.parse import headers_of, parse
from agentops.intake.mail.parts import attachments

MULTI = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
LEAF = b"--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n"


def nested(depth):
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "mail_empty"),
        (b" \r\n \r\n", "mail_empty"),
        (MULTI + LEAF * 10_000, "mail_too_many_parts"),
        (nested(5_000), "mail_too_many_parts"),
        (b"Content-Type: message/rfc822\r\n\r\n" * 3_000, "mail_too_many_parts"),
        (b"Subject: " + b"x" * 5_000_000 + b"\r\n\r\nhi", "mail_header_too_large"),
        (b"Subject: x\r\n" + b" folded\r\n" * 50_000 + b"\r\nhi", "mail_header_too_large"),
        (b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nhi", "mail_header_too_large"),
        (b"Content-Type: text/plain; x=" + b'";' * 9_000 + b"\r\n\r\nhi", "mail_header_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_over_a_cap_is_refused_with_its_code(raw, code):
    with pytest.raises(MailRefused) as refusal:
        parse(raw)
    assert refusal.value.code == code


def test_a_mail_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(caps, "SECONDS", 0.0)
    with pytest.raises(MailRefused, match="takes too long"):
        parse(nested(100) + b"a\n" * 100_000)


def test_ten_thousand_parts_and_five_thousand_nestings_cost_little():
    began = time.process_time()
    for raw in (MULTI + LEAF * 10_000, nested(5_000)):
        with pytest.raises(MailRefused):
            parse(raw)
    assert time.process_time() - began < 5


def test_whatever_the_bytes_are_there_is_a_tree_or_a_refusal():
    """Three thousand mails with a few bytes changed at random."""
    whole = (
        b"From: =?utf-8?q?a?= <a@b.test>\r\nSubject: =?x?b?////?=\r\nMIME-Version: 1.0\r\n" + MULTI
        + b"--b\r\nContent-Type: image/png; name*0=a; name*1=b\r\nContent-ID: <x>\r\n\r\nhello\r\n"
        + b"--b\r\nContent-Disposition: attachment; filename*=utf-8''a%ff.pdf\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--"
    )  # fmt: skip
    seed = random.Random(20)
    for _ in range(3_000):
        raw = bytearray(whole)
        for _ in range(seed.randint(1, 9)):
            raw[seed.randrange(len(raw))] = seed.randrange(256)
        said = envelope(headers_of(bytes(raw)))
        assert (said.sender + said.subject + said.message_id).isprintable()
        try:
            found = list(attachments(parse(bytes(raw))))
        except MailRefused:
            continue
        assert all(isinstance(one.data, bytes) and one.name.isprintable() for one in found)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Sales <Sales@Vendor.test>", "sales@vendor.test"),
        ("a@b.test, c@d.test", ""),
        ('"boss@office.test" <evil@vendor.test>', "evil@vendor.test"),
        ("boss@office.test <evil@vendor.test>", ""),
        ("Sales", ""),
        ("", ""),
        ("a@b.test\r\nBcc: everybody@vendor.test", "a@b.test"),
    ],
)
def test_the_sender_is_the_only_address_or_nobody(header, address):
    assert envelope(headers_of(f"From: {header}\r\n\r\n".encode())).address == address


def test_two_from_headers_are_nobodys():
    assert envelope(headers_of(b"From: a@b.test\r\nFrom: c@d.test\r\n\r\n")).address == ""


def test_only_what_looks_like_a_document_is_one():
    raw = (
        MULTI + b"--b\r\nContent-Type: text/plain\r\n\r\nDear all\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Dear all</p>\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n\r\n" + b"x" * 100_000 + b"\r\n"
        b"--b\r\nContent-Type: image/jpeg; name=page.jpg\r\nContent-ID: <page>\r\n\r\n" + b"x" * 200_000 + b"\r\n"
        b"--b\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nabc\r\n"
        b"--b\r\nContent-Type: text/xml; name=factur-x.xml\r\n\r\n<a/>\r\n--b--"
    )  # fmt: skip
    found = [(one.name, one.ignored and one.ignored[0]) for one in attachments(parse(raw))]
    assert found == [
        ("attachment-3.png", "inline_image"), ("page.jpg", None), ("smime.p7s", "not_a_document"),
        ("factur-x.xml", None),
    ]  # fmt: skip
