# ruff: noqa: E501 - lists of words read better as paragraphs than one to a line
"""Wordings of languages that the other tables hardly know: Czech, Slovak, Hungarian, Romanian, Croatian, Slovene,
Turkish, Finnish and Norwegian; and what programs and small firms of the others print beside the common ones."""

from __future__ import annotations

from .phrases import compose, words

_NUMBER = words(
    "number|no|nr|nummer|num|numero|n|#|id|c|cislo|szama|szam|sorszama|numar|numarul|br|broj|st|stevilka|numarasi|sayisi|numero|nro|code"
)
_INVOICE = words(
    "faktura|faktury|fv|danovy doklad|faktura danovy doklad|doklad|szamla|factura|facturii|racun|racuna|fatura|lasku|laskun|"
    "faktura vat|credit note|credit|kreditnota|creditnota|nota de credito|nota di credito|nota fiscal|dobropis|opravny danovy doklad|"
    "documento|invoice document|tax document|rechnungs beleg|re|ra|rng|storno|stornorechnung|stornobeleg|nota|"
    "factura storno|hyvityslasku|faktura korygujaca|korekta|fatura ft|fatura fs|ft|fr|ncf|cfdi|factura electronica|fattura elettronica"
)

LABELS: dict[str, list[str]] = {
    "invoice_number": [
        *compose(_INVOICE, _NUMBER),
        *words("credit note|credit memo|gutschrift|avoir|nota di credito|nota de credito|creditnota|creditfactuur|kreditnota|kreditfaktura|"
               "facture d avoir|stornorechnung|faktura|fatura|szamla|lasku|folio|folio fiscal|no folio|szamlaszam|bizonylatszam|bizonylat szama|cislo dokladu|laskunumero|seria si numarul|serie si numar|variabilni symbol|"
               "fatura ft|fatura fr|fatura fs|document id|document nr|facture ref|reference facture|ref facture|laskunro|ref factura|"
               "sales invoice|inv id|invoice nbr|invoice nr|rechnungskennung|rechnungs id|bestellrechnung|creditnummer|numero de recibo"),
    ],
    "issue_date": words(
        "datum vystaveni|vystaveno|vystavene|date facturation|date de facturation|tax point|datum vystavenia|vystaveno dne|dne|szamla kelte|kelt|keltezes|kiallitas napja|szamla kiallitas datuma|"
        "data facturii|data emiterii|data facturare|datum racuna|datum izdavanja|datum izdaje|datum fakture|fatura tarihi|"
        "duzenleme tarihi|duzenlenme tarihi|tarih|laskun pvm|paivamaara|laskutuspaiva|laskun paiva|fakturerings dato|utstedt|"
        "invoiced on|invoiced|date invoiced|created|created on|date created|invoice created|invoice tax date|invoice issued|issue|"
        "dated|inv date|bill date|billed on|statement of|ausgestellt am|ausgestellt|erstellt am|rechnung datum|re datum|rg datum|"
        "datum der rechnung|datum rechnung|emis le|etablie le|facture du|facturee le|fait le|date emise|"
        "emessa il|data fatt|data doc|emitida el|emitida|expedida el|fecha emision factura|fecha fra|fecha exp|"
        "datum factuur|factuur datum|fact datum|opgemaakt op|emitida em|emitido em|data emis|data de emissao|wystawiona dnia|wystawiono dnia|dnia|"
        "data wyst|udstedt|udstedelsesdato|udskrevet|fakt dato|fakt datum|utst datum"
    ),
    "due_date": words(
        "datum splatnosti|terms due|zahlung erbeten bis|splatne dne|splatnost do|uhradte do|fizetesi hatarido|esedekesseg|fizetes hatarideje|data scadentei|"
        "scadenta|scadenta la|termen de plata|termen plata|data scadenta|rok placanja|datum dospijeca|dospijece|rok placila|zapade|"
        "datum zapadlosti|vade|vade tarihi|son odeme tarihi|odeme tarihi|maksupaiva|maksettava viimeistaan|erapvm|era paiva|"
        "betalingsfrist|forfall dato|forfaller|betales innen|frist|payment due on|pay before|to be paid by|payable before|"
        "please pay before|terms due|overdue after|zahlung fallig am|zahlung bis zum|zahlen bis|bitte zahlen bis|"
        "uberweisung bis|falligkeitstermin|valuta|netto fallig|date limite|a echeance du|reglement le|a payer le|"
        "a regler|echeance le|scad|scad pagamento|da pagare entro|entro il|pagare entro|data scad|vence|vence el|vto|fecha vto|f vto|"
        "fecha de vto|vencimientos|fecha de pago|pagar antes del|betaal voor|betaaltermijn|betalen voor|vervalt op|verval|voldoen voor|"
        "vence em|data venc|venc|pagavel ate|zaplata do|platnosc do|termin zapl|platne do dnia|forfalder den|forf dato|forf datum|"
        "forfaller den|betalas senast den|att betala senast|betaldag"
    ),
    "order_reference": [
        *compose(words("objednavka|objednavky|obj|rendeles|megrendeles|comanda|comenzii|narudzba|narudzbe|narocilo|narocila|siparis|tilaus|tilauksen|bestillings|bestilling|innkjops|"
                       "zam|zamowienie klienta|pedido de compra|pedido cliente|requisition|ihre best|best|kundenbestell|bestellzeichen|orden|o c|rekv|cust po|customer order|buyer s order|purchase"),
                 words("number|no|nr|nummer|numero|n|#|c|cislo|szama|szam|numar|br|broj|st|numarasi|nro|id")),
        *words("rendelesszam|megrendelesszam|tilausnumero|tilausnro|tilausviite|ostotilaus|bestellzeichen|ihr bestellzeichen|zam klienta|nr zam|pedido de compra|your p o|"
               "s pedido|su orden|orden compra|bon de cde|n bon de cde|n de bon de commande|cde client|n cde|ordine cliente|ord cliente|rif vs ordine|"
               "vs ord|oda|uw bestelbon|bestelbon|bonnummer|rekv nr|rekvnr|bestillingsnr|bestillingsnummer|innkjopsnummer|inkopsnr|order id no|"
               "kundens ordrenr|po ref no|p o ref|purchase no|enc n|n encomenda cliente"),
    ],
    "customer_number": words(
        "kod zakaznika|zakaznicke cislo|cislo zakaznika|vevokod|vevo kod|cod client|sifra kupca|sifra stranke|musteri no|musteri numarasi|"
        "asiakasnro|kundenr|kode kunde|client #|client id|customer code|cust no|cust id|account id|cliente n|codigo del cliente|kunden id|kd|compte client|acc no|kod klienta"
    ),
    "delivery_date": words(
        "duzp|datum uskutecneni plneni|datum zdan plneni|datum uzp|datum dodania|teljesites|teljesites datuma|teljesites kelte|"
        "data livrarii|datum isporuke|datum opravljene storitve|irsaliye tarihi|sevk tarihi|toimituspaiva|lev dato|levdato|delivered on|delivered|despatched|"
        "leistung am|leistungstag|liefertag|leistungsperiode|lieferung am|sejour|geleverd op|entregado el|albaran fecha|data entrega|order shipped"
    ),
    "vat_id": words(
        "dic|ic dph|ico dic|adoszam|kozossegi adoszam|eu adoszam|cod fiscal|cui|cif|c i f|c u i|ro cif|oib|pdv id broj|id za ddv|davcna stevilka|"
        "vergi no|vkn|vergi kimlik no|vergi numarasi|y tunnus|alv tunnus|alv nro|alv numero|org nr|org no|orgnr|foretaksnummer|"
        "vat registration|vat registered|vat ident no|vat identification no|gst hst|hst reg|hst reg #|hst no|hst #|gst #|gst reg|gst hst no|"
        "tva intracom|tva intra|n tva intra|n tva fr|n id tva|ident tva|ust idnr de|ust id no|umsatzsteuer nr|mwst uid|uid mwst nr|"
        "n iva intracomunitario|vat eu|nif eu|nif vat|p iva vat|partita iva c f|btw identificatie|btw id nr|contribuinte|n contribuinte|moms reg nr|cvr no|cvr se nr"
    ),
    "tax_total": words(
        "hesaplanan kdv|kdv|kdv tutari|toplam kdv|dph|dph celkem|dan|castka dph|afa|afa osszesen|afa osszeg|afa ertek|pdv|iznos pdv|ddv|"
        "alv|arvonlisavero|alv yhteensa|vero yhteensa|mva belop|mva sum|icms|iss|plus gst|add gst|gst amount|gst payable|gst included|ust betrag gesamt|iva ripartita|igic|vat charged|vat added|tps|tvq"
    ),
    "net_total": words(
        "mal hizmet toplam tutari|ara toplam|kdv matrahi|matrah|zaklad dane|zaklad dph|zaklad|adoalap|netto osszesen|total fara tva|"
        "baza impozabila|osnovica|osnova za ddv|osnova|veroton|veroton summa|veroton yhteensa|veroton hinta yhteensa|arvonlisaveroton|"
        "eks mva|total iliquido|total mercadorias servicos|total bruto|valor dos produtos|goods value net|nett|nett amount|total nett|nett total|ex vat|"
        "rechnungsbetrag netto|rechnungsnetto|nettorechnungsbetrag|total sans taxes|b i|base imp|total b i|imponibile totale|totale imponib|tot imponibile"
    ),
    "gross_total": words(
        "vergiler dahil toplam tutar|genel toplam|celkem s dph|cena celkem|spolu s dph|fakturovano celkem|fakturovana castka|brutto osszesen|"
        "vegosszeg|szamla vegosszege|mindosszesen|total cu tva|total factura|total general|sveukupno|ukupno s pdv|ukupan iznos|skupaj z ddv|"
        "laskun loppusumma|loppusumma|laskun summa|verollinen yhteensa|maksettava yhteensa|sum inkl mva|sum a betale|fakturasum|totalsum|"
        "valor total da fatura|valor total da nota|total da nota|totalbelob|rechnungsbetrag brutto|bruttorechnungsbetrag|total doc|tot documento|tot fattura|"
        "total gbp incl vat|total aud|total nzd|total cad|total sgd|total zar|total sek|total nok|total dkk|total pln|total czk|total mxn|total inr|invoice total gbp|total due this invoice|"
        "net payable amount|total amount payable|nett payable|net invoice value incl vat|total facturado|importe factura total|total fra|total factuur|faktura i alt"
    ),
    "payable": words(
        "celkem k zaplaceni|k zaplaceni|zbyva zaplatit|balance to pay|rest til betaling|gjenstar|gjenstar a betale|aterstar|aterstar att betala|pozostalo|openstaand saldo|offener gesamtbetrag|odenecek tutar|odenecek toplam|kalan|celkem k uhrade|k uhrade|k uhrade celkem|zbyva uhradit|zbyva k uhrade|doplatek|na uhradu|suma na uhradu|"
        "fizetendo|fizetendo osszeg|fizetendo vegosszeg|fizetendo osszesen|rest de plata|total de plata|de plata|suma de plata|za platiti|za uplatu|"
        "za placilo|preostalo za uplatu|maksettavaa|maksettava|maksettavaa yhteensa|avoinna|a betale|skyldig belop|rest a betale|utestaende|"
        "saldo a pagar|saldo|saldo pendiente|resta por pagar|em divida|valor em aberto|a pagar|skyldigt belob|skyldig belob|restbelob til betaling|pozostaje do zaplaty|pozostaje|"
        "amount outstanding|amount owing|total outstanding|balance payable|amount due aud|amount due usd|amount due gbp|amount due eur|amount due nzd|balance owing|remaining to pay|now due|"
        "offen|noch offen|offener restbetrag|zu zahlen bleibt|zu bezahlen|zahlbetrag eur|reste du|solde du|solde|total dovuto|totale dovuto|netto da pagare|resta da pagare|nog te voldoen|te betalen bedrag"
    ),
    "prepaid": words(
        "zaloha|zalohy|uhrazene zalohy|uhrazena zaloha|jiz uhrazeno|uhrazeno|zaplaceno|eloleg|befizetve|fizetve|avans|achitat|predujam|placeno|placano|"
        "predplacilo|on odeme|odenen|ennakkomaksu|maksettu|innbetalt|akonto|akontobetaling|forskuddsbetaling|wplacono|zaplacono zaliczka|"
        "betalt a conto|entrega a cuenta|a cuenta|pagos recibidos|arrhes|arrhes versees|acompte du|verse|deposit received|deposit paid|payments received|less payment|"
        "less amount paid|less paid to date|advance received|anzahlung vom|abzuglich anzahlung vom|geleistete anzahlung|bereits gezahlt|pagamenti ricevuti|versato|betaald bedrag|pago parcial"
    ),
    "buyer": words(
        "odberatel|zakaznik|prijemca|vevo|megrendelo|cumparator|beneficiar|client|kupac|narucitelj|kupec|narocnik|sayin|alici|musteri|"
        "faktura til|kunden|kundens adresse|asiakas|laskutusosoite|laskutettava|ostaja|fakturaadresse|faktura adresse|faktureringsadress|faktureringsadresse|fakturamottaker|kjoper|"
        "exmo senhor|exmos senhores|exma sra|tomador|sacado|receptor|messrs|m s|customer details|client details|buyer bill to|bill to party|"
        "invoice to party|t a v|ter attentie van|adresse a|adressee|a l attention de|destinataire facture|facturation|facture pour|spettabile ditta|"
        "cliente destinatario|rechnungsempf|leistungsempfanger kunde|customer name and address|name and address of recipient"
    ),
    "seller": words(
        "dodavatel|prodavajici|elado|szallito|szamlakibocsato|furnizor|vanzator|prodavatelj|dobavljac|prodajalec|izdajatelj|satici|toimittaja|"
        "laskuttaja|myyja|selger|prestador de servicos|vendor details|supplier details|seller details|invoiced from|sent by|emise par|prestataire"
    ),
}  # fmt: skip

COLUMNS: dict[str, list[str]] = {
    "position": words("p c|por|sorszam|crt|rb|r br|zap st|sira|sira no|rivi|# no"),
    "article": words("kod zbozi|cikkszam|cod produs|sifra|urun kodu|stok kodu|tuotenumero|tuotenro|tuotekoodi|vare nr|catalogue no|cat no|upc|isbn"),
    "description": words(
        "popis|polozka|polozky|oznaceni|oznaceni dodavky|oznaceni polozky|nazev|nazev polozky|predmet|megnevezes|termek|szolgaltatas|denumire|denumirea|"
        "denumirea produselor|denumirea produselor sau a serviciilor|denumire produs|opis robe|naziv|naziv artikla|opis storitve|mal hizmet|mal hizmet cinsi|aciklama|"
        "urun|tuote|tuotenimi|selite|varetekst|artikkel|konsept|konzept|artikel leistung|prodotti e servizi|beni e servizi|descrizione prodotti|prestations|"
        "designation prestation|intitule|detalles|conceptos|descripcion articulo|artigo descricao|produtos|dienst product|omschrijving artikel|artykul|position|work done|activity description"
    ),
    "quantity": words("mnozstvi|usage|mge|pocet|ks|menny|mennyiseg|mennyiseg me|cantitate|cantitatea|kolicina|kol|miktar|adet|maara|kpl|antall stk|lev ant|leverat antal|levererat|qnt|qtes|ctd|cdad|uds|quant|aant|units qty|no"),
    "unit": words("m j|jednotka|me e|jm|mertekegyseg|u m|jed mjere|enota|birim|yks|yksikko|enhet|par|uom|unit type|mj"),
    "unit_price": words(
        "cena za mj|cena ks|cena za kus|unit cost|cena mj|cena bez dph|jednotkova cena|cena za jednotku|netto egysegar|egysegar|egyseg ar|pret unitar|pret|pret unitar fara tva|"
        "jedinicna cijena|cijena|cena na enoto|birim fiyat|birim fiyati|fiyat|yksikkohinta|a hinta|a hinta alv 0|enh pris|stk pris|pr stk|"
        "pr unit|pr unitario|preco liquido|valor unit|vlr unit|u price|unit price ex gst|unit price excl|price excl|price ex|price per|ep netto|"
        "einzelpreis eur|einzelpreis chf|ansatz|preis stk|stk preis|p u ht eur|prix u ht|prix unit net|p unit ht|puht|prezzo cad|p zo|precio neto|precio venta|stuks prijs|prijs excl|prijs st|unit"
    ),
    "tax_rate": words("dph %|sazba|sazba dph|afa %|afa kulcs|cota tva|cota|pdv %|pdv|ddv|ddv %|kdv|kdv %|kdv orani|alv|alv %|alv kanta|mva %|mva sats|ust s|taxa %|gst rate|vat code rate"),
    "discount": words("sleva|kedvezmeny|reducere|popust|iskonto|indirim|ale|ale %"),
    "line_total": words(
        "charges|celkem bez dph|cena celkem|celkova cena|castka|netto ertek|ertek|nettto osszesen|brutto ertek|valoare|valoarea|valoare fara tva|iznos|ukupno|"
        "vrednost|znesek|tutar|toplam|mal hizmet tutari|yht|veroton yht|verollinen|summa eur|sum|sum nok|belop eks mva|belop nok|belob dkk|belopp sek|valor liq|"
        "vlr total|total excl|total ex gst|amount aud|amount nzd|amount cad|amount sgd|net amt|nett|nett amount|total chf|total hors taxes|mont ht|"
        "gp netto|g preis netto|gesamt chf|wert|wert eur|importe eur|imp netto|tot riga|bedrag excl|bedrag eur|totaal ex btw|wart netto|wartosc pln|line amt|ext amount|extension"
    ),
}  # fmt: skip
