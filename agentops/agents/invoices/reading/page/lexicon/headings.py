# ruff: noqa: E501 - the tables read better as paragraphs than as columns
"""What the headings of a table of lines say."""

from __future__ import annotations

from .phrases import words

CONCEPTS: dict[str, list[str]] = {
    "position": words("pos|position|#|no|nr|item no|item|line|ln|lfd|lfd nr|rang|ligne|riga|regel|s no|sr no|sl no|sn"),
    "article": words(
        "art nr|artikelnr|artikel nr|artikelnummer|art no|article no|article number|item number|item code|"
        "product code|sku|code|code article|codice|codigo|gtin|ean|art nr lieferant|art nr kunde|"
        "unsere art nr|ihre art nr|referenzen|referenz|product id|part no|part number|productcode|"
        "artikelcode|ref|reference|hsn|hsn sac|hsn code|material|training date|date"
    ),
    "description": words(
        "description|beschreibung|bezeichnung|artikel|artikelbezeichnung|artikelbeschreibung|leistung|"
        "leistungsbeschreibung|text|produkt|product|products|services|service|designation|libelle|"
        "descrizione|descripcion|concepto|omschrijving|artikel omschrijving|descricao|designacao|"
        "beskrivelse|beskrivning|opis|nazwa|popis|megnevezes|item description|details|detail|item|items|"
        "article|articolo|articulo|producto|prodotto|particulars|product description|description of goods|"
        "item name|ware|gegenstand|nimike|kuvaus|product service|description of services|goods|work|"
        "activity|task|positionsbeschreibung|bestellung|produit|designation des produits"
    ),
    "quantity": words(
        "quantity|qty|menge|anzahl|quantite|qte|quantita|qta|cantidad|cant|aantal|hoeveelheid|quantidade|"
        "qtd|antall|antal|ilosc|mnozstvi|mennyiseg|hours|hrs|stunden|nombre|stk|units|hr|qty hr|qty hrs|"
        "std|stuck|pieces|pcs|maara|uren|heures|horas|ore|nb|q ty|menge einheit|volume"
    ),
    "unit": words(
        "unit|einheit|unite|unita|unidad|eenheid|um|u m|me|vke|vke geb|meng einheit|mengeneinheit|uom|jm|"
        "enhet|enhed|mj|geb|per|preis einheit"
    ),
    "unit_price": words(
        "unit price|price|einzelpreis|preis|stuckpreis|e preis|ep|nettopreis|netto preis|prix unitaire|"
        "prix|p u|pu|pu ht|p u ht|prix unitaire ht|prezzo|prezzo unitario|precio|precio unitario|prijs|"
        "prijs per stuk|stukprijs|preco|preco unitario|unitario|rate|unit cost|cost|price per unit|"
        "preis pro einheit|enhetspris|a pris|stykpris|cena|cena jedn|cena netto|egysegar|price each|each|"
        "tarif|unit rate|preis einheit|a price|hinta|stundensatz|einzelpreis netto|netto einzelpreis|"
        "price eur|einzel|price unit|rate per hour|hourly rate|unit price eur|net price|list price|"
        "unit net price|cena jednostkowa|eenheidsprijs|preis eur|unitprice"
    ),
    "tax_rate": words(
        "vat|vat rate|vat %|tax rate|tax|ust|ust %|mwst|mwst %|mwst satz|steuersatz|steuer|tva|tva %|"
        "taux tva|taux|iva|iva %|aliquota|btw|btw %|moms|mva|gst|gst %|% vat|% tva|% iva|% mwst|tipo iva|"
        "dph|st %|taxed|tax code|vat code|mwst satz %|igst|cgst|sgst|%"
    ),
    "tax_amount": words(
        "tax amount|vat amount|mwst betrag|steuerbetrag|montant tva|btw bedrag|importe iva|ust betrag|"
        "total tax"
    ),
    "discount": words("discount|rabatt|remise|sconto|descuento|korting|rabat|disc|disc %|nachlass|desconto|alennus|rab"),
    "line_total": words(
        "total|amount|gesamt|gesamtpreis|betrag|summe|line total|gesamt eur|montant|montant ht|total ht|"
        "prix total|importe|importo|totale|totaal|bedrag|valor|belop|belopp|wartosc|wartosc netto|celkem|"
        "osszesen|nettobetrag|nettowert|entgelt|amount eur|amount usd|amount gbp|amount jpy|amount chf|"
        "total price|net amount|line amount|extended price|extended|sum|g preis|gp|gesamtbetrag|subtotal|"
        "sub total|line value|ext price|prijs incl btw|total eur|net value|nettosumme|betrag eur|"
        "net total|value|netto|prix total ht|total h t|prezzo totale|precio total|positionssumme|"
        "betrag netto|taxable value|total amount|yhteensa|summa|total net|totale netto|gesamt netto|"
        "nettobetrag eur|net|preis gesamt|preis gesamt eur|prijs totaal|btw prijs incl btw"
    ),
}  # fmt: skip
