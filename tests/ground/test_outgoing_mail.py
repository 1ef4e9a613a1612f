"""Outgoing mail goes to files unless a server is named, and never crosses a network unencrypted."""

import pytest

from agentops.env import SettingUnusable
from agentops.outgoing_mail import FOLDER, SERVER, OutgoingMail, outgoing_mail


def test_without_a_server_each_mail_is_a_file():
    assert outgoing_mail("", "") == OutgoingMail(backend=FOLDER)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://post%40house@mail.example", (SERVER, "mail.example", 587, "post@house", "pw", True, False)),
        ("smtps://mail.example:1465", (SERVER, "mail.example", 1465, "", "pw", False, True)),
        ("smtp://localhost:25", (SERVER, "localhost", 25, "", "pw", False, False)),  # leaves this machine nowhere
    ],
)
def test_a_server_is_taken_from_one_address(url, told):
    assert outgoing_mail(url, "pw") == told


@pytest.mark.parametrize("url", ["smtp://", "smtp://a:secret@mail.example", "smtp://mail.example:x", "smtp://m/path"])
def test_an_address_that_is_none_is_refused_without_being_repeated(url):
    with pytest.raises(SettingUnusable) as refusal:
        outgoing_mail(url, "pw")
    assert "secret" not in str(refusal.value)
    assert "mail.example" not in str(refusal.value)
