"""Lay what lessons led to over a reading; whatever then contradicts the document's own arithmetic or dates loses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..reading import Finding, Found, Reading, Source
from ..reading.figures import Figures, judge
from ..reading.findings import dates_in_order, missing_fields
from ..reading.model import AMOUNTS, DATES
from .noted import Led

METHOD = "lesson"
UNCONFIRMED, CONFIRMED = 0.55, 0.93  # how sure at most a value is that a lesson led to
JUDGED = frozenset({"missing_field", "totals_inconsistent", "negative_total", "due_before_issue", "low_quality"})


def with_lessons(
    reading: Reading, led: Mapping[str, Led], confirmed: Collection[str]
) -> tuple[Reading, dict[str, str]]:
    """The reading with what lessons say in place of what was read, and which lesson each such value is from.

    A lesson that leads to what was read anyway changes nothing. `confirmed` are the lessons that people saw right
    often enough.
    """
    values = {name: _found(one, one.id in confirmed) for name, one in led.items() if reading[name].value != one.value}
    fields = dict(reading.fields)
    for names in (AMOUNTS, DATES):
        told = {name: values[name] for name in names if name in values}
        if told and not contradicts({**fields, **told}, fields, reading):
            fields |= told
    fields |= {name: one for name, one in values.items() if name not in (*AMOUNTS, *DATES)}
    used = {name: led[name].id for name, one in fields.items() if name in values and one is values[name]}
    return (
        (replace(reading, fields=fields, findings=findings_anew(reading, fields, used)), used)
        if used
        else (reading, {})
    )


def _found(one: Led, is_confirmed: bool) -> Found:
    source = Source(METHOD, one.source.page, one.source.box, one.source.words)
    return Found(one.value, CONFIRMED if is_confirmed else UNCONFIRMED, source)


def contradicts(after: Mapping[str, Found], before: Mapping[str, Found], reading: Reading) -> bool:
    """Is something wrong with the figures or dates that was not wrong in just this way before?"""
    known = {one.sentence for one in _wrong(before, reading)}
    return any(one.sentence not in known for one in _wrong(after, reading))


def _wrong(fields: Mapping[str, Found], reading: Reading) -> list[Finding]:
    figures = [one for one in judge(fields, reading.lines, Figures()) if one.field in AMOUNTS]
    return [*figures, *dates_in_order(fields)]


def findings_anew(reading: Reading, fields: Mapping[str, Found], used: Collection[str]) -> tuple[Finding, ...]:
    """The findings as they are of the new values; what was said about an old one is not said any more."""
    sums = set(AMOUNTS) if set(used) & set(AMOUNTS) else set()
    replaced = sums | set(used) | (set(DATES) if set(used) & set(DATES) else set())
    kept = [one for one in reading.findings if one.code not in JUDGED or one.field not in replaced]
    fresh = [*missing_fields(fields), *(_wrong(fields, reading) if replaced & {*AMOUNTS, *DATES} else ())]
    known = {(one.code, one.field) for one in kept}
    return (*kept, *(one for one in fresh if (one.code, one.field) not in known))
