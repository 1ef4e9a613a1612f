"""Where the next page of a list begins: opaque to clients, the key of the last line to us."""

from __future__ import annotations

import base64
import binascii

from agentops.api.problems import Problem


def sealed(kind: str, place: int) -> str:
    """The cursor that goes on after `place` in a list of this kind."""
    return base64.urlsafe_b64encode(f"{kind}.{place}".encode()).decode().rstrip("=")


def opened(kind: str, cursor: str | None) -> int | None:
    """The place a cursor names, None for the first page; raises `Problem` for one that was never given."""
    if not cursor:
        return None
    try:
        named, _, place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(".")
    except (binascii.Error, UnicodeError, ValueError):
        named, place = "", ""
    if named != kind or not place.isdigit() or len(place) > 18:
        raise Problem(422, "This cursor was never given. Begin again without one.", code="bad_cursor")
    return int(place)
