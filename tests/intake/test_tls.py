"""A mail server's certificate is always checked, and the password is not said before."""

import datetime as dt
import ipaddress
import socket
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agentops.intake.models import Mailbox
from agentops.intake.part import look_into_mailbox
from tests.intake.conftest import LOGIN, PASSWORD, _until_it_answers


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that its own key signed, and the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(plain[2], plain[1], plain[0]))
    return folder


@pytest.fixture(scope="module")
def tls_server(certificate):
    """The port of an IMAP server that offers STARTTLS with this certificate."""
    pytest.importorskip("pymap", reason="pymap is not installed: pip install -r requirements-dev.txt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--cert", str(certificate / "cert.pem"), "--key", str(certificate / "key.pem")]
    command += ["dict", "--demo-user", LOGIN, "--demo-password", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_it_answers(server, port)
        yield port
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def protected(mailbox, tls_server):
    Mailbox.objects.update(port=tls_server, tls="starttls")
    return Mailbox.objects.get()


def test_a_certificate_nobody_vouches_for_ends_the_conversation(protected):
    look_into_mailbox(protected.pk)
    assert "certificate of 127.0.0.1" in Mailbox.objects.get().error


def test_with_a_certificate_that_is_trusted_the_mailbox_is_read(protected, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    look_into_mailbox(protected.pk)
    after = Mailbox.objects.get()
    assert (after.error, after.failures) == ("", 0)


def test_a_certificate_for_another_name_is_refused(protected, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    Mailbox.objects.update(host="localhost")
    look_into_mailbox(protected.pk)
    assert "certificate of localhost" in Mailbox.objects.get().error
