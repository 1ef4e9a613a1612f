"""What the labels of references, dates, tax numbers and accounts say, folded (lower case, no accents)."""

from __future__ import annotations

from .phrases import compose, words

_NUMBER = words("# no|# nr|nr|no|number|nummer|num|numero|n|nro|id|numer|cislo|szama|#")
_DATE = words("date|datum|data|fecha|dato|dt|pvm|kelte")

_INVOICE = words(
    "invoice|tax invoice|rechnung|rechnungs|facture|fattura|factura|factuur|fatura|faktura|faktury|"
    "bill|beleg|belegs|receipt|document|credit note|credit memo|gutschrift|gutschrifts|avoir|"
    "creditnota|creditfactuur|nota de credito|nota di credito|kreditnota|kreditnote|"
    "rechnungskorrektur|lasku|laskun|szamla|inv|vat invoice|sales invoice|proforma|doc|dokument|"
    "documento|documentos|referenz rechnung"
)
_ORDER = words(
    "order|purchase order|po|p o|your order|customer order|bestellung|bestell|ihre bestellung|"
    "ihre bestell|auftrag|auftrags|ihr auftrag|bestellnummer|commande|bon de commande|votre commande|"
    "votre bon de commande|ordine|vostro ordine|ordine d acquisto|pedido|su pedido|orden de compra|"
    "orden|inkooporder|inkoop order|uw order|bestelling|encomenda|ordre|innkjopsordre|bestallning|"
    "zamowienie|zamowienia|tilaus|objednavka|objednavky|purchase|buyer order|cust po|customer po|"
    "po reference|order reference"
)
_CUSTOMER = words(
    "customer|client|kunden|kunde|klant|klanten|cliente|client|account|debitoren|debitor|debiteur|"
    "acct|member|asiakas|kund|kunde|odberatel|nabywca|buyer|abonne|abonnement|kundennr"
)
_DELIVERY = words(
    "delivery|delivery note|lieferschein|liefer|lieferung|livraison|bon de livraison|ddt|albaran|"
    "pakbon|leverings|levering|shipment|shipping|packing slip|versand|entrega|consegna|service|"
    "leistungs|leistung|start of service|end of service|liefer und leistungs|supply|tax point"
)

CONCEPTS: dict[str, list[str]] = {
    "invoice_number": [
        *compose(_INVOICE, _NUMBER),
        *(f"{head} ref" for head in _INVOICE),
        *words(
            "our reference invoice|reference number|number|numero|beleg nummer|factuurnr|rechnungsnr|"
            "rechnungs nummer|fakturanr|fakturanummer|numero documento|rg nr|re nr|invoice code|numer faktury|"
            "faktura vat nr|facture numero|facture n|invoice|rechnung|facture|fattura|factuur|nr|no|n"
        ),
    ],
    "issue_date": [
        *compose(_INVOICE, _DATE),
        *words(
            "date|datum|data|fecha|date of issue|issue date|issued|issued on|date issued|ausstellungsdatum|"
            "rechnungs datum|date d emission|date emission|emise le|data emissione|fecha de emision|"
            "fecha emision|data de emissao|data wystawienia|fakturadatum|fakturadato|factuurdatum|"
            "factuur datum|billing date|tax date|vom|den|le|du|del|dated|belegdatum|datum vystaveni|"
            "kiallitas datuma|laskun paivays|paivays|dato|invoice dt|date facture"
        ),
    ],
    "due_date": words(
        "due date|due|due on|due by|payment due|payment due date|payable by|pay by|date due|please pay by|"
        "faellig|fallig|fallig am|faellig am|fallig bis|falligkeit|falligkeitsdatum|faelligkeitsdatum|"
        "zahlbar bis|zahlbar bis zum|zahlungsziel|zahlungstermin|zahlungsfrist|zu zahlen bis|bis zum|"
        "netto bis|bis spatestens|spatestens bis|spatestens am|echeance|date d echeance|date echeance|"
        "a payer avant le|a regler avant le|payable le|scadenza|data scadenza|data di scadenza|scadenze|"
        "vencimiento|fecha de vencimiento|fecha vencimiento|fecha limite de pago|vencimento|"
        "data de vencimento|vervaldatum|vervaldag|te betalen voor|uiterlijk|betaaldatum|"
        "uiterste betaaldatum|betalen voor|forfallsdato|forfaldsdato|forfallodatum|forfall|forfald|"
        "termin platnosci|datum splatnosti|splatnost|esedekesseg|erapaiva|fizetesi hatarido|scadent|"
        "terms due date|payment date|bezahlen bis"
    ),
    "order_reference": [
        *compose(_ORDER, _NUMBER),
        *(f"{head} ref" for head in _ORDER),
        *words(
            "your order|ihre bestellung|purchase order|po|p o|po ref|votre commande|vostro ordine|su pedido|"
            "uw order|bestellung nr kunde|bestellung|bestellnr|n bon de commande|bestell nummer|"
            "commande client|reference commande|ref commande|bon de commande|commande|ordine|pedido|order|"
            "auftrag|bestelnummer|ihre bestellnummer|ihre bestell nr|your po|your purchase order|"
            "your order no|your order number|rif ordine|vs ordine|deres ordre|er bestallning|order reference|"
            "buyer order number|orden de compra"
        ),
    ],
    "order_other": words(
        "auftrag nr lief|auftrag datum lief|our order|unser auftrag|sales order|n bon de vente|"
        "bon de vente|notre commande|auftragsnummer lieferant|unsere auftragsnummer|leasingnummer|"
        "vertragsnummer|vertrags nr|vertrag|contract|contract no|contract number|n contrat|contrat|"
        "contratto|contrato|project|projekt|projektnummer|projet|ref projet|kostenstelle|cost center|"
        "your reference|ihr zeichen|ihre referenz|votre reference|referenz des kaufers|uw referentie|"
        "vostro riferimento|buyer reference|leitweg id|serial number|zahlungsreferenz|payment reference|"
        "verwendungszweck|buchungsreferenz|referenz|reference|ref|numero de dossier|dossier|ticket|"
        "tracking|serienummer|seriennummer|zahlpunkt|nummer|steuernummer|steuer nr|tax number|siren|siret|"
        "siren siret|hrb|handelsregister|kvk|handelsregisternummer|company no|company number|"
        "company registration|registration number|reg no|gln|globale nummer|lief nr|lieferantennummer|"
        "lieferanten nr|vendor no|supplier no|seite|page|pagina|kontonr|kontonummer|konto nr|"
        "account number|account no|account|bank account|sort code|blz|routing number|bankleitzahl|capital|"
        "telefon|tel|phone|fax|fon|mobile|e mail|email|mail|payment terms|terms|zahlungsbedingungen|"
        "version|art nr|artikel nr|artikelnummer|gtin|ean|sku|ma nr|wee reg nr|abn|cin|pan|gstin no|"
        "quote number|quote no|angebotsnummer|angebots nr|devis n|numero devis|mandate|mandatsreferenz|"
        "glaubiger id|glaubiger identifikationsnummer|von seiten|weitere referenz|xml eingabedatei|"
        "anschrift|address|adresse|ansprechpartner|contact|contact person|kontakt|account manager|strasse|"
        "plz|ort|city|country|land|indirizzo|direccion|adres|telefono|telephone|telefax|web|website|"
        "abteilung|department|bearbeiter|sachbearbeiter|geschaftsfuhrer|bank|bankverbindung|bankname|"
        "zahlungstyp|fax no|phone no|tel no|id|claim number|employee id|statement number|"
        "rechnungskorrektur zu|zur rechnung|zu rechnung|original invoice|original invoice number|"
        "ursprungliche rechnung|bezug|facture d origine|bezug rechnung|vorausgegangene rechnung|"
        "previous invoice|credit for invoice|bezug auf rechnung|korrektur zu rechnung"
    ),
    "customer_number": [
        *compose(_CUSTOMER, _NUMBER),
        *words("ihre nummer|customer|klantnr|bill to id|id kunde"),
    ],
    "delivery_date": [
        *compose(_DELIVERY, _DATE),
        *words(
            "leistungszeitraum|delivery|livraison|liefertermin|lieferdatum|leistungsdatum|lieferung|period|"
            "periode|zeitraum|abrechnungszeitraum|billing period|service period|ship date|shipped|"
            "liefer und leistungsdatum|start of service|end of service|datum zdanitelneho plneni|"
            "data sprzedazy|vertrags datum|contract date|training date|prestation|periode de facturation|"
            "lieferscheindatum|print date|statement date|druckdatum"
        ),
    ],
    "delivery_number": [*compose(_DELIVERY, _NUMBER), "lieferschein", "delivery note", "bon de livraison"],
    "order_date": [
        *compose(_ORDER, _DATE),
        *words("auftrag datum|orderdatum|besteldatum|bestelldatum|date de commande"),
    ],
    "vat_id": words(
        "vat|vat id|vat no|vat number|vat reg no|vat registration number|vat reg|vat registration no|"
        "vat registration|ust id|ust idnr|ust id nr|ust ident nr|ust identnr|umsatzsteuer id|"
        "umsatzsteuer identifikationsnummer|ustid|ust idnummer|ustidnr|uid|uid nr|tva|n tva|"
        "tva intracommunautaire|numero de tva|numero tva|no tva|n de tva|n tva intracommunautaire|id tva|"
        "code tva|partita iva|p iva|iva|piva|codice iva|nif|cif|nif iva|btw|btw nr|btw nummer|btw id|"
        "btw identificatienummer|nip|dic|moms nr|momsnr|momsreg nr|vat reg nr|mva|alv|adoszam|gstin|"
        "gst no|abn|vat id no|tax id|tax id no|vatin|mwst nr|mwst nummer|ust ld nr|eu vat|cvr|se no|nipc|"
        "contribuinte|cod fiscal|cui|vat identification number|numero iva|tax registration number|"
        "your vat id|ihre ust identnr|ihre ust idnr|ihre ust id nr|votre tva|uw btw nummer"
    ),
    "iban": words("iban|iban nr|iban no|iban number|account iban|kontonummer iban|rekeningnummer iban"),
    "bic": words("bic|swift|swift bic|bic swift|swift code|bic code|bic swift code"),
}  # fmt: skip
