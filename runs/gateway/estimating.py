"""How many tokens a request takes at most, before anybody has counted: what is reserved for it."""

from __future__ import annotations

import math

import orjson

from runs.gateway.messages import Data, Document, Opaque, Request, Returned, Wanted, Words

# Text of European languages has three to four bytes a token; the tokenizers of 2026 cut finer than those before.
BYTES_PER_TOKEN = 2.5
PER_MESSAGE, PER_REQUEST, FOR_TOOLS = 10, 50, 500
PER_PAGE, PER_IMAGE = 5000, 5000  # of a PDF: its text and its picture


def tokens_in(request: Request) -> int:
    """Tokens of the question: more than it will be, unless its text is very strange."""
    sized = sum(_bytes(part) for part in (*request.system, *request.parts()))
    sized += sum(len(orjson.dumps([tool.name, tool.description, tool.takes])) for tool in request.tools)
    sized += len(orjson.dumps(request.output)) if request.output else 0
    whole = PER_REQUEST + PER_MESSAGE * len(request.messages) + (FOR_TOOLS if request.tools else 0)
    pages = sum(_page_tokens(part) for part in request.parts() if isinstance(part, Document))
    return whole + pages + math.ceil(sized / BYTES_PER_TOKEN)


def _bytes(part: object) -> int:
    if isinstance(part, Words | Data | Returned):
        return len(part.text.encode())
    if isinstance(part, Wanted):
        return len(orjson.dumps(part.args)) + len(part.tool)
    return len(orjson.dumps(part.body)) if isinstance(part, Opaque) else 0


def _page_tokens(document: Document) -> int:
    return PER_PAGE * document.pages if document.media_type == "application/pdf" else PER_IMAGE
