# ruff: noqa: E501 - a table of words reads better whole
"""How ten languages label an invoice: several usual wordings each, of which an invented invoice takes one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}

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

# One line per key, in the order of KEYS.
_WORDS = {
    "de": """Rechnung
Rechnungsnummer|Rechnungs-Nr.|Rechnung Nr.|Belegnummer|Rechnungsnr.
Rechnungsdatum|Datum|Ausstellungsdatum|Belegdatum
Fällig am|Zahlbar bis|Fälligkeitsdatum|Fälligkeit
Ihre Bestellung|Bestellnummer|Ihre Bestell-Nr.|Bestell-Nr.|Ihre Bestellnummer
Kundennummer|Kunden-Nr.|Debitor
Lieferdatum|Leistungsdatum
Rechnungsempfänger|Rechnung an|Kunde|Rechnungsadresse
Lieferant|Rechnungssteller|Absender
USt-IdNr.|USt-ID|USt.-Id-Nr.
Pos.|Nr.|#
Art.-Nr.|Artikelnummer
Bezeichnung|Beschreibung|Artikelbezeichnung|Leistung
Menge|Anzahl
Einheit|Einh.|ME
Einzelpreis|E-Preis|Preis|Stückpreis
Rabatt
USt. %|MwSt.|Steuersatz
Gesamt|Betrag|Gesamtpreis|Summe
Nettobetrag|Summe netto|Zwischensumme|Nettosumme|Netto
USt.|MwSt.|zzgl. MwSt.|Umsatzsteuer
USt. gesamt|Summe MwSt.|MwSt. gesamt
Gesamtbetrag|Rechnungsbetrag|Bruttobetrag|Gesamtsumme|Endbetrag
Zahlbetrag|Restbetrag|Zu zahlen|Offener Betrag
Anzahlung|Bereits bezahlt
Rabatt|abzgl. Rabatt
Versandkosten|Fracht
Übertrag
Seite
Bankverbindung
Bemessungsgrundlage|Netto
Steuerbetrag|Steuer
Steuerfreie innergemeinschaftliche Lieferung nach § 4 Nr. 1b UStG.""",
    "en": """Invoice|Tax invoice
Invoice number|Invoice no.|Invoice #|Inv. no.|Document no.
Invoice date|Date|Issue date|Date of issue
Due date|Payment due|Due on|Pay by
Your order|PO number|Purchase order|Order ref.|Your order no.|Customer PO
Customer no.|Account no.|Customer ID
Delivery date|Supply date
Bill to|Invoice to|Customer|Sold to
From|Supplier|Seller
VAT no.|VAT reg. no.|VAT ID|VAT number
No.|Item|#
Code|SKU|Item code
Description|Details|Item description|Product
Qty|Quantity|Units
Unit|UoM
Unit price|Price|Rate|Price each
Disc.
VAT %|VAT rate|Tax rate
Amount|Total|Line total|Net amount
Subtotal|Net total|Total excl. VAT|Total net|Net amount
VAT|Tax|Sales tax
Total VAT|VAT total|Total tax
Total|Invoice total|Total incl. VAT|Grand total|Total amount
Amount due|Balance due|Amount payable|Total due
Deposit|Amount paid|Less deposit
Discount|Less discount
Shipping|Delivery charge|Freight
Carried forward|Brought forward
Page
Bank details|Payment details
Taxable amount|Net
VAT amount|Tax
VAT exempt intra-Community supply, art. 138 Directive 2006/112/EC.""",
    "fr": """Facture
Facture n°|N° de facture|Numéro de facture|Facture N°
Date de facture|Date|Date d'émission|Date de la facture
Date d'échéance|Échéance|À régler avant le|Payable le
Votre commande|N° de commande|Bon de commande|Réf. commande|Commande n°
N° client|Code client
Date de livraison
Facturé à|Client|Adresse de facturation|Destinataire
Émetteur|Fournisseur|Vendeur
N° TVA|TVA intracommunautaire|N° de TVA
N°|Pos.
Réf.|Référence|Code article
Désignation|Description|Libellé
Qté|Quantité
Unité|U.
Prix unitaire|P.U. HT|Prix unitaire HT|PU HT
Remise
TVA %|Taux TVA|TVA
Montant|Montant HT|Total HT|Total
Total HT|Montant HT|Sous-total HT|Total net HT
TVA|Montant TVA
Total TVA|Montant total TVA
Total TTC|Montant TTC|Total à payer TTC|Montant total TTC
Net à payer|Reste à payer|Solde à payer
Acompte versé|Déjà réglé|Acompte
Remise|Escompte
Frais de port|Port
Report|À reporter
Page
Coordonnées bancaires
Base HT|Base
Montant TVA|TVA
Exonération de TVA, article 262 ter I du CGI, livraison intracommunautaire.""",
    "it": """Fattura
Fattura n.|Numero fattura|N. fattura|Fattura numero|Numero documento
Data fattura|Data|Data documento|Data emissione
Scadenza|Data scadenza|Scadenza pagamento
Vs. ordine|Ordine n.|Vostro ordine|Rif. ordine|N. ordine
Cod. cliente|Codice cliente
Data consegna
Spett.le|Cliente|Destinatario|Intestatario
Fornitore|Mittente|Cedente
P. IVA|Partita IVA|P.IVA
N.|Riga|Pos.
Codice|Cod. art.
Descrizione|Descrizione articolo
Q.tà|Quantità|Qtà
U.M.|UM
Prezzo|Prezzo unitario|Prezzo unit.
Sconto
IVA %|Aliquota|IVA
Importo|Totale|Importo riga
Imponibile|Totale imponibile|Totale netto
IVA|Imposta
Totale IVA|Totale imposta
Totale fattura|Totale documento|Totale
Netto a pagare|Totale da pagare|Importo dovuto
Acconto
Sconto
Spese di trasporto|Spedizione
Riporto|A riportare
Pagina|Pag.
Coordinate bancarie
Imponibile
Imposta|Importo IVA
Operazione non imponibile, art. 41 D.L. 331/93.""",
    "es": """Factura
Factura n.º|Número de factura|N.º factura|Nº de factura|Factura núm.
Fecha factura|Fecha|Fecha de emisión|Fecha de factura
Vencimiento|Fecha de vencimiento|Fecha vencimiento
Su pedido|N.º pedido|Pedido n.º|Pedido|Ref. pedido
N.º cliente|Código cliente
Fecha de entrega
Cliente|Facturar a|Datos del cliente|Destinatario
Emisor|Proveedor
NIF|CIF|NIF-IVA
N.º|Pos.|Línea
Código|Ref.
Descripción|Concepto
Cant.|Cantidad
Ud.|Unidad
Precio|Precio unitario|Precio unit.|P. unitario
Dto.
IVA %|% IVA|Tipo IVA
Importe|Total
Base imponible|Subtotal|Total neto
IVA|Cuota IVA
Total IVA|Importe IVA
Total factura|Importe total|Total con IVA|Total
Total a pagar|Importe a pagar|A pagar
Anticipo|Pagado
Descuento
Gastos de envío|Portes
Suma y sigue|Suma anterior
Página
Datos bancarios
Base imponible|Base
Cuota|Cuota IVA
Entrega intracomunitaria exenta, art. 25 Ley 37/1992.""",
    "nl": """Factuur
Factuurnummer|Factuurnr.|Factuur nr.|Nummer
Factuurdatum|Datum
Vervaldatum|Te betalen voor|Betalen vóór|Uiterste betaaldatum
Uw bestelling|Uw order|Bestelnummer|Uw ordernummer|Uw bestelnummer|Inkooporder
Klantnummer|Debiteurnummer|Klantnr.
Leverdatum
Factuuradres|Aan|Klant|Factuur aan
Leverancier|Afzender
BTW-nummer|Btw-nr.|BTW-id
Nr.|Regel|Pos.
Artikelnr.|Code
Omschrijving|Artikelomschrijving
Aantal|Hoeveelheid
Eenh.|Eenheid
Prijs|Stukprijs|Prijs per stuk|Tarief
Korting
Btw %|BTW
Bedrag|Totaal|Regeltotaal
Subtotaal|Totaal excl. btw|Bedrag excl. btw|Nettobedrag
Btw|BTW bedrag|BTW
Btw totaal|Totaal btw
Totaal incl. btw|Totaal te betalen|Totaalbedrag|Factuurbedrag|Totaal
Te betalen|Openstaand bedrag|Nog te betalen
Aanbetaling|Reeds betaald
Korting
Verzendkosten|Transportkosten
Transport|Transporteren
Pagina
Bankgegevens
Grondslag|Netto
Btw-bedrag|Btw
Intracommunautaire levering, artikel 138 Richtlijn 2006/112/EG.""",
    "pl": """Faktura VAT|Faktura
Faktura nr|Numer faktury|Nr faktury
Data wystawienia|Data faktury
Termin płatności|Termin zapłaty
Zamówienie nr|Nr zamówienia|Numer zamówienia
Nr klienta|Numer klienta
Data sprzedaży|Data dostawy
Nabywca|Kupujący
Sprzedawca|Wystawca
NIP|NIP UE
Lp.|Nr
Kod|Indeks
Nazwa|Nazwa towaru|Opis|Nazwa towaru lub usługi
Ilość
J.m.|Jm
Cena netto|Cena jedn.|Cena jednostkowa netto
Rabat
VAT %|Stawka VAT|VAT
Wartość netto|Wartość
Razem netto|Suma netto|Wartość netto
VAT|Kwota VAT|Podatek VAT
Razem VAT|Suma VAT
Razem brutto|Suma brutto|Do zapłaty|Razem do zapłaty|Wartość brutto
Pozostało do zapłaty|Do zapłaty
Zaliczka|Zapłacono
Rabat
Koszty wysyłki|Transport
Do przeniesienia|Z przeniesienia
Strona
Rachunek bankowy
Wartość netto|Netto
Kwota VAT|VAT
Wewnątrzwspólnotowa dostawa towarów, art. 42 ustawy o VAT.""",
    "da": """Faktura
Fakturanummer|Faktura nr.|Fakturanr.
Fakturadato|Dato
Forfaldsdato|Forfald|Betales senest|Sidste betalingsdato
Deres ordre|Ordrenummer|Jeres ordre|Deres ordrenr.|Rekvisition
Kundenummer|Kundenr.
Leveringsdato
Faktureres til|Kunde|Køber
Sælger|Leverandør
CVR-nr.|SE-nr.|Momsnr.
Nr.|Pos.
Varenr.|Varenummer
Beskrivelse|Tekst|Varebeskrivelse
Antal|Mængde
Enhed
Enhedspris|Stk. pris|Pris|Stykpris
Rabat
Moms %|Moms
Beløb|I alt|Total
Subtotal|Nettobeløb|I alt ekskl. moms|Total ekskl. moms
Moms|Momsbeløb
Moms i alt
I alt inkl. moms|Total inkl. moms|I alt|Total
At betale|Beløb til betaling|Til betaling
Forudbetalt|Acontobeløb
Rabat
Fragt|Forsendelse
Transport|Overført
Side
Bankoplysninger
Momsgrundlag|Netto
Momsbeløb|Moms
Momsfri EU-leverance, momslovens § 34.""",
    "sv": """Faktura
Fakturanummer|Fakturanr|Faktura nr
Fakturadatum|Datum
Förfallodatum|Förfallodag|Oss tillhanda|Betalas senast
Er order|Ert ordernummer|Ordernummer|Er beställning
Kundnummer|Kundnr
Leveransdatum
Fakturaadress|Kund|Köpare
Säljare|Leverantör
Momsreg.nr|VAT-nr|Momsregistreringsnummer
Nr|Rad|Pos
Artikelnr|Art.nr
Beskrivning|Benämning|Artikel
Antal|Kvantitet
Enhet
À-pris|Pris|Enhetspris|Pris/enhet
Rabatt
Moms %|Moms
Belopp|Summa|Radsumma
Netto|Summa exkl. moms|Nettobelopp|Delsumma
Moms|Momsbelopp
Summa moms|Moms totalt
Att betala|Totalt|Summa inkl. moms|Totalbelopp|Summa att betala
Kvar att betala|Att betala
Förskott|Betalt
Rabatt
Frakt|Fraktkostnad
Transport|Att överföra
Sida
Bankuppgifter
Momsunderlag|Netto
Momsbelopp|Moms
Momsfri EU-försäljning, 3 kap. 30 a § ML.""",
    "pt": """Fatura
Fatura n.º|Número da fatura|N.º fatura|Fatura nº
Data da fatura|Data|Data de emissão
Vencimento|Data de vencimento|Data limite de pagamento
V. encomenda|Encomenda n.º|N.º encomenda|Vossa encomenda|Nota de encomenda
N.º cliente|Código cliente
Data de entrega
Cliente|Faturado a|Exmo.(s) Sr.(s)
Fornecedor|Emitente
NIF|NIPC|Contribuinte n.º
N.º|Linha
Código|Ref.
Descrição|Designação
Qtd.|Quantidade
Un.|Unid.
Preço unit.|Preço unitário|Preço|P. unitário
Desc.
IVA %|Taxa IVA|IVA
Total|Valor|Montante
Total líquido|Subtotal|Valor líquido|Incidência
IVA|Valor do IVA
Total IVA|Total do IVA
Total|Total da fatura|Total com IVA|Total geral
Total a pagar|Valor a pagar|A pagar
Adiantamento|Sinal
Desconto
Portes|Transporte
A transportar|Transporte
Página
Dados bancários
Incidência|Base
Valor IVA|Imposto
Isento de IVA, artigo 14.º do RITI.""",
}


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


@dataclass(frozen=True)
class Habit:
    """How a country writes numbers, dates and money."""

    language: str
    country: str
    currency: str
    group: str
    decimal: str
    day: Callable[[date], str]
    money: str  # with {a} for the amount

    def number(self, value: object, places: int = 2) -> str:
        plain = f"{value:,.{places}f}"
        return plain.replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)


def _long(language: str, pattern: str) -> Callable[[date], str]:
    def write(day: date) -> str:
        return pattern.format(d=day.day, m=MONTHS[language].split()[day.month - 1], y=day.year)

    return write


def _as(pattern: str) -> Callable[[date], str]:
    return lambda day: f"{day:{pattern}}"


NARROW, BLANK = "\u202f", "\u00a0"
HABITS = (
    Habit("de", "DE", "EUR", ".", ",", _as("%d.%m.%Y"), "{a} EUR"), Habit("de", "DE", "EUR", ".", ",", _long("de", "{d}. {m} {y}"), "{a} €"),
    Habit("de", "AT", "EUR", ".", ",", _as("%d.%m.%Y"), "€ {a}"), Habit("de", "CH", "CHF", "'", ".", _as("%d.%m.%Y"), "CHF {a}"),
    Habit("en", "GB", "GBP", ",", ".", _as("%d/%m/%Y"), "£{a}"), Habit("en", "GB", "GBP", ",", ".", _long("en", "{d} {m} {y}"), "GBP {a}"),
    Habit("en", "US", "USD", ",", ".", _long("en", "{m} {d}, {y}"), "${a}"), Habit("en", "US", "USD", ",", ".", _as("%m/%d/%Y"), "USD {a}"),
    Habit("en", "IE", "EUR", ",", ".", _as("%d %b %Y"), "€{a}"), Habit("en", "JP", "JPY", ",", ".", _as("%Y-%m-%d"), "¥{a}"),
    Habit("fr", "FR", "EUR", BLANK, ",", _as("%d/%m/%Y"), "{a} €"), Habit("fr", "BE", "EUR", ".", ",", _long("fr", "{d} {m} {y}"), "{a} EUR"),
    Habit("it", "IT", "EUR", ".", ",", _as("%d/%m/%Y"), "€ {a}"), Habit("it", "IT", "EUR", ".", ",", _long("it", "{d} {m} {y}"), "{a} €"),
    Habit("es", "ES", "EUR", ".", ",", _as("%d/%m/%Y"), "{a} €"), Habit("es", "ES", "EUR", ".", ",", _long("es", "{d} de {m} de {y}"), "{a} EUR"),
    Habit("nl", "NL", "EUR", ".", ",", _as("%d-%m-%Y"), "€ {a}"), Habit("nl", "BE", "EUR", ".", ",", _long("nl", "{d} {m} {y}"), "{a} EUR"),
    Habit("pl", "PL", "PLN", BLANK, ",", _as("%d.%m.%Y"), "{a} zł"), Habit("pl", "PL", "PLN", " ", ",", _as("%Y-%m-%d"), "{a} PLN"),
    Habit("da", "DK", "DKK", ".", ",", _as("%d.%m.%Y"), "{a} kr."), Habit("da", "DK", "DKK", ".", ",", _as("%d-%m-%Y"), "DKK {a}"),
    Habit("sv", "SE", "SEK", BLANK, ",", _as("%Y-%m-%d"), "{a} kr"), Habit("sv", "SE", "SEK", " ", ",", _as("%Y-%m-%d"), "{a} SEK"),
    Habit("pt", "PT", "EUR", ".", ",", _as("%d/%m/%Y"), "{a} €"), Habit("pt", "PT", "EUR", " ", ",", _as("%d-%m-%Y"), "{a} EUR"),
)  # fmt: skip
