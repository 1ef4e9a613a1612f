# ruff: noqa: E501 - the tables read better as paragraphs than as columns
"""More wordings, by language rather than by concept: what invoices of ten countries print beside the common ones."""

from __future__ import annotations

from .phrases import compose, words

_NUMBER = words("number|no|nr|nummer|num|numero|n|#|id|ref|numer")

# Whose order it is, and what an order is called: each language's own.
_POSSESSED = {
    "your|customer|client|buyer": "order|purchase order|po|p o",
    "ihre|ihr|kunden": "bestellung|bestell|auftrag|order",
    "votre|vos|v": "commande|bon de commande|cde",
    "vostro|vs|v|vostra|vs rif": "ordine|ordine d acquisto|ord",
    "su|vuestro|s": "pedido|orden|orden de compra",
    "uw": "bestelling|order|ordernummer|ordernr|bestelnr|opdracht|inkooporder|bestel",
    "deres|jeres|din": "ordre|bestilling|rekvisition|ordrenummer|ordrenr",
    "er|ert|din": "order|bestallning|inkopsorder|ordernummer|ordernr|best",
    "v|vossa|vosso|sua|vs": "encomenda|nota de encomenda|requisicao|pedido",
    "wasze|panstwa|twoje": "zamowienie",
}
_OWNED = [
    f"{whose} {what}"
    for owners, things in _POSSESSED.items()
    for whose in words(owners)
    for what in words(things)
    if len(whose) > 1 or len(what) > 4
]

LABELS: dict[str, list[str]] = {
    "invoice_number": [
        *compose(words("fra|fact|ft|fv|fakt|re|rg|avoir|nota|nota credito"), _NUMBER),
        *words("nummer|fattura numero|num factura|n fra|numer dokumentu|document reference|invoice reference|fakturans nummer"),
    ],
    "issue_date": words(
        "data di emissione|data do documento|data documento|data emissao|document date|date du document|date of invoice|"
        "utstallningsdatum|faktureringsdatum|utfardad|data da emissao|fecha del documento|fecha expedicion|data della fattura|"
        "date de la facture|data dokumentu|wystawiono|dag|factuur d d|rechnung vom|vystaveno"
    ),
    "due_date": words(
        "payment due by|payment by|payable on|a regler avant|a regler le|a regler au plus tard le|a payer pour le|"
        "date limite de paiement|date limite de reglement|paiement avant le|betales senest|sidste betalingsdato|"
        "sidste rettidige betalingsdato|forfaldsdag|forfalder|betalingsdato|betalingsfrist|forfallodag|oss tillhanda|"
        "oss tillhanda senast|betalas senast|betala senast|betalningsdag|senast|termin zaplaty|zaplata do|platne do|"
        "data limite de pagamento|limite de pagamento|prazo de pagamento|pagar ate|pagamento ate|scadenza pagamento|"
        "scadenza il|pagamento entro|pagamento entro il|pagar antes de|pagadero el|fecha de pago|fecha limite|limite de pago|"
        "uiterste betaaldag|te voldoen voor|te betalen uiterlijk|betalen uiterlijk|zahlbar am|zahlung bis|zahlbar spatestens|"
        "payment deadline|settlement date|fallig zum|zahlung fallig"
    ),
    "order_reference": [
        *_OWNED,
        *(f"{owned} {number}" for owned in _OWNED for number in _NUMBER),
        *compose(words("zamowienia|encomenda|ordine|pedido|commande|bestelling|rekvisition|ordre|bestallning|nota de encomenda"), _NUMBER),
        *words("inkooporder|inkoopnummer|bestelling|innkjopsordre|innkjopsordrenummer|customer po|cust po|zamowienie|rekvisition|requisition|encomenda|nota de encomenda|ref pedido|ref ordine|vs rif|cde|purchase order reference|"
               "po id|order code|bestelref|ordre ref|order ref|customer ref po|inkopsordernummer|rif ordine cliente"),
    ],
    "order_other": words(
        "org nr|orgnr|organisationsnummer|regon|krs|rea|cap soc|capitale sociale|conservatoria|ein|"
        "betalings id|ocr|ocr nummer|bankgiro|plusgiro|reg nr|kontonummer|nr konta|numer konta|er referens|var referens|"
        "vores ref|deres ref|vor referanse|nasz znak|codigo postal|codice fiscale|cod fisc|c f|cuenta|n cuenta|"
        "conta|n conta|rekening|rekeningnummer|teléfono|movil|tlf|telf|tel nr|telefoon|s ref|n ref|notre reference|"
        "nostro riferimento|our ref|our reference|unser zeichen|unsere referenz|statement no|ape|naf|rcs|rm|"
        "licence|registro mercantil|fiscal code|bsr|route|lot|batch|serial|serial no|belastingdienst"
    ),
    "customer_number": words(
        "cod cliente|codice cliente|codigo cliente|codigo de cliente|code client|debiteurnummer|debiteur nr|kundenr|kundnr|"
        "nr klienta|numer klienta|n cliente|no cliente|n client|ref client|client ref|kontrahent|acct no|account ref|kd nr|kdnr"
    ),
    "delivery_date": words(
        "leverdatum|leveringsdato|leveransdatum|data dostawy|data wykonania|data consegna|fecha de entrega|data de entrega|"
        "date de livraison|date de prestation|fecha de operacion|fecha operacion|data trasporto|data carga|date of supply|"
        "supply date|time of supply|service date|dispatch date|despatch date|leistungszeit|lieferzeitraum"
    ),
    "vat_id": words(
        "cvr nr|cvr nummer|se nr|se nummer|moms nr|momsnummer|momsreg|momsregnr|momsregistreringsnummer|momsregistreringsnr|"
        "vat nr|cif nif|nif cif|n i f|n contribuinte|contribuinte n|no contribuinte|n contrib|nip ue|nip vat|vat ue|"
        "uid mwst|che mwst|numero de iva|n iva|iva n|tax no|tax number vat|tva intracom|n tva intracom|n ident tva|"
        "n identification tva|numero d identification tva|id fiscal|identificacion fiscal|vat reg number|vat registered no|"
        "vat registered number|vat id number|gst registration no|mva nr|org nr mva|partita i v a|p i|c f p iva|p iva c f|"
        "cod fisc e p iva|p iva e c f|codice fiscale e partita iva|ust nr|mwst id|steuer id|dic dph|ic dph|ico dph|"
        "nit|nit no|ruc|r u c|rfc|r f c|cuit|rut|r u t|cnpj|gst reg no|gst number|trn|tin|pib|oib"
    ),
    "net_total": words(
        "razem netto|netto razem|ogolem netto|suma netto|wartosc netto razem|nettobelob|subtotal ekskl moms|i alt ekskl moms|"
        "ialt ekskl moms|total ekskl moms|belob ekskl moms|total excl moms|i alt uden moms|total uden moms|summa exkl moms|"
        "netto belopp|nettobelopp|belopp exkl moms|totalt exkl moms|summa netto|valor sem iva|total sem iva|incidencia|"
        "base tributavel|total neto|importe neto|neto|importe sin iva|suma base|total base|base iva|totale merce|imponibile iva|"
        "totale imponibile netto|totale senza iva|netto totaal|nettobedrag|bedrag exclusief btw|totaal exclusief|"
        "subtotaal exclusief btw|subtotaal excl|subtotal excl vat|subtotal ex vat|subtotal before tax|amount excluding vat|"
        "net subtotal|momsgrundlag|momsunderlag|underlag|afgiftsgrundlag|momspligtigt belob|podstawa|podstawa vat|"
        "podstawa opodatkowania|montant hors taxe|montant hors taxes|sous total ht|total net|zwischensumme ohne mwst|"
        "summe ohne mwst|gesamt ohne mwst|total ohne mwst|betrag netto|betrag ohne mwst|rechnungsbetrag ohne mwst|"
        "nettorechnungsbetrag|warenwert netto|gesamtwert netto|gesamtnettobetrag|netto total|total hors tva|base tva|base h t|"
        "vatable amount|goods net|total goods|net goods|total exc vat|total exc|total ex tax|price before vat|summe exkl ust"
    ),
    "subtotal": words(
        "suma|delsumma|deltotal|varer i alt|somme|totale parziale|total parcial|importe bruto|totale righe|suma pozycji|"
        "summa varor|total brut ht|total brut|goods|total artigos|mercadoria|total mercadoria|lines total|order value|"
        "total of lines|positionen gesamt|warensumme|total bruto lineas|sous total hors taxe"
    ),
    "tax_total": words(
        "momsbelob|moms i alt|moms total|total moms|summa moms|moms totalt|momsbelopp|heraf moms|varav moms|kwota podatku|"
        "podatek vat|razem vat|suma vat|vat razem|kwota vat razem|total do iva|valor iva|valor do iva|cuota|cuota de iva|"
        "importe del iva|importo iva|totale imposte|btw totaal|taxe|taxes total|montant de tva|total de la tva|tax due|"
        "consumption tax|total consumption tax|total sales tax|sales tax total|vat due|gst amount|mwst gesamt|mwst total|"
        "ust gesamt|umsatzsteuer gesamt|summe steuern|gesamtsteuerbetrag|vat payable|of which vat|including vat|waarvan btw|"
        "i v a|inclusief btw bedrag|impuestos totales|total impuestos|imposte|totale i v a|total i v a|dont t v a|t v a|"
        "total t v a|mehrwertsteuer gesamt|mehrwertsteuerbetrag|umsatzsteuerbetrag|tva total"
    ),
    "gross_total": words(
        "total a payer ttc|total ttc a payer|montant total|totaal te betalen|totaal te voldoen|eindtotaal|eindbedrag|"
        "totaal factuur|i alt|ialt|i alt inkl moms|total inkl moms|belob inkl moms|samlet|samlet belob|belob i alt|fakturabelob|"
        "i alt at betale|total at betale|summa inkl moms|summa att betala|totalsumma|totalt inkl moms|att betala|slutsumma|"
        "total att betala|belopp inkl moms|razem brutto|brutto razem|razem do zaplaty|naleznosc|naleznosc ogolem|"
        "kwota do zaplaty|ogolem|total da fatura|total do documento|total c iva|total iva incluido|total de la factura|"
        "total del documento|importe factura|importe total factura|total general factura|total fattura|totale da pagare|"
        "totale complessivo|totale iva inclusa|totale con iva|totale a pagare|totale i c|invoice total incl vat|"
        "invoice total due|order total|amount total|total charge|total to pay|total cost|total inc tax|total gbp|total incl gst|"
        "gesamt inkl mwst|gesamt inkl ust|gesamtsumme brutto|endpreis|rechnungsgesamtbetrag|rechnungstotal|totalbetrag|"
        "total inkl ust|gesamtrechnungssumme|total toutes taxes|montant t t c|total facture ttc|invoice total gross|"
        "gross invoice amount|gesamt zu zahlen|total including tax|total including gst|grand total incl vat"
    ),
    "payable": words(
        "belob til betaling|at betale|til betaling|restbelob|kvar att betala|belopp att betala|pozostalo do zaplaty|do zaplaty|"
        "do zaplaty razem|valor em divida|montante a pagar|importo dovuto|saldo da pagare|saldo dovuto|saldo a pagar|"
        "pendiente de pago|total pendiente|importe pendiente|restant du|montant du|net du|solde restant du|restant a payer|"
        "openstaand|restbedrag|te voldoen|amount to pay|amount owed|outstanding amount|remaining balance|balance outstanding|"
        "zu uberweisen|zu uberweisender betrag|verbleibender betrag|restzahlung|restforderung|total a liquidar|net a regler|"
        "amount now due|balance to pay|forfalder til betaling|tilgodehavende"
    ),
    "prepaid": words(
        "zaplacono|zaliczka|zaliczki|forudbetalt|forudbetaling|acontobelob|aconto|a conto|forskottsbetalning|inbetalt|betalt|"
        "adiantamento|pago|pagado|anticipo pagado|gia pagato|pagato|acconto versato|acconto ricevuto|reeds betaald|"
        "vooruitbetaald|vooruitbetaling|deja regle|reglement recu|montant regle|acompte recu|acompte regle|paid amount|"
        "prepayments|advance payment|bezahlt|zahlung erhalten|teilzahlung|less paid|amount received|less advance|"
        "abzuglich anzahlung|minus deposit|less prepayment|pagamento ricevuto"
    ),
    "adjustment": words(
        "transporte|rabat|fragt|forsendelse|frakt|fraktkostnad|expeditionsavgift|koszty wysylki|wysylka|desconto|portes|portes e embalagem|"
        "descuento comercial|dto|gastos de transporte|portes y embalajes|spese di trasporto|spese di spedizione|trasporto|"
        "spese|spese bancarie|port et emballage|frais de livraison|bezorgkosten|vrachtkosten|vracht|toeslag|carriage|"
        "postage|postage and packing|delivery fee|shipping and handling|shipping cost|insurance|versandkostenpauschale|"
        "frachtkosten|zuschlag|eco participation|ecotaxe|gebyr|faktureringsavgift|oresavrundning|afrunding|afronding|"
        "arrotondamento|redondeo|zaokraglenie|environmental levy|fuel surcharge|energy surcharge|remise globale"
    ),
    "buyer": words(
        "nabywca|kupujacy|klient|odbiorca|faktureres til|fakturamottagare|fakturaadress|kopare|kober|kund|mottagare|modtager|"
        "exmo s sr s|exmos srs|exmo sr|fattura a|intestata a|factureren aan|geadresseerde|datos cliente|facturado a|"
        "rechnungsanschrift|adresse client|coordonnees client|vos coordonnees|facturer a|adressee a|factuur voor|invoice for|"
        "prepared for|charge to|adquirente|comprador|aan de directie van|spett|alla cortese attenzione|opdrachtgever"
    ),
    "seller": words(
        "wystawca|saljare|leverantor|leverandor|saelger|afzender|emissor|avsandare|afsender|rechnung von|our details|vendedor|"
        "prestador|issuer|invoiced by|sold by|service provider|dienstleister|expediteur|emise par|leverancier gegevens"
    ),
}  # fmt: skip

COLUMNS: dict[str, list[str]] = {
    "position": words("lp|l p|rad|linea|linha|poz|ln|nr crt|n ro|item nr"),
    "article": words(
        "varenr|varenummer|varekode|artnr|art|cod art|cod articolo|codice articolo|codigo articulo|cod|indeks|kod|symbol|"
        "kod towaru|ref article|referencia|referenza|code produit|produktnummer|prod nr|item number|product no|stock code|part"
    ),
    "description": words(
        "tekst|varebeskrivelse|ydelse|vare|benamning|produktbeskrivning|specifikation|specification|tjanst|nazwa towaru|"
        "nazwa towaru lub uslugi|nazwa towaru uslugi|nazwa uslugi|towar|opis uslugi|descrizione articolo|descrizione merce|"
        "descrizione beni|designacao|artigo|descricao do artigo|prestation|bezeichnung der leistung|"
        "bezeichnung leistung|beschreibung der leistung|artikel bezeichnung|artikeltext|leistungsart|omschrijving product|"
        "dienst|beschrijving|artikelomschrijving|descripcion del producto|denominacion|denominazione|detalle|articulo descripcion|"
        "description des prestations|nature|item and description|item description|service description|produktname|name|"
        "product name|vara|tuote|omschrijving werkzaamheden|werkzaamheden"
    ),
    "quantity": words(
        "maengde|kvantitet|qt|q|qtde|quant|unidades|uds|numero|anz|q ta|qta|qty ordered|qty shipped|liter|st|szt|pieces|"
        "no of units|units sold|cantid|delivered|geliefert|menge me|qte u"
    ),
    "unit": words("eenh|ud|un|unid|uni|u|jedn|jednostka|enh|einh|unit of measure|mis|verp|j m|udm|u de m|uds med|mass"),
    "unit_price": words(
        "stk pris|pris|pris enhet|pris stk|pris pr stk|styckpris|enhedspris|apris|cena jednostkowa netto|cena jedn netto|"
        "prezzo unit|prezzo un|prezzo netto|p unitario|precio unit|precio ud|precio unidad|p unit|pvp|preco unit|preco un|"
        "prix unit|prix unit ht|prix u|prix ht|prix unitaire h t|p u h t|prix u ht|tarief|prijs per eenheid|prijs eenheid|"
        "preis pro stuck|preis je einheit|preis stuck|stuck preis|unit price excl vat|net unit price|unit price net|price ea|"
        "unit price ex vat|price excl vat|einzelpr|e pr|epreis|importe unitario|valor unitario|per unit|charge"
    ),
    "tax_rate": words(
        "stawka|stawka vat|stawka podatku|taxa|taxa iva|aliquota iva|% btw|btw tarief|momssats|ust satz|% ust|% moms|tva en %|"
        "taux de tva|taux|tipo|tipo de iva|vat percent|vat rate %|tax %|sales tax|moms sats|steuer %|mwst in %|ust in %|cod iva"
    ),
    "discount": words("dto|% dto|dcto|desc|sc|sc %|sconto %|rab %|rabatt %|remise %|korting %|rabat %|discount %|% disc|rem"),
    "line_total": words(
        "belob|i alt|radsumma|linjetotal|linjebelob|regeltotaal|importo riga|prezzo tot|totale riga|total linea|montante|"
        "valor total|total liquido|valor liquido|kwota|razem|kwota netto|belopp exkl moms|montant total|montant net|total ligne|"
        "gesamtbetrag netto|total excl vat|amount excl vat|amount ex vat|total ex vat|betrag in eur|bedrag excl btw|"
        "totaal excl btw|totaal excl|nettosumma|belob ekskl moms|total net ht|total price net|line net|net line total|"
        "importe neto|total neto|total ex|gesamtpr|g pr|zeilensumme|wartosc bez vat|neto"
    ),
}  # fmt: skip
