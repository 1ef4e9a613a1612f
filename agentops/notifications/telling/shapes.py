"""The body of a channel's message, as Slack's and Teams' incoming webhooks take it.

Text that is not ours stands where neither understands markup: in Slack's `plain_text`, in a `TextRun` of an Adaptive
Card. The only markup is one link, to a page that asks who you are. No buttons: after a decision none could be live.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentops.notifications.models import Shape
from agentops.notifications.telling.lines import Line
from agentops.notifications.telling.quoting import harmless

CARD = "application/vnd.microsoft.card.adaptive"
OPEN = "Look at it"


def body_of(shape: str, told: Line, *, shows_amount: bool) -> dict[str, Any]:
    """What is posted."""
    return _SHAPES[Shape(shape)](told, _details(told, shows_amount))


def _details(told: Line, shows_amount: bool) -> list[str]:
    facts = [f"{word}: {value}" for word, value in told.facts]
    if shows_amount and told.amount:
        facts.append(f"Amount: {told.amount}")
    return [*facts, *([told.sentence] if told.sentence else [])]


def _slack(told: Line, details: list[str]) -> dict[str, Any]:
    headline = _for_slack(told.headline)
    blocks = [_plain("\n".join([headline, *map(_for_slack, details)]))]
    if told.url:
        # `verbatim`: nothing else in it is turned into a link or a mention.
        link = {"type": "mrkdwn", "verbatim": True, "text": f"<{told.url}|{OPEN}>"}
        blocks.append({"type": "section", "text": link})
    return {"text": headline, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "emoji": False, "text": text}}


def _for_slack(text: str) -> str:
    """Slack's three signs written as it wants them; what could begin a mention is gone already (`harmless`)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(told: Line, details: list[str]) -> dict[str, Any]:
    body: list[dict[str, Any]] = [_run(told.headline, weight="Bolder"), *map(_run, details)]
    if told.url:
        body.append({"type": "TextBlock", "wrap": True, "text": f"[{OPEN}]({told.url})"})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": harmless(told.headline),
        "body": body,
    }
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def _run(text: str, **look: str) -> dict[str, Any]:
    """Of all texts on a card, a run is the one in which markup is not understood."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


_SHAPES: dict[Shape, Callable[[Line, list[str]], dict[str, Any]]] = {Shape.SLACK: _slack, Shape.TEAMS: _teams}
