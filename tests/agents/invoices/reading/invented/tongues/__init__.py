# ruff: noqa: E501 - a table of words reads better whole
"""How ten languages label an invoice: several usual wordings each, of which an invented invoice takes one."""

from .germanic import WORDS as GERMANIC
from .habits import HABITS, Habit
from .romance import WORDS as ROMANCE

__all__ = ["HABITS", "SENTENCES", "WORDS", "Habit"]

KEYS = [
    "title",
    "number",
    "issued",
    "due",
    "order",
    "customer",
    "delivered",
    "to",
    "sender",
    "vat",
    "pos",
    "article",
    "description",
    "quantity",
    "unit",
    "price",
    "discount_column",
    "rate",
    "total",
    "net",
    "tax",
    "taxes",
    "gross",
    "payable",
    "prepaid",
    "discount",
    "shipping",
    "carry",
    "page",
    "bank",
    "base",
    "tax_amount",
    "exempt",
]


_WORDS = {**GERMANIC, **ROMANCE}


def _table(language: str) -> dict[str, list[str]]:
    return {key: line.split("|") for key, line in zip(KEYS, _WORDS[language].splitlines(), strict=True)}


WORDS = {language: _table(language) for language in _WORDS}

SENTENCES = {
    "de": ("Bitte überweisen Sie den Betrag bis zum {due} ohne Abzug.", "Bei Zahlung bis {early} gewähren wir 2 % Skonto.", "Vielen Dank für Ihren Auftrag vom {early}."),
    "en": ("Please pay by {due}, quoting the invoice number.", "A discount of 2 % applies if paid by {early}.", "Thank you for your business."),
    "fr": ("Merci de régler cette facture par virement au plus tard le {due}.", "Escompte de 2 % pour paiement avant le {early}.", "Indemnité forfaitaire pour frais de recouvrement : 40,00 €."),
    "it": ("Pagamento con bonifico bancario entro il {due}.", "Sconto 2 % per pagamento entro il {early}.", "Contributo CONAI assolto ove dovuto."),
    "es": ("Pago por transferencia bancaria antes del {due}.", "Descuento por pronto pago del 2 % hasta el {early}.", "Gracias por su confianza."),
    "nl": ("Gelieve het bedrag uiterlijk {due} over te maken onder vermelding van het factuurnummer.", "2 % korting bij betaling voor {early}.", "Op al onze leveringen zijn onze voorwaarden van toepassing."),
    "pl": ("Prosimy o zapłatę przelewem do dnia {due}.", "Rabat 2 % przy zapłacie do {early}.", "Dziękujemy za współpracę."),
    "da": ("Beløbet bedes indbetalt senest {due}.", "2 % rabat ved betaling inden {early}.", "Tak for ordren."),
    "sv": ("Vänligen betala senast {due} och ange fakturanummer.", "2 % rabatt vid betalning före {early}.", "Dröjsmålsränta debiteras enligt räntelagen."),
    "pt": ("Pagamento por transferência bancária até {due}.", "Desconto de 2 % para pagamento até {early}.", "Obrigado pela sua preferência."),
}  # fmt: skip
