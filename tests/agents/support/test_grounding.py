"""Every stated fact cites a source that contains it; whatever does not is marked."""

from __future__ import annotations

import pytest

from agentops.agents.support.facts import Source
from agentops.agents.support.grounding import SUPPORTED, UNSOURCED, WEAK, claims_of, for_customer

SOURCES = (
    Source(number=1, kind="order", ref="M-1", title="Order M-1", at="",
           text="Your order M-1 is on its way with parcel number 3SK77. It is expected on 23 November 2026."),
    Source(number=2, kind="article", ref="KB-42", title="KB-42 Refund times", at="2026-05-14",
           text="Card refunds take three to five working days. Ask at help@shop.example."),
)  # fmt: skip


def judged(body: str) -> list[tuple[str, str]]:
    found = claims_of(body, SOURCES, language="en", name="Marco Silva", signature="Customer Service")
    return [(claim.verdict, claim.text) for claim in found]


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Your order M-1 is on its way with parcel number 3SK77 [1].", SUPPORTED),
        ("It is expected on 23 November 2026. [1]", SUPPORTED),
        ("It is expected on 24 November 2026 [1].", WEAK),
        ("Your order M-2 is on its way with parcel number 3SK77 [1].", WEAK),
        ("We refund you 6.90 EUR within three working days [2].", WEAK),
        ("Ask at evil@elsewhere.example [2].", WEAK),
        ("Your order is on its way [9].", UNSOURCED),
        ("We will send you a new lamp for free tomorrow morning.", UNSOURCED),
        ("Call +351 999 000.", UNSOURCED),
        ("You will get everything you ever wanted, the moon and the stars as well [1].", WEAK),
    ],
)
def test_a_sentence_is_held_to_its_source(sentence, verdict):
    assert [found for found, _ in judged(sentence)] == [verdict]


def test_courtesies_are_no_claims():
    body = "Hello Marco Silva,\n\nThank you for your message.\n\nSo sorry!\n\nKind regards\nCustomer Service"
    assert judged(body) == []


def test_the_numbers_of_sources_are_not_sent():
    assert for_customer("It is on its way [1]. Soon [1] [2].") == "It is on its way. Soon."
