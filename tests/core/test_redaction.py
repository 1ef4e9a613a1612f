"""Secrets never reach a page, a log or a trace; account and card numbers keep four digits."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.core.redaction import HIDDEN, RedactingFilter, redact, redact_event


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "apiKey",
        "api_key",
        "API-KEY",
        "X-Api-Key",
        "client_secret",
        "access_token",
        "Authorization",
        "Set-Cookie",
        "secretKey",
        "db_password",
        "credentials",
        "token",
        "password_hash",
        "private_key",
        "AUDIT_MAC_KEY",
        "sessionId",
    ],
)
def test_a_field_named_like_a_secret_is_hidden_wholly(name):
    assert redact({name: "anything"}) == {name: HIDDEN}
    assert redact({"deep": [{name: {"even": "this"}}]}) == {"deep": [{name: HIDDEN}]}


@pytest.mark.parametrize(
    "name",
    [
        "tokens",
        "tokens_in",
        "tokenizer",
        "effect_key",
        "key",
        "passed",
        "business_key",
        "number_key",
        "secretary",
        "author",
    ],
)
def test_a_field_that_only_sounds_alike_is_shown(name):
    assert redact({name: "shown"}) == {name: "shown"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("use sk-ant-api03-abcdefghijklmnopqrstuvwx now", f"use {HIDDEN} now"),
        ("AKIAIOSFODNN7EXAMPLE", HIDDEN),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", HIDDEN),
        ("Authorization: Bearer abc.def-123", f"Authorization: Bearer {HIDDEN}"),
        ("password=hunter22&x=1", f"password={HIDDEN}&x=1"),
        ('{"api_key": "abcd1234"}', '{"api_key": "' + HIDDEN + '"}'),
        ("postgres://app:pw@db/x", f"postgres://app:{HIDDEN}@db/x"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", HIDDEN),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", HIDDEN),
        ("4111 1111 1111 1111", "**** 1111"),
        ("card 5500-0000-0000-0004.", "card **** 0004."),
        ("DE89370400440532013000", "DE** **** 3000"),
        ("to NL91 ABNA 0417 1643 00 by Friday", "to NL** **** 4300 by Friday"),
        ("de89 3704 0044 0532 0130 00", "de** **** 3000"),
    ],
)
def test_secrets_cards_and_accounts_in_a_text_are_masked(text, shown):
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 2026-0042 of 1,234.50 EUR",
        "4006381333931",
        "PO20261234567890",
        "0123456789abcdef" * 4,
        "1234567890123456",
        "01a1f7ae-b63b-73f8-9e3d-9dc8cf9d05a4",
        "the secret is patience",
        "DE123456789",
    ],
)
def test_ordinary_numbers_and_words_are_left_alone(text):
    assert redact(text) == text


def test_a_card_number_given_as_a_number_is_masked():
    assert redact([4111111111111111, 4111111111111112, 7]) == ["**** 1111", 4111111111111112, 7]


def test_canaries_of_the_setting_are_hidden(settings):
    settings.REDACTION_CANARIES = ["CANARY-7f3a"]
    assert redact("x CANARY-7f3a y") == f"x {HIDDEN} y"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
        lambda i: st.lists(i) | st.dictionaries(st.text(), i) | st.tuples(i),
    )
)
def test_redacting_keeps_the_shape_and_twice_is_once(value):
    once = redact(value)
    assert redact(once) == once
    if isinstance(value, list | tuple | dict):
        assert type(once) is type(value)
        assert len(once) == len(value)


@pytest.mark.parametrize("number", ["DE89370400440532013000", "GB29NWBK60161331926819", "4111111111111111"])
@given(before=st.text(" abc,;:()", max_size=9), after=st.text(" ,;:()", max_size=9))
def test_a_number_is_masked_wherever_it_stands(number, before, after):
    assert number not in redact(f"{before} {number}{after}")


def test_log_records_are_redacted_with_their_arguments_and_extra_fields():
    record = logging.makeLogRecord(
        {"msg": "paid to %s", "args": ("DE89370400440532013000",), "password": "x", "run": "r1"}
    )
    assert RedactingFilter().filter(record)
    assert (record.getMessage(), record.password, record.run) == ("paid to DE** **** 3000", HIDDEN, "r1")


def test_structured_log_lines_are_redacted():
    assert redact_event(None, "info", {"event": "x", "token": "y"}) == {"event": "x", "token": HIDDEN}


def test_the_secrets_this_program_makes_itself_are_known_by_how_they_begin():
    from agentops.core.tokens.services import BEGINS
    from agentops.webhooks.services.recording import new_secret

    for secret in (new_secret(), BEGINS + "x" * 43):
        assert redact({"said": f"it was {secret}, I think"}) == {"said": f"it was {HIDDEN}, I think"}
