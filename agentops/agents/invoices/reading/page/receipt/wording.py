# ruff: noqa: E501 - the tables read better as paragraphs than as columns
"""What tills print, in several languages, folded: what is paid, given back, rounded, and what the total is called."""

from __future__ import annotations

import re
from re import Pattern

# One of these in a narrow column, and another or a sum's word, are a receipt.
SIGNS = re.compile(
    r"\b(cash|change|cashier|tender(?:ed)?|receipt|rounding|visa|mastercard|table|pax|server|till|pos|thank you|sub ?total|gst|"
    r"bar|ruckgeld|gegeben|zuruck|ec ?karte|kasse|bon|kassenbon|beleg|summe|es bediente|vielen dank|"
    r"ticket|caisse|especes|rendu|merci|efectivo|cambio|gracias|contante|resto|scontrino|grazie|kassabon|pin|wisselgeld)\b"
)
SUMS = re.compile(r"\b(total|ttc|tva|mwst|iva|btw|vat|tax|summe|totale|totaal)\b")
# And one of these is a letter all the same.
LETTER = re.compile(r"\b(bill to|ship to|sold to|rechnungsadresse|invoice to|iban)\b")
TITLE = re.compile(
    r"\b(invoice|receipt|rechnung|quittung|kassenbon|bon|ticket|tax|facture|fattura|scontrino|welcome|willkommen|bienvenue|duplicate|copy)\b"
)
ADDRESS = re.compile(r"\d|,$|@|www|\b(tel|fax|phone|street|str|road|jalan|jln|lot|taman|no)\b", re.IGNORECASE)
PAID = re.compile(
    r"\b(cash|tender(?:ed)?|paid(?: amount)?|payment|visa|master(?:card)?|amex|debit|credit card|card|bar|gegeben|ec ?karte|girocard|"
    r"kreditkarte|especes|cb|carte|efectivo|tarjeta|contante|pagato|contant|pin)\b"
)
CHANGE = re.compile(r"\b(change|change due|ruckgeld|zuruck|rendu|cambio|resto|wisselgeld)\b")
ROUNDING = re.compile(r"\b(rounding|rounded|rundung|arrondi|redondeo|afronding)\b")
# Below these stands the summary of taxes, with totals of its own.
SUMMARY = re.compile(r"\b(gst summary|tax summary|vat summary|gst sumnary|tax code|mwst satz|steuersatz)\b")
IS_TOTAL = re.compile(r"\btotal\b")

_TOTALS: tuple[tuple[Pattern[str], float], ...] = (
    (re.compile(
        r"\b(grand total|net(?:t)? total|total (?:amt|amount) payable|total payable|amount payable|amount due|balance due|total due|"
        r"zu zahlen|gesamtbetrag|endbetrag|total ttc|net a payer|total a payer|a pagar|importe total|totale (?:complessivo|euro)|te betalen|"
        r"total sales inclusive|total amt rounded|total rounded|rounded total|total after rounding)\b"), 0.85),
    (re.compile(r"\b(total (?:amt |amount |sales )?incl\w*|total inclusive|total with|total incl)\b"), 0.75),
    (re.compile(r"^(total|summe|totale|totaal|gesamt|bar total)(?: (?:rm|myr|eur|usd|gbp|chf|euro|sales|amount|amt|sale|ttc))*$"), 0.75),
    (re.compile(r"\b(total|summe|gesamt|totale|totaal)\b"), 0.55),
    (re.compile(r"\b(net amt|net amount|nett amt|amount)\b"), 0.5),
    (re.compile(r"\b(sub ?total|zwischensumme|sous total)\b"), 0.3),
)  # fmt: skip
_CLEAR = 0.75  # a label this good is the total's, whatever else stands in its row
_SOMETHING_ELSE = re.compile(
    r"\b(qty|quantity|items?|excl\w*|exclud\w*|before|saving\w*|points?|discount|disc|tax|gst \d|vat|mwst|tva|iva|btw|rate|"
    r"rabatt|steuer|taxable|rounding adj\w*|charge|no|summary|tendered|hors taxe|ht)\b"
)


def weight(label: str) -> float:
    """How well a row's words name the receipt's total, 0..1."""
    if ROUNDING.search(label) and not IS_TOTAL.search(label):
        return 0.0
    for pattern, worth in _TOTALS:
        if pattern.search(label):
            return worth if worth >= _CLEAR or not _SOMETHING_ELSE.search(label) else 0.0
    return 0.0
