"""The words of an invoice in each language, and how each country writes numbers, money and dates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}

LABELS: dict[str, tuple[str, ...]] = {
    "key": ("de", "en", "fr", "nl", "it", "es"),
    "invoice": ("Rechnung", "Invoice", "Facture", "Factuur", "Fattura", "Factura"),
    "credit": ("Gutschrift", "Credit note", "Avoir", "Creditnota", "Nota di credito",
    "Factura rectificativa"),
    "number": ("Rechnungsnummer", "Invoice number", "Facture n°", "Factuurnummer", "Fattura n.",
    "Factura n.º"),
    "credit_number": ("Gutschriftnummer", "Credit note number", "Avoir n°", "Creditnotanummer", "Nota n.",
    "Factura n.º"),
    "issued": ("Rechnungsdatum", "Invoice date", "Date de facture", "Factuurdatum", "Data fattura",
    "Fecha factura"),
    "due": ("Fällig am", "Due date", "Date d'échéance", "Vervaldatum", "Scadenza", "Vencimiento"),
    "order": ("Ihre Bestellung", "Your order", "Votre commande", "Uw bestelling", "Vs. ordine", "Su pedido"),
    "customer": ("Kundennummer", "Customer no.", "N° client", "Klantnummer", "Cod. cliente", "N.º cliente"),
    "to": ("An", "Bill to", "Adressée à", "Aan", "Spett.le", "Cliente"),
    "pos": ("Pos.", "No.", "N°", "Nr.", "N.", "N.º"),
    "description": ("Bezeichnung", "Description", "Désignation", "Omschrijving", "Descrizione",
    "Descripción"),
    "quantity": ("Menge", "Qty", "Qté", "Aantal", "Q.tà", "Cant."),
    "unit": ("Einh.", "Unit", "Unité", "Eenh.", "U.M.", "Ud."),
    "price": ("Einzelpreis", "Unit price", "Prix unitaire", "Prijs", "Prezzo", "Precio"),
    "total": ("Gesamt", "Amount", "Montant", "Bedrag", "Importo", "Importe"),
    "tax_rate": ("USt. %", "VAT %", "TVA %", "Btw %", "IVA %", "IVA %"),
    "net": ("Nettobetrag", "Subtotal", "Total HT", "Subtotaal", "Imponibile", "Base imponible"),
    "tax": ("USt.", "VAT", "TVA", "Btw", "IVA", "IVA"),
    "taxes": ("USt. gesamt", "Total VAT", "Total TVA", "Btw totaal", "Totale IVA", "Total IVA"),
    "gross": ("Gesamtbetrag", "Total due", "Total TTC", "Totaal te betalen", "Totale fattura",
    "Total factura"),
    "carry": ("Übertrag", "Carried forward", "Report", "Transport", "Riporto", "Suma y sigue"),
    "page": ("Seite", "Page", "Page", "Pagina", "Pagina", "Página"),
    "of": ("von", "of", "sur", "van", "di", "de"),
    "bank": ("Bankverbindung", "Bank details", "Coordonnées bancaires", "Bankgegevens", "Coordinate bancarie",
    "Datos bancarios"),
    "pay": (
        "Bitte überweisen Sie den Gesamtbetrag bis zum {due} ohne Abzug unter Angabe der Rechnungsnummer.",
        "Please pay by {due}, quoting the invoice number.",
        "Merci de régler cette facture par virement au plus tard le {due}.",
        "Gelieve het bedrag uiterlijk {due} over te maken onder vermelding van het factuurnummer.",
        "Pagamento con bonifico bancario entro il {due}.",
        "Pago por transferencia bancaria antes del {due}.",
    ),
    "credited": (
        "Wir schreiben Ihnen diesen Betrag zur Rechnung {credits} gut.",
        "This credits invoice {credits}.",
        "Cet avoir annule partiellement la facture {credits}.",
        "Creditering van factuur {credits}.",
        "Storno parziale della fattura {credits}.",
        "Rectifica la factura {credits}.",
    ),
    "K": (
        "Steuerfreie innergemeinschaftliche Lieferung.",
        "VAT exempt intra-Community supply.",
        "Exonération de TVA, livraison intracommunautaire, art. 262 ter I du CGI.",
        "Intracommunautaire levering, 0 % btw.",
        "Operazione non imponibile, art. 41 D.L. 331/93.",
        "Entrega intracomunitaria exenta, art. 25 Ley 37/1992.",
    ),
    "AE": (
        "Steuerschuldnerschaft des Leistungsempfängers.",
        "Reverse charge: VAT to be accounted for by the recipient.",
        "Autoliquidation : TVA due par le preneur.",
        "Btw verlegd naar de afnemer.",
        "Inversione contabile.",
        "Inversión del sujeto pasivo.",
    ),
    "G": ("Steuerfreie Ausfuhr.", "Outside the scope of local tax (export).", "Exportation.", "Export.",
    "Esportazione.", "Exportación."),
    "S": ("",) * 6,
    "copy": ("ZWEITSCHRIFT", "COPY", "DUPLICATA", "KOPIE", "COPIA", "COPIA"),
}  # fmt: skip

UNITS: dict[str, tuple[str, ...]] = {
    "C62": ("Stk.", "pc", "pce", "st.", "pz", "ud."),
    "HUR": ("Std.", "h", "h", "uur", "h", "h"),
    "DAY": ("Tag", "day", "jour", "dag", "gg", "día"),
    "MON": ("Monat", "mo.", "mois", "mnd", "mese", "mes"),
    "KGM": ("kg",) * 6,
    "MTR": ("m",) * 6,
    "XPX": ("Pal.", "pallet", "palette", "pallet", "bancale", "palé"),
    "E54": ("Fahrt", "trip", "trajet", "rit", "viaggio", "viaje"),
    "XRO": ("Rolle", "roll", "rouleau", "rol", "rotolo", "rollo"),
    "PK": ("Pack", "pack", "paquet", "pak", "conf.", "paq."),
    "XCT": ("Karton", "carton", "carton", "doos", "cartone", "caja"),
    "SET": ("Satz", "set", "jeu", "set", "set", "juego"),
}


@dataclass(frozen=True)
class Tongue:
    """One way of writing: a language, its separators, its dates, and where the currency stands."""

    language: str
    thousands: str
    decimal: str
    day: Callable[[date], str]
    money: str
    own: tuple[tuple[str, str], ...] = ()  # words that differ from the language's usual ones

    def label(self, key: str) -> str:
        """The word for `key`; raises `KeyError` for one that no invoice has."""
        return dict(self.own).get(key) or LABELS[key][LABELS["key"].index(self.language)]

    def unit(self, code: str) -> str:
        return UNITS[code][LABELS["key"].index(self.language)]

    def number(self, value: Decimal, places: int) -> str:
        plain = f"{value:,.{places}f}"
        return plain.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)

    def quantity(self, value: Decimal) -> str:
        exponent = value.normalize().as_tuple().exponent
        return self.number(value, max(0, -int(exponent)))


def _month(language: str, day: date) -> str:
    return MONTHS[language].split()[day.month - 1]


def _dotted(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _slashed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


TONGUES: dict[str, Tongue] = {
    "de": Tongue("de", ".", ",", _dotted, "{amount} {currency}"),
    "de-AT": Tongue("de", ".", ",", lambda d: f"{d.day}. {_month('de', d)} {d.year}", "€ {amount}"),
    "de-CH": Tongue("de", "’", ".", _dotted, "{currency} {amount}", (("tax", "MWST"),)),
    "en-GB": Tongue("en", ",", ".", lambda d: f"{d.day} {_month('en', d)} {d.year}", "£{amount}"),
    "en-US": Tongue(
        "en",
        ",",
        ".",
        lambda d: f"{_month('en', d)[:3]} {d.day}, {d.year}",
        "${amount}",
        (("tax", "Sales tax"),),
    ),
    "en-JP": Tongue("en", ",", ".", lambda d: d.isoformat(), "¥{amount}", (("tax", "Consumption tax"),)),
    "fr": Tongue("fr", "\N{NO-BREAK SPACE}", ",", _slashed, "{amount} €"),
    "nl": Tongue("nl", ".", ",", lambda d: f"{d:%d-%m-%Y}", "€ {amount}"),
    "it": Tongue("it", ".", ",", _slashed, "€ {amount}"),
    "es": Tongue("es", ".", ",", _slashed, "{amount} €"),
}
