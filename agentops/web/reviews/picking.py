"""Where on the page somebody took a value from, as the viewer posts it beside the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIX = "picked."
MOST = 40


def places_in(form: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Page and box of each value that was picked, by the name of its input; what is no place is left out."""
    found: dict[str, dict[str, Any]] = {}
    for name in list(form)[:2000]:
        place = _place(str(form[name])) if name.startswith(PREFIX) else None
        if place and len(found) < MOST:
            found[name.removeprefix(PREFIX)[:80]] = place
    return found


def below(places: Mapping[str, Mapping[str, Any]], prefix: str) -> dict[str, Mapping[str, Any]]:
    """Those of the inputs whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): place for name, place in places.items() if name.startswith(prefix)}


def _place(text: str) -> dict[str, Any] | None:
    """`2,0.1,0.2,0.3,0.4`: a page from 1 and four fractions of it."""
    try:
        page, *box = (float(part) for part in text[:120].split(","))
    except ValueError:
        return None
    if len(box) != 4 or not 1 <= page <= 9999 or any(not 0 <= edge <= 1 for edge in box):
        return None
    return {"page": int(page), "box": [round(edge, 5) for edge in box]}
