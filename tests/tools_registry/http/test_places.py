"""Where tools may call, and every way in that is refused."""

import socket

import pytest

from tools_registry.http.places import Places, is_public, place_of
from tools_registry.results import ToolRefused

PLACES = Places(["api.bank.example", "erp.example:8443", "http://10.0.0.5:8080"])


@pytest.mark.parametrize(
    "url",
    [
        "https://api.bank.example/pay",
        "https://API.Bank.Example:443/",
        "https://erp.example:8443/x",
        "http://10.0.0.5:8080/",
    ],
)
def test_named_places_may_be_called(url):
    assert PLACES.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.bank.example/",
        "https://api.bank.example:8443/",
        "https://api.bank.example.evil.example/",
        "https://evil.example/?https://api.bank.example",
        "https://api.bank.example@evil.example/",
        "https://user:secret@api.bank.example/",
        "http://10.0.0.5/",
        "https://10.0.0.5:8080/",
        "http://10.0.0.6:8080/",
        "http://0x0a000005:8080/",
        "http://167772165:8080/",
        "http://127.0.0.1/",
        "ftp://api.bank.example/",
        "file:///etc/passwd",
        "//api.bank.example/",
        "https://",
        "https://api.bank.example:99999/",
        "https://[::1",
        "",
    ],
)
def test_everything_else_is_refused(url):
    with pytest.raises(ToolRefused, match=r"may not call|not an address"):
        PLACES.check(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_outside_is(address):
    assert is_public(address)


def resolves_to(monkeypatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)


def test_a_name_that_leads_inside_is_refused(monkeypatch):
    place = place_of("https://api.bank.example/")
    resolves_to(monkeypatch, "8.8.8.8")
    assert PLACES.addresses(place) == ["8.8.8.8"]
    resolves_to(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(ToolRefused, match="inside the house"):
        PLACES.addresses(place)


def test_an_origin_that_an_operator_spelled_out_may_be_inside(monkeypatch):
    resolves_to(monkeypatch, "10.0.0.5")
    assert PLACES.addresses(place_of("http://10.0.0.5:8080/")) == ["10.0.0.5"]
