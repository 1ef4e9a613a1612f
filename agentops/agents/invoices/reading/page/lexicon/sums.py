"""What the labels of sums say: net, tax, total, what is left to pay, and what stands between them."""

from __future__ import annotations

from .phrases import words

_NET = words(
    "net total|total net|net amount|net|netto|nettobetrag|nettosumme|summe netto|netto summe|"
    "netto gesamt|gesamt netto|gesamtbetrag netto|nettogesamtbetrag|rechnungssumme netto|"
    "rechnungssumme netto exkl ust|rechnungssumme ohne ust|gesamtnetto|gesamtsumme netto|"
    "summe ohne ust|warenwert netto|total ht|montant ht|total hors taxe|total hors taxes|total h t|"
    "montant total ht|net ht|total net ht|base imponible|total base imponible|imponibile|"
    "totale imponibile|totale netto|subtotaal excl btw|totaal excl btw|totaal exclusief btw|"
    "exclusief btw|totaal excl|bedrag excl btw|total excluding vat|total excl vat|total ex vat|"
    "total excl tax|total without vat|amount excl vat|net value|total before tax|amount before tax|"
    "taxable amount|taxable value|subtotal less discount|substotal less discount|net invoice amount|"
    "summe exkl mwst|total exkl mwst|zwischensumme netto|total liquido|valor liquido|suma netto|"
    "wartosc netto|netto belop|sum eks mva|belopp exkl moms|total exkl moms|bemessungsgrundlage|"
    "nettowert|netto eur|total tax exclusive|tax exclusive amount|invoice net|total sin iva|base|"
    "grondslag|gesamt netto eur|summe nettobetrage|total net amount|net amount total|goods total|"
    "total excluding tax|total excluding gst|steuerpflichtiger betrag|base ht|total net hors taxes|"
    "montant net ht|totaal netto|summe netto eur|net sum|taxable total|mehrwertsteuerpflichtig|"
    "rechnungsbetrag netto"
)
_SUBTOTAL = words(
    "subtotal|sub total|zwischensumme|sous total|subtotale|subtotaal|positionssumme|summe positionen|"
    "summe der positionen|warenwert|total lines|line total sum|summe|items total|goods value|"
    "merchandise|subsuma|delsum|total charges and lines|sum|parcial|gesamtpreis|zwischensumme eur"
)
_TAX = words(
    "tax|total tax|tax total|sales tax|vat|vat amount|total vat|vat total|tax amount|gst|total gst|"
    "igst|cgst|sgst|hst|pst|steuerbetrag|umsatzsteuer|mehrwertsteuer|ust|mwst|mwst betrag|ust betrag|"
    "summe umsatzsteuer|summe mwst|summe ust|zzgl ust|zzgl mwst|zzgl umsatzsteuer|zuzugl ust|"
    "zuzuglich ust|zuzuglich mwst|zuzuglich umsatzsteuer|gesamt mwst|steuer|steuern|tva|total tva|"
    "montant tva|montant de la tva|dont tva|iva|total iva|totale iva|importe iva|cuota iva|imposta|"
    "totale imposta|btw|btw bedrag|totaal btw|bedrag btw|moms|mva|total mva|merverdiavgift|vat gst|"
    "kwota vat|podatek|dph|afa|alv|tax eur|plus vat|plus tax|zzgl|total taxes|taxes|"
    "steuerbetrag in eur|impuesto|impuestos|plus mwst|montant total tva|steuerbetrag eur|mwst eur|"
    "ust eur|enthaltene mwst|enthaltene ust|darin enthaltene mwst|inkl mwst|incl vat|includes vat|"
    "of which vat|gesamtsteuer|imposto|total imposto"
)
_GROSS = words(
    "total|grand total|invoice total|total amount|total invoice amount|invoice amount|"
    "total including vat|total incl vat|total inc vat|total incl tax|total incl|total with vat|gross|"
    "gross total|total gross|gross amount|brutto|bruttobetrag|bruttosumme|summe brutto|brutto gesamt|"
    "gesamt brutto|rechnungsbetrag|gesamtbetrag|gesamtsumme|gesamt|endbetrag|endsumme|rechnungssumme|"
    "rechnungssumme brutto|rechnungssumme brutto inkl ust|gesamtbetrag brutto|rechnungsendbetrag|"
    "summe inkl ust|summe inkl mwst|gesamtbetrag inkl mwst|summe gesamt|rechnung gesamt|total brutto|"
    "bruttogesamtbetrag|gesamtpreis brutto|zu zahlender betrag|total inkl mwst|total ttc|montant ttc|"
    "total t t c|montant total ttc|total toutes taxes comprises|total general|total facture|"
    "total a facturer|totale|totale fattura|totale documento|totale ivato|totale lordo|"
    "totale generale|total factura|total con iva|importe total|total a pagar iva incluido|totaal|"
    "totaal incl btw|totaal inclusief btw|totaalbedrag|factuurbedrag|factuur totaal|te betalen totaal|"
    "totaal incl|bedrag incl btw|inclusief btw|total geral|valor total|total com iva|razem|"
    "suma brutto|wartosc brutto|do zaplaty|totalt|summa|sum inkl mva|totalbelopp|att betala totalt|"
    "yhteensa|celkem|osszesen|brutto eur|total tax inclusive|tax inclusive amount|total eur|total usd|"
    "gesamt eur|gesamtbetrag eur|total ttc eur|gesamtrechnungsbetrag|gesamtbetrag inkl ust|"
    "total value|total invoice value|invoice value|total price|totaal eur|total chf|"
    "factuur totaal eur|total with tax|total after tax|rechnungsbetrag brutto|fakturabelopp"
)
_PAYABLE = words(
    "amount due|balance due|total due|amount payable|total payable|balance|please pay|to pay|"
    "due amount|zahlbetrag|offener betrag|zu zahlen|restbetrag|zahlungsbetrag|falliger betrag|"
    "faelliger betrag|noch zu zahlen|uberweisungsbetrag|net a payer|reste a payer|montant a payer|"
    "total a payer|solde|solde a payer|solde du|a payer|a pagar|total a pagar|importe a pagar|"
    "totale da pagare|totale dovuto|da pagare|netto a pagare|importo da pagare|netto a pagar|"
    "te betalen|te betalen bedrag|openstaand bedrag|nog te betalen|att betala|a betale|a betala|"
    "til betaling|maksettava|fizetendo|k uhrade|pay this amount|amount outstanding|"
    "outstanding balance|zahlbarer betrag|amount due eur|amount due usd|total amount due|"
    "balance payable|total due eur|net payable|fizetendo osszeg|zu bezahlen|valor a pagar|"
    "total amount payable|current amount due"
)
_PREPAID = words(
    "prepaid|paid|amount paid|payments|payment received|payments received|deposit|already paid|"
    "bereits bezahlt|anzahlung|anzahlungen|erhaltene anzahlungen|abschlagszahlung|abzgl anzahlung|"
    "vorauszahlung|geleistete zahlungen|acompte|acomptes|acompte verse|deja paye|acconto|anticipo|"
    "anticipos|aanbetaling|voldaan|betaald|less payments|less deposit|paid to date|zahlungen|advance|"
    "less advance|montant deja paye|prepayment|sinal|innbetalt|forskott|pagos|abschlage"
)
_ADJUST = words(
    "discount|less discount|rabatt|skonto|nachlass|abzgl rabatt|abzuglich rabatt|sondernachlass|"
    "abzgl sondernachlass|remise|escompte|sconto|descuento|korting|shipping|versandkosten|"
    "zzgl versandkosten|freight|freight costs|fracht|transport|transportkosten|porto|port|"
    "frais de port|frais|spedizione|gastos de envio|verzendkosten|handling|surcharge|fee|"
    "gesamtbetrag der zuschlage|gesamtbetrag der abschlage|zuschlage|abschlage|total charges|"
    "total allowances|total charges and allowances|rounding|rundung|rundungsbetrag|arrondi|"
    "delivery charge|bearbeitungsgebuhr|mindermengenzuschlag|verpackung|packaging|total discount|"
    "trade discount|voucher|gutschein|carried forward|brought forward|carried forward ubertrag|"
    "brought forward ubertrag|ubertrag|uebertrag|report|a reporter|riporto|suma y sigue|"
    "transport totaal|carry over|carried over|rebate|credit applied|tip|service charge"
)
SUM_CONCEPTS = ("net_total", "subtotal", "tax_total", "gross_total", "payable", "prepaid", "adjustment")
CARRY = {
    "carried forward",
    "brought forward",
    "ubertrag",
    "uebertrag",
    "a reporter",
    "riporto",
    "suma y sigue",
    "carry over",
    "carried over",
}

CONCEPTS: dict[str, list[str]] = {
    "net_total": _NET,
    "subtotal": _SUBTOTAL,
    "tax_total": _TAX,
    "gross_total": _GROSS,
    "payable": _PAYABLE,
    "prepaid": _PREPAID,
    "adjustment": _ADJUST,
}
