"""Two readings of one document in one: what only the model read is taken with doubt, what differs makes less sure.

That both read the same makes nothing surer: whoever wrote the page wrote it for both. Of two values that differ the
rules' stands, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from ..evidence import LABELS
from ..lessons.applying import contradicts, findings_anew
from ..names import fold
from ..numbers import account_key, number_key, vat_key
from ..reading import Finding, Found, Reading
from ..reading.model import AMOUNTS, DATES

DISAGREED = 0.5  # how sure at most a value is that two readings give differently
ALONE, DIFFERS, REFUSED = "read_by_model", "methods_disagree", "model_refused"
KEYS: Mapping[str, Callable[[str], str]] = {
    "supplier_name": fold,
    "supplier_vat_id": vat_key,
    "iban": account_key,
    "invoice_number": number_key,
    "order_reference": number_key,
}


def laid_over(
    reading: Reading, told: Mapping[str, Found], refused: Collection[str], given: Collection[str] = ()
) -> Reading:
    """The rules' reading with the model's laid over it; `given` are a person's values, which stand."""
    asked = {name: one for name, one in told.items() if name not in given}
    differing = {name: one for name, one in asked.items() if reading[name] and not _same(name, reading[name], one)}
    taken = _taken(reading, {name: one for name, one in asked.items() if not reading[name]})
    fields = {**reading.fields, **taken}
    doubted = {name: replace(fields[name], confidence=min(fields[name].confidence, DISAGREED)) for name in differing}
    findings = (*findings_anew(reading, fields, list(taken)), *_findings(reading, taken, differing, refused))
    return replace(reading, fields={**fields, **doubted}, findings=findings)


def _taken(reading: Reading, missing: Mapping[str, Found]) -> dict[str, Found]:
    """What the rules did not find, without the amounts or dates that contradict the others."""
    taken = {name: one for name, one in missing.items() if name not in (*AMOUNTS, *DATES)}
    for group in (AMOUNTS, DATES):
        some = {name: missing[name] for name in group if name in missing}
        if some and not contradicts({**reading.fields, **some}, reading.fields, reading):
            taken |= some
    return taken


def _same(name: str, one: Found, other: Found) -> bool:
    key = KEYS.get(name, str)
    return key(one.value or "") == key(other.value or "")


def _findings(
    reading: Reading, taken: Mapping[str, Found], differing: Mapping[str, Found], refused: Collection[str]
) -> Iterator[Finding]:
    for name, found in taken.items():
        told = f"Read by a model alone. {LABELS[name]}: the rules found none. Compare it with the page."
        yield Finding(ALONE, told, name, found.source)
    for name, other in differing.items():
        read = f"the rules read {reading[name].value}, a model {other.value}; both stand on the page."
        yield Finding(DIFFERS, f"Two readings differ. {LABELS[name]}: {read}", name, other.source)
    if refused:
        names = ", ".join(LABELS[name] for name in refused)
        yield Finding(REFUSED, f"A model's words are not on the page. They were left out, for {names}.")
