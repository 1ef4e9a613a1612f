"""Who sent this invoice: found by several signs that agree, never by a name that other signs contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from .apart import apart
from .facts import Fact, VendorFacts
from .names import core, fold, is_disguised, resembles, skeleton
from .numbers import account_key, vat_key

Verdict = Literal["found", "unknown", "lookalike", "ambiguous", "own_company", "contradicted", "inactive", "missing"]
CODES = {
    "unknown": "vendor_unknown",
    "lookalike": "vendor_lookalike",
    "ambiguous": "vendor_ambiguous",
    "own_company": "own_company_supplier",
    "contradicted": "vat_id_mismatch",
    "inactive": "vendor_inactive",
    "missing": "missing_field",
}


class Signs(Fact):
    """What a document, and the order it names, say about its sender."""

    name: str | None = None
    vat_id: str | None = None
    account: str | None = None
    order_vendor: str | None = None


class VendorMatch(Fact):
    """Who it is and by which signs; or why nobody, with the vendor it resembles."""

    verdict: Verdict
    vendor: VendorFacts | None = None
    found_by: tuple[str, ...] = ()
    resembles: str | None = None
    sentence: str = ""
    note: str = ""

    @property
    def code(self) -> str | None:
        """The reason code; None when the vendor is found."""
        return CODES.get(self.verdict)


def find_vendor(
    signs: Signs,
    candidates: Sequence[VendorFacts],
    our_names: Iterable[str] = (),
    everyone: Callable[[], Iterable[tuple[str, str]]] = lambda: (),
) -> VendorMatch:
    """Judge `candidates` (vendors that share the name, VAT id, account or order); `everyone` gives (key, name) of
    all vendors, and is only asked when no name matches."""
    if signs.name and any(_is_us(signs.name, ours) for ours in our_names):
        told = f"The supplier is ourselves. The document names {signs.name}."
        return VendorMatch(verdict="own_company", sentence=told)
    if not signs.name:
        return _without_name(signs, candidates)
    named = (
        [] if is_disguised(signs.name) and not _is_exactly(signs.name, candidates) else _named(signs.name, candidates)
    )
    if named:
        return _by_name(signs, named)
    return _by_other_signs(signs, candidates, everyone)


def _by_name(signs: Signs, named: list[VendorFacts]) -> VendorMatch:
    for tell in (_has_vat, _has_account, _has_order):
        if len(named) > 1:
            named = [vendor for vendor in named if tell(signs, vendor)] or named
    if len(named) > 1:
        keys = ", ".join(sorted(vendor.key for vendor in named))
        return VendorMatch(verdict="ambiguous", sentence=f"Several vendors have this name. {signs.name} can be {keys}.")
    return _confirmed(signs, named[0])


def _confirmed(signs: Signs, vendor: VendorFacts) -> VendorMatch:
    found_by = _signs_that_agree(signs, vendor)
    if not vendor.active:
        return VendorMatch(
            verdict="inactive",
            vendor=vendor,
            found_by=found_by,
            sentence=f"Vendor is no longer active. {vendor.name} was closed on the vendor master.",
        )
    differs = bool(signs.vat_id and vendor.vat_id and not _has_vat(signs, vendor))
    if not differs:
        return VendorMatch(verdict="found", vendor=vendor, found_by=found_by)
    told = f"VAT id is not the vendor's. It says {signs.vat_id}, on file for {vendor.name} is {vendor.vat_id}."
    # The name and one more sign that the master or an order of ours confirms outweigh a VAT id that differs.
    if len(found_by) > 1:
        return VendorMatch(verdict="found", vendor=vendor, found_by=found_by, note=told)
    return VendorMatch(verdict="contradicted", vendor=vendor, found_by=found_by, sentence=told)


def _by_other_signs(
    signs: Signs, candidates: Sequence[VendorFacts], everyone: Callable[[], Iterable[tuple[str, str]]]
) -> VendorMatch:
    name = signs.name or ""
    agreeing = [v for v in candidates if _has_vat(signs, v) and (_has_account(signs, v) or _has_order(signs, v))]
    alike = next(((key, known) for key, known in everyone() if resembles(name, known)), None)
    if len(agreeing) == 1 and not _is_a_trick(name, agreeing[0], alike):
        vendor = agreeing[0]
        note = f"The name on the document is {name}, on file {vendor.name}; VAT id and another sign are this vendor's."
        return _confirmed(signs, vendor).model_copy(update={"note": note})
    if alike:
        return VendorMatch(
            verdict="lookalike",
            resembles=alike[0],
            sentence=f"Vendor is not on file. {name} could be taken for {alike[1]} ({alike[0]}). "
            f"{apart(name, alike[1])}".strip(),
        )
    hint = next((v for v in candidates if _has_vat(signs, v) or _has_account(signs, v)), None)
    more = f" Its VAT id or account is that of {hint.name} ({hint.key})." if hint else ""
    told = f"Vendor is not on file. Nobody there is called {name}.{more}"
    return VendorMatch(verdict="unknown", resembles=hint.key if hint else None, sentence=told)


def _is_a_trick(name: str, vendor: VendorFacts, alike: tuple[str, str] | None) -> bool:
    """A name in disguise, or one that only looks like the vendor's or is closer to another vendor's."""
    if is_disguised(name) or (alike is not None and alike[0] != vendor.key):
        return True
    return skeleton(name) == skeleton(vendor.name) and core(name) != core(vendor.name)


def _without_name(signs: Signs, candidates: Sequence[VendorFacts]) -> VendorMatch:
    agreeing = [v for v in candidates if len(_signs_that_agree(signs, v)) > 1]
    if len(agreeing) == 1:
        return _confirmed(signs, agreeing[0])
    return VendorMatch(verdict="missing", sentence="Sender is not stated. The document does not say who sent it.")


def _signs_that_agree(signs: Signs, vendor: VendorFacts) -> tuple[str, ...]:
    tells = {"vat_id": _has_vat, "account": _has_account, "order": _has_order, "name": _has_name}
    return tuple(sign for sign, tell in tells.items() if tell(signs, vendor))


def _named(name: str, candidates: Iterable[VendorFacts]) -> list[VendorFacts]:
    return [vendor for vendor in candidates if fold(name) in _folded_names(vendor)]


def _is_exactly(name: str, candidates: Iterable[VendorFacts]) -> bool:
    return any(name in (vendor.name, *vendor.aliases) for vendor in candidates)


def _folded_names(vendor: VendorFacts) -> set[str]:
    return {fold(name) for name in (vendor.name, *vendor.aliases)}


def _has_name(signs: Signs, vendor: VendorFacts) -> bool:
    return bool(signs.name) and fold(signs.name or "") in _folded_names(vendor)


def _has_vat(signs: Signs, vendor: VendorFacts) -> bool:
    return bool(vat_key(signs.vat_id)) and vat_key(signs.vat_id) == vat_key(vendor.vat_id)


def _has_account(signs: Signs, vendor: VendorFacts) -> bool:
    return bool(account_key(signs.account)) and vendor.has(account_key(signs.account))


def _has_order(signs: Signs, vendor: VendorFacts) -> bool:
    return signs.order_vendor is not None and signs.order_vendor == vendor.key


def _is_us(name: str, ours: str) -> bool:
    return skeleton(name) == skeleton(ours)
