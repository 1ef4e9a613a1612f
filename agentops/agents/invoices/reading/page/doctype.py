# ruff: noqa: E501 - the tables read better as paragraphs than as columns
"""What kind of document this is: the word that titles it, judged by its place and size."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from . import lexicon
from .words import Row, Segment, Sheet

_TITLES: dict[str, str] = {
    "invoice": "invoice|tax invoice|vat invoice|rechnung|facture|fattura|factura|factuur|fatura|faktura|commercial invoice|sales invoice|handelsrechnung|warenrechnung|kostenrechnung|"
    "schlussrechnung|abschlagsrechnung|teilrechnung|faktura vat|lasku|szamla|bill|receipt|kopie factuur|verkaufsrechnung|honorarrechnung|note d honoraires|facture proforma definitive|parcella",
    "credit_note": "credit note|credit memo|creditnote|gutschrift|rechnungskorrektur|korrekturrechnung|stornorechnung|storno|avoir|facture d avoir|note de credit|nota di credito|nota de credito|"
    "factura rectificativa|abono|creditnota|creditfactuur|kreditnota|kreditnote|kreditfaktura|hyvityslasku|nota credito|credit invoice|stornierung",
    "quotation": "quotation|quote|estimate|offer|angebot|kostenvoranschlag|devis|preventivo|presupuesto|offerte|orcamento|tilbud|offert|oferta|nabidka|tarjous|cotizacion|price offer|budget proposal",
    "delivery_note": "delivery note|packing slip|packing list|lieferschein|bon de livraison|bordereau de livraison|documento di trasporto|ddt|albaran|pakbon|leveringsbon|guia de remessa|folgeseddel|foljesedel|dodaci list|delivery slip|dispatch note",
    "reminder": "payment reminder|reminder|overdue notice|mahnung|zahlungserinnerung|letzte mahnung|rappel|rappel de paiement|relance|sollecito|sollecito di pagamento|recordatorio de pago|aanmaning|herinnering|betalingsherinnering|"
    "betalingspaminnelse|paminnelse|purring|rykker|final notice|past due notice|dunning notice|1 mahnung|2 mahnung|3 mahnung|first reminder|second reminder|final reminder",
    "proforma": "proforma|pro forma|proforma invoice|pro forma invoice|proforma rechnung|pro forma rechnung|proformarechnung|facture proforma|facture pro forma|fattura proforma|fattura pro forma|factura proforma|proforma factuur|proformafactuur|proforma faktura|factura pro forma",
    "statement": "statement of account|account statement|statement of accounts|kontoauszug|releve de compte|estratto conto|estado de cuenta|rekeningoverzicht|kontoutdrag|kontoudtog|extrato de conta|saldenbestatigung|offene posten liste|open items|customer statement",
    "order": "purchase order|bestellung|order confirmation|auftragsbestatigung|bon de commande|confirmation de commande|ordine d acquisto|conferma d ordine|pedido|orden de compra|confirmacion de pedido|bestelbon|orderbevestiging|inkooporder|orderbekreftelse|auftrag|sales order",
}  # fmt: skip
_PHRASES = {lexicon.tokens(phrase): kind for kind, text in _TITLES.items() for phrase in text.split("|")}
_INVOICES = {parts for parts, kind in _PHRASES.items() if kind == "invoice"}
_NOT_INVOICES = {"quotation", "delivery_note", "reminder", "proforma", "statement", "order"}
_LONGEST = max(map(len, _PHRASES))


def document_type(sheet: Sheet, has_number: bool) -> str:
    """`has_number`: an invoice number was found behind a label that says invoice."""
    votes: dict[str, float] = {}
    for kind, weight in _votes(sheet):
        votes[kind] = max(votes.get(kind, 0.0), weight)
    if not votes:
        return "invoice" if has_number else "unknown"
    best = max(votes, key=lambda kind: votes[kind])
    if best in _NOT_INVOICES and votes[best] < 0.55:
        return "invoice" if has_number or "invoice" in votes else "unknown"
    return best


def is_title(segment: Segment) -> bool:
    """Does it say that this is an invoice, and nothing else?"""
    return lexicon.tokens(segment.as_label) in _INVOICES


def _votes(sheet: Sheet) -> Iterator[tuple[str, float]]:
    body = median([word.size for row in sheet.rows for word in row.words] or [10.0])
    for row in sheet.by_page.get(1, ()):
        height = row.y0 / sheet.pages[0].height
        if height > 0.5:
            return
        for segment in row.segments:
            kind, share = _title_of(segment)
            if kind and kind != "invoice" and _names_a_value(segment, row):
                share *= 0.3  # "Delivery note: L-17" refers to one
            if kind:
                larger = min(2.0, segment.size / body) - 1
                yield kind, share * (0.6 - 0.5 * height + 0.5 * max(0.0, larger))


def _names_a_value(segment: Segment, row: Row) -> bool:
    text = segment.text.rstrip()
    after = next((one.text for one in row.segments if one.x0 > segment.x1), "")
    return (
        ":" in text
        or after.startswith(":")
        or (after[:1].isalnum() and any(char.isdigit() for char in after.split()[0]))
    )


def _title_of(segment: Segment) -> tuple[str | None, float]:
    """The kind that the segment's beginning names, and how much of the segment that is."""
    parts = _joined_letters(lexicon.tokens(segment.as_label))
    for length in range(min(_LONGEST, len(parts)), 0, -1):
        kind = _PHRASES.get(parts[:length])
        if kind:
            rest = parts[length:]
            # "Rechnung Nr. 4711 vom 3.4." is a title too: what follows are numbers.
            words = [part for part in rest if part.isalpha() and len(part) > 3]
            return kind, 1.0 if not words else 0.75 if len(words) <= 2 else 0.3
    if parts and parts[0].endswith("rechnung") and len(parts) < 9:
        return "invoice", 0.8
    return None, 0.0


def _joined_letters(parts: tuple[str, ...]) -> tuple[str, ...]:
    """R E C H N U N G is one word."""
    if len(parts) >= 5 and all(len(part) == 1 for part in parts):
        return ("".join(parts),)
    return parts
