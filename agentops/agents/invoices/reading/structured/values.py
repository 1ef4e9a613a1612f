"""Take one value out of an XML tree, with the path it came from."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ..figures import plain
from ..model import Found, Source
from .paths import Paths

YEARS = range(1900, 2200)  # in which an invoice may be dated or due


@lru_cache(maxsize=512)
def _query(path: str) -> str:
    return "/".join(step if step == "." else f"{{*}}{step}" for step in path.split("/"))


def nodes(base: Any, paths: Paths) -> list[Any]:
    """All elements at the first of `paths` that has any."""
    for path in paths:
        found = base.findall(_query(path))
        if found:
            return list(found)
    return []


def text(base: Any, paths: Paths) -> Found:
    """The first non-empty text at `paths`; a last step `@name` reads an attribute."""
    for path in paths:
        path, _, attribute = path.partition("/@")
        for node in base.findall(_query(path)):
            value = " ".join((node.get(attribute) if attribute else node.text or "").split())
            if value:
                return exact(node, value)
    return Found.nothing("not in the XML")


def exact(node: Any, value: str) -> Found:
    """A value read from `node`: exact, because nothing was guessed."""
    return Found(value[:2000], 1.0, Source("xml", words=value[:200], path=where(node)))


def where(node: Any) -> str:
    """A readable path: names without namespaces, with a number where there are several."""
    steps = []
    while (parent := node.getparent()) is not None:
        steps.append(_steps_below(parent)[node])
        node = parent
    return "/" + "/".join(reversed([*steps, _local(node)]))


@lru_cache(maxsize=64)  # else each of thousands of lines would be counted among all the others for every value
def _steps_below(parent: Any) -> dict[Any, str]:
    counts = Counter(child.tag for child in parent)
    seen: Counter[Any] = Counter()
    steps = {}
    for child in parent:
        seen[child.tag] += 1
        steps[child] = f"{_local(child)}[{seen[child.tag]}]" if counts[child.tag] > 1 else _local(child)
    return steps


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def number(base: Any, paths: Paths, places: int = 2, currency: str | None = None) -> Found:
    """A decimal; among several the one in `currency`, as a tax may be stated in a second one."""
    for path in paths:
        candidates = [node for node in base.findall(_query(path)) if (node.text or "").strip()]
        candidates.sort(key=lambda node: currency is not None and node.get("currencyID", currency) != currency)
        for node in candidates:
            value = decimal(node.text)
            return (
                Found.nothing(f"not a number: {node.text.strip()[:40]}")
                if value is None
                else exact(node, plain(value, places))
            )
    return Found.nothing("not in the XML")


def decimal(raw: str | None) -> Decimal | None:
    try:
        value = Decimal((raw or "").strip())
    except InvalidOperation:
        return None
    # Decimal also takes `1e999999`, which would be printed with as many zeros.
    return value if value.is_finite() and abs(value) < Decimal(10) ** 15 else None


def day(base: Any, paths: Paths) -> Found:
    """A date in ISO form or in CII's format 102."""
    found = text(base, paths)
    if found.value is None:
        return found
    parsed = parse_day(found.value)
    if parsed is None:
        return Found.nothing(f"not a date: {found.value[:40]}")
    return Found(parsed.isoformat(), found.confidence, found.source)


def parse_day(raw: str) -> date | None:
    compact = raw.strip()[:10].replace("-", "")[:8]
    try:
        day = datetime.strptime(compact, "%Y%m%d").date() if len(compact) == 8 else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None
