"""Candidates for the values that a label names: numbers, dates, orders, accounts, tax numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import identifiers, lexicon, proof, tokens
from .labels import Label, Labels, Place
from .numbers import Style, read_number
from .words import Sheet, Word


@dataclass(frozen=True)
class Candidate:
    """A value that may be the answer, with how well its place and label fit, 0..1."""

    value: str
    words: tuple[Word, ...]
    score: float
    label: Label | None = None


@dataclass(frozen=True)
class DayCandidate:
    """A date in the place of a label's value; its reading waits for the document's order of day and month."""

    token: tokens.DayToken
    score: float
    label: Label | None = None


_GENERIC = {
    "invoice_number": {("invoice",): 0.42, ("rechnung",): 0.42, ("facture",): 0.42, ("fattura",): 0.42, ("factuur",): 0.42,  # noqa: E501
                       ("reference", "number"): 0.5, ("number",): 0.45, ("nr",): 0.34, ("no",): 0.34, ("n",): 0.32, ("numero",): 0.5, ("beleg", "nummer"): 0.9, ("nummer",): 0.5},  # noqa: E501
    "issue_date": {("le",): 0.3, ("vom",): 0.4, ("den",): 0.4, ("du",): 0.35, ("del",): 0.3, ("date",): 0.8, ("datum",): 0.8,  # noqa: E501
                   ("data",): 0.8, ("fecha",): 0.8, ("dato",): 0.8, ("issued",): 0.8, ("tax", "date"): 0.7, ("document", "date"): 0.9},  # noqa: E501
    "order_reference": {("order",): 0.6, ("auftrag",): 0.3, ("ordine",): 0.5, ("commande",): 0.5, ("pedido",): 0.5,
                        ("order", "id"): 0.6, ("bestellung",): 0.6, ("ordernummer",): 0.75, ("ordre",): 0.4, ("purchase",): 0.3},  # noqa: E501
    "due_date": {("due",): 0.8, ("bis", "zum"): 0.7, ("uiterlijk",): 0.6, ("payment", "date"): 0.7, ("termin",): 0.4},
}  # fmt: skip
_TITLE_ENDS = (
    "rechnung",
    "invoice",
    "facture",
    "fattura",
    "factura",
    "factuur",
    "faktura",
    "fatura",
    "gutschrift",
    "avoir",
    "note",
    "bill",
)
_EARLY = ("skonto", "discount", "escompte", "sconto", "korting", "descuento", "rabatt")
_SUPPLIERS_OWN = {"auftrag", "auftrags", "auftragsnummer", "auftragsnr"}


def references(labels: Labels, concept: str, style: Style) -> list[Candidate]:
    """Invoice numbers or order references."""
    found: list[Candidate] = []
    for label in labels.of(concept):
        for place in labels.places(label):
            match = identifiers.reference(place.words)
            if match is None or _is_something_else(match[0], style):
                continue
            score = _weight(concept, label, labels) * place.fit
            found.append(Candidate(match[0], match[1], score, label))
            break
    return sorted(found, key=lambda one: -one.score)


def _is_something_else(text: str, style: Style) -> bool:
    number = read_number(text, style)
    priced = number is not None and number != number.to_integral() and bool(re.search(r"[.,]\d{2}$", text))
    return priced or identifiers.looks_like_phone(text) or bool(re.fullmatch(r"\d{1,2}/\d{1,2}", text))


def _weight(concept: str, label: Label, labels: Labels) -> float:
    weight = _GENERIC.get(concept, {}).get(label.phrase, 1.0)
    if concept == "order_reference" and label.phrase[0] in _SUPPLIERS_OWN:
        weight *= 0.5  # often the supplier's own number for it
    if label.is_cut_short:
        weight *= 0.35
    if concept == "issue_date" and _ends_dateline(label):
        weight = 0.85
    elif not label.starts_segment:
        weight = 0.95 if concept in ("invoice_number", "issue_date") and _in_title(label) else weight * 0.75
    elif label.has_colon and weight > 0.4:
        weight = min(1.0, max(weight * 1.1, 0.85))
    elif label.fills_segment and weight >= 0.5:
        weight = max(weight, 0.65)  # a cell of its own, as in a printed form
    # The top of the first page is where a document says what it is; page feet carry printers' marks.
    height = label.words[0].y0 / labels.sheet.pages[label.row.page - 1].height
    return weight * (1.0 if label.row.page == 1 else 0.9) * (0.7 if height > 0.9 else 1.0)


def _ends_dateline(label: Label) -> bool:
    """ "Munich, den 3.4.2026", "Paris, le 3 avril 2026": a letter's date after its place."""
    before = label.row.words[label.first - 1].text if label.first else ""
    return label.phrase in {("den",), ("le",)} and before.endswith(",") and before[:1].isupper()


def _in_title(label: Label) -> bool:
    """ "Handelsrechnung (380) Nr. 4711 vom 3.4.": the row begins with what the document is."""
    segment = next(one for one in label.row.segments if any(word is label.words[0] for word in one.words))
    before = [word for word in segment.words if word.x0 < label.x0]
    first = lexicon.tokens(before[0].text)[:1] if before else ()
    return bool(first) and first[0].endswith(_TITLE_ENDS) and len(before) <= 6


def day_candidates(labels: Labels, concept: str) -> list[DayCandidate]:
    found: list[DayCandidate] = []
    for label in labels.of(concept):
        for place in labels.places(label):
            near = [token for token in tokens.days(place.words, compact=True) if _close(place, token)]
            if near:
                weight = _weight(concept, label, labels) * (0.4 if _is_for_discount(place, near[0]) else 1.0)
                found.append(DayCandidate(near[0], weight * place.fit, label))
                break
    return sorted(found, key=lambda one: -one.score)


def _close(place: Place, token: tokens.DayToken) -> bool:
    """The date comes first, or after a word or two such as `on`; after a mere preposition it must be next."""
    before = place.words.index(token.words[0])
    return before <= (0 if _GENERIC["issue_date"].get(place.label.phrase, 1.0) <= 0.4 else 3)


def _is_for_discount(place: Place, token: tokens.DayToken) -> bool:
    """ "Until 3 May 2 % discount" is not the day when payment is due."""
    start = place.words.index(token.words[-1]) + 1
    after = " ".join(word.text.lower() for word in place.words[start : start + 7])
    return any(word in after for word in _EARLY)


def account_candidates(sheet: Sheet, labels: Labels) -> list[Candidate]:
    """IBANs: the shape and check digits are proof by themselves, a label helps a damaged one."""
    named = {label.row.index for label in labels.of("iban")}
    found = []
    for row in sheet.rows:
        labelled = row.index in named or "IBAN" in row.text.upper()
        for printed, valid, words in identifiers.accounts(row.words, labelled=labelled):
            text = proof.account(printed, words) if sheet.frames else printed
            if text is None:
                continue
            valid = valid or text != printed
            named_here = any("iban" in one.concepts and one.starts_segment for one in labels.in_row(row))
            score = 0.5 + 0.3 * valid + 0.1 * labelled + 0.1 * named_here if valid or labelled else 0.3
            found.append(Candidate(text, words, score))
    return sorted(found, key=lambda one: -one.score)


def tax_candidates(sheet: Sheet, labels: Labels) -> Iterator[Candidate]:
    """VAT ids by shape anywhere, and whatever stands behind a label that says VAT id."""
    seen: set[int] = set()
    for row in sheet.rows:
        for printed, words in identifiers.tax_numbers(row.words):
            text = proof.tax_number(printed) if sheet.frames else printed
            if text is None:
                continue
            label = _label_before(labels, row.index, words[0], "vat_id")
            taken = any(text.startswith(account[0][:15]) for account in identifiers.accounts(row.words))
            if taken or _other_label_before(labels, row.index, words[0]):
                continue
            seen.add(id(words[0]))
            yield Candidate(text, words, 1.0 if label else 0.7, label)
    for label in labels.of("vat_id"):
        for place in labels.places(label):
            match = identifiers.reference(place.words)
            if (
                match
                and id(match[1][0]) not in seen
                and sum(char.isdigit() for char in match[0]) >= 7
                and place.fit > 0.7
            ):
                yield Candidate(match[0], match[1], 0.75 * place.fit, label)
                break


def _label_before(labels: Labels, row: int, word: Word, concept: str) -> Label | None:
    before = [label for label in labels.all if label.row.index == row and label.x1 <= word.x0 + 2]
    if before and concept in before[-1].concepts:
        return before[-1]
    above = [
        label
        for label in labels.of(concept)
        if label.row.page == word.page
        and 0 <= word.y0 - label.words[0].y0 < 3 * word.size
        and abs(label.x0 - word.x0) < 30
    ]
    return above[-1] if above else None


def _other_label_before(labels: Labels, row: int, word: Word) -> bool:
    """Its own row says that it is something else: a customer's number, a register number."""
    before = [label for label in labels.all if label.row.index == row and label.x1 <= word.x0 + 2]
    if not before or word.x0 - before[-1].x1 > 12 * word.size:
        return False
    return not {"vat_id", "seller", "party_name", "tax_total", "buyer"} & set(before[-1].concepts)


def best(
    candidates: Iterable[Candidate], is_allowed: Callable[[Candidate], bool] = lambda one: True
) -> tuple[Candidate | None, float]:
    """The best candidate and its lead over the best that says something else."""
    allowed = [one for one in candidates if is_allowed(one)]
    if not allowed:
        return None, 0.0
    first = max(allowed, key=lambda one: one.score)
    rivals = [one.score for one in allowed if one.value != first.value]
    return first, first.score - max(rivals, default=0.0)
