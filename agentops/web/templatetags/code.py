"""JSON as a person reads it: indented, keys and strings told apart, hidden characters written out."""

import json
from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agentops.web.formatting import visible

register = template.Library()
LONGEST = 200_000  # characters of one value on a page; the export has the whole


@register.filter
def json_code(value: Any) -> SafeString:
    """For a `<pre class="code">`: every piece is escaped, whatever it holds."""
    return format_html_join("", "{}", ((piece,) for piece in _cut(_written(value, 0))))


@register.filter
def json_line(value: Any) -> str:
    """One line for a copy button."""
    return json.dumps(value, default=str)  # ASCII only: what is hidden stays visible as an escape


def _written(value: Any, depth: int) -> Iterator[SafeString | str]:
    if isinstance(value, dict) and value:
        yield from _block("{", "}", [(_key(key), item) for key, item in value.items()], depth)
    elif isinstance(value, list | tuple) and value:
        yield from _block("[", "]", [("", item) for item in value], depth)
    elif isinstance(value, str):
        yield format_html("<i>{}</i>", visible(json.dumps(value, ensure_ascii=False)))
    else:
        yield visible(json.dumps(value, ensure_ascii=False, default=str))


def _block(opening: str, closing: str, items: list[tuple[Any, Any]], depth: int) -> Iterator[SafeString | str]:
    inner = "\n" + "  " * (depth + 1)
    yield opening
    for at, (name, item) in enumerate(items):
        yield "," + inner if at else inner
        yield name
        yield from _written(item, depth + 1)
    yield "\n" + "  " * depth + closing


def _key(key: Any) -> SafeString:
    return format_html("<b>{}</b>: ", visible(json.dumps(str(key), ensure_ascii=False)))


def _cut(pieces: Iterator[SafeString | str]) -> Iterator[SafeString | str]:
    room = LONGEST
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            yield "\n… cut here; the export has the whole"
            return
        yield piece
