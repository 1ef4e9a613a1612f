"""This agent's rules as the policy in force has them; changing one takes two administrators, as every loosening does.

| rule | meaning | where it is not set |
| --- | --- | --- |
| `disclose` | `no`: replies do not say that an AI drafted them | they do |
| `ask_rating` | `no`: replies carry no link for a rating | they do |
| `wait_days` | days an answer is waited for before the ticket is resolved, 1 to 90 | 14 |
| `alone` | categories, with commas, whose replies may go out alone once `send_reply` is granted `auto` | none |
| `alone_modelled` | `yes`: also those that a model drafted | they are reviewed |
| `reply_from` | the address replies come from | `support@` and the host of the public address |
| `signature` | the last line of a reply | Customer Service |
| `collection` | which articles it may cite | `support` |
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from tools_registry.policy import Policy
from tools_registry.queries import current_policy

AGENT = "support"
SOLVED_BY_THE_FIELD = 60  # per cent resolved without escalation, as the field reports


@dataclass(frozen=True)
class Rules:
    """The rules, read."""

    disclose: bool = True
    ask_rating: bool = True
    wait_days: int = 14
    alone: frozenset[str] = frozenset()
    alone_modelled: bool = False
    reply_from: str = ""
    signature: str = "Customer Service"
    collection: str = "support"


def rules() -> Rules:
    """The rules in force."""
    return _of(current_policy())


def _of(policy: Policy) -> Rules:
    return _read(tuple(sorted(policy.rules.get(AGENT, {}).items())), settings.PUBLIC_URL)


@lru_cache(maxsize=16)
def _read(named: tuple[tuple[str, str], ...], public: str) -> Rules:
    said = dict(named)
    days = said.get("wait_days", "")
    return Rules(
        disclose=said.get("disclose") != "no",
        ask_rating=said.get("ask_rating") != "no",
        wait_days=min(90, max(1, int(days))) if days.isdigit() else Rules.wait_days,
        alone=frozenset(part.strip() for part in said.get("alone", "").split(",") if part.strip()),
        alone_modelled=said.get("alone_modelled") == "yes",
        reply_from=said.get("reply_from") or f"support@{urlsplit(public).hostname or 'localhost'}",
        signature=said.get("signature") or Rules.signature,
        collection=said.get("collection") or Rules.collection,
    )
