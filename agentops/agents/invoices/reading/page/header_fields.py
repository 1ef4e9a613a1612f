"""Who sends the invoice, its number and order, the account, the currency and the sums: the best candidate of each."""

from __future__ import annotations

from dataclasses import replace

from stdnum.eu import vat as eu_vat

from ..figures import plain
from ..model import Found
from . import fields, sums
from .fields import Candidate
from .names import has_legal_form
from .parties import FLUSH
from .scene import Scene
from .words import Word

UNDER = 7.0  # of the name's size: how far below it a sender's tax number may stand
LEAST = 0.3  # below this a candidate is a guess, and a blank is better


def parties(scene: Scene) -> dict[str, Found]:
    out: dict[str, Found] = {}
    supplier, margin = fields.best(scene.parties.suppliers)
    if supplier and supplier.score > 0.45:
        grounds = {
            "fits": min(1.2, supplier.score),
            "ahead": min(1.0, 2.5 * max(0.0, margin)),
            "legal form": float(has_legal_form(supplier.value)),
            "headed": float(supplier.label is not None),
            "said again": float(sum(one.value == supplier.value for one in scene.parties.suppliers) > 1),
        }
        out["supplier_name"] = scene.found("supplier_name", supplier.value, supplier.words, grounds)
    if scene.parties.buyer:
        out["buyer_name"] = scene.seen(scene.parties.buyer.value, scene.parties.buyer.words, 0.7)
    return out | _tax_numbers(scene)


def _tax_numbers(scene: Scene) -> dict[str, Found]:
    out: dict[str, Found] = {}
    candidates = list(fields.tax_candidates(scene.sheet, scene.labels))
    buyers = [one for one in candidates if _is_buyers(scene, one)]
    own = [_nearer(scene, one) for one in candidates if one.value not in {other.value for other in buyers}]
    best, margin = fields.best(own)
    if best and best.score >= 0.5:
        grounds = {
            "labelled": float(best.label is not None),
            "ahead": min(1.0, 2 * margin),
            "check digits": float(bool(eu_vat.is_valid(best.value))),
            "seller's": float(scene.parties.is_sellers(best.words[0])),
        }
        out["supplier_vat_id"] = scene.found("supplier_vat_id", best.value, best.words, grounds)
    if buyers:
        out["buyer_vat_id"] = scene.seen(buyers[0].value, buyers[0].words, 0.7)
    return out


def _is_buyers(scene: Scene, one: Candidate) -> bool:
    if one.label is not None and one.label.is_the_readers:
        return True
    return scene.parties.is_buyers(one.words[0]) or scene.parties.is_below_buyers(_first(one))


def _first(one: Candidate) -> Word:
    """Where the number begins, with its label if that stands in the same row."""
    return one.label.words[0] if one.label and one.words[0] in one.label.row.words else one.words[0]


def _is_under_the_name(scene: Scene, word: Word) -> bool:
    """In the column of the supplier's name and not far below it."""
    best, _ = fields.best(scene.parties.suppliers)
    names = [one.words[0] for one in scene.parties.suppliers if best and one.value == best.value]
    return any(
        name.page == word.page and abs(name.x0 - word.x0) < FLUSH and 0 < word.y0 - name.y1 < UNDER * name.size
        for name in names
    )


def _nearer(scene: Scene, one: Candidate) -> Candidate:
    page = scene.sheet.pages[one.words[0].page - 1]
    footer = one.words[0].y0 / page.height > 0.8
    named = max(0.3 * scene.parties.is_sellers(one.words[0]), 0.25 * _is_under_the_name(scene, _first(one)))
    bonus = named + 0.1 * footer
    return replace(one, score=one.score + bonus)


def references(scene: Scene) -> dict[str, Found]:
    out: dict[str, Found] = {}
    numbers = fields.references(scene.labels, "invoice_number", scene.style)
    best, margin = fields.best(numbers)
    if best and best.score >= LEAST:
        out["invoice_number"] = _reference(scene, "invoice_number", best, margin, numbers)
    taken = {best.value} if best else set()
    orders = [one for one in fields.references(scene.labels, "order_reference", scene.style) if one.value not in taken]
    order, margin = fields.best(orders)
    if order and order.score >= 0.42:
        out["order_reference"] = _reference(scene, "order_reference", order, margin, orders)
    account, margin = fields.best(
        fields.account_candidates(scene.sheet, scene.labels), lambda one: not scene.parties.is_buyers(one.words[0])
    )
    if account and account.score > 0.5:
        grounds = {"check digits": float(account.score > 0.79), "ahead": float(margin >= 0.05)}
        out["iban"] = scene.found("iban", account.value, account.words, grounds)
    return out


def _reference(scene: Scene, name: str, best: Candidate, margin: float, all_of: list[Candidate]) -> Found:
    grounds = {
        "labelled": min(1.0, best.score),
        "ahead": min(1.0, 2 * margin),
        "said again": float(sum(one.value == best.value for one in all_of) > 1),
    }
    return scene.found(name, best.value, best.words, grounds)


def totals(scene: Scene, chosen: sums.Chosen) -> dict[str, Found]:
    out: dict[str, Found] = {}
    for name in ("net_total", "tax_total", "gross_total", "payable"):
        one = chosen[name]
        if one is None or (one.score < LEAST and not chosen.adds_up):
            continue
        grounds = {
            "labelled": min(1.0, one.score),
            "ahead": min(1.0, max(0.0, chosen.margin)),
            "adds up": float(chosen.adds_up),
            "lines add up": float(chosen.lines_agree),
            "currency": float(one.currency is not None or (scene.currency is not None and scene.currency.share > 0.9)),
        }
        out[name] = scene.found(name, plain(one.value), one.words, grounds)
    if chosen.prepaid:
        out["prepaid"] = scene.seen(plain(abs(chosen.prepaid.value)), chosen.prepaid.words, 0.7)
    return out


def currency(scene: Scene) -> dict[str, Found]:
    found = scene.currency
    if found is None:
        return {}
    grounds = {"agreed": found.share, "said again": min(1.0, found.votes / 6)}
    return {"currency": scene.found("currency", found.code, found.words, grounds)}
