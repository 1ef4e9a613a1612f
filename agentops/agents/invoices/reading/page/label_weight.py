"""How much a label promises its value: by what it says, where it stands, and what is around it."""

from __future__ import annotations

from . import lexicon
from .labels import Label, Labels

_TITLES = (
    "invoice|rechnung|facture|fattura|factuur|faktura|fatura|factura|szamla|lasku|credit note|credit memo|gutschrift|"
    "avoir|facture d avoir|nota di credito|nota de credito|creditnota|creditfactuur|kreditnota|kreditfaktura|"
    "stornorechnung"
)
GENERIC: dict[str, dict[lexicon.Phrase, float]] = {
    "invoice_number": {
        **{tuple(title.split()): 0.42 for title in _TITLES.split("|")},
        ("reference", "number"): 0.5, ("number",): 0.45, ("nr",): 0.34, ("no",): 0.34, ("n",): 0.32, ("numero",): 0.5,
        ("beleg", "nummer"): 0.9, ("nummer",): 0.5,
    },
    "issue_date": {
        ("le",): 0.3, ("vom",): 0.4, ("den",): 0.4, ("du",): 0.35, ("del",): 0.3, ("dne",): 0.4, ("dnia",): 0.4,
        ("date",): 0.8, ("datum",): 0.8, ("data",): 0.8, ("fecha",): 0.8, ("dato",): 0.8, ("tarih",): 0.8,
        ("issued",): 0.8, ("created",): 0.5, ("issue",): 0.5, ("tax", "date"): 0.7, ("document", "date"): 0.9,
    },
    "order_reference": {
        ("order",): 0.6, ("auftrag",): 0.3, ("ordine",): 0.5, ("commande",): 0.5, ("pedido",): 0.5,
        ("order", "id"): 0.6, ("bestellung",): 0.6, ("ordernummer",): 0.75, ("ordre",): 0.4, ("purchase",): 0.3,
    },
    "due_date": {
        ("due",): 0.8, ("bis", "zum"): 0.7, ("uiterlijk",): 0.6, ("payment", "date"): 0.7, ("termin",): 0.4,
        ("valuta",): 0.5, ("vade",): 0.8, ("frist",): 0.7,
    },
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
_DATES = {("date",), ("datum",), ("data",), ("fecha",), ("dato",)}
_SUPPLIERS_OWN = {"auftrag", "auftrags", "auftragsnummer", "auftragsnr"}


def weight_of(concept: str, label: Label, labels: Labels) -> float:
    """0..1 for the concept that the label may mean."""
    weight = GENERIC.get(concept, {}).get(label.phrase, 1.0)
    if concept == "order_reference" and label.phrase[0] in _SUPPLIERS_OWN:
        weight *= 0.5  # often the supplier's own number for it
    if label.is_cut_short:
        weight *= 0.35
    if concept == "issue_date" and _is_of_something(label):
        weight *= 0.4
    if concept == "issue_date" and _ends_dateline(label):
        weight = 1.0
    elif not label.starts_segment:
        weight = 0.95 if concept in ("invoice_number", "issue_date") and _in_title(label) else weight * 0.75
    elif label.has_colon and weight > 0.4:
        weight = min(1.0, max(weight * 1.1, 0.85))
    elif label.fills_segment and weight >= 0.5:
        weight = max(weight, 0.65)  # a cell of its own, as in a printed form
    # The top of the first page is where a document says what it is; page feet carry printers' marks.
    height = label.words[0].y0 / labels.sheet.pages[label.row.page - 1].height
    foot = 0.5 if concept == "issue_date" else 0.7  # a printer's own date is there, too
    return weight * (1.0 if label.row.page == 1 else 0.9) * (foot if height > 0.9 else 1.0)


def _is_of_something(label: Label) -> bool:
    """ "Payment terms *date*", "Reminder *date*": the end of a label that nobody knows, and some other day."""
    before = label.row.words[label.first - 1] if label.first else None
    if before is None or label.starts_segment or label.phrase not in _DATES or _in_title(label):
        return False
    return before.text.isalpha() and len(before.text) > 2


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
