"""How German, English, Dutch, Danish and Swedish label an invoice.

One line per key of `KEYS`, several usual wordings in it.
"""

WORDS = {
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
}
