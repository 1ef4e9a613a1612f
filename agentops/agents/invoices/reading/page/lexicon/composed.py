# ruff: noqa: E501 - what one language has for a part reads better in one line
"""Labels of sums as each language composes them: a word for the sum, with or without, and the name of its tax.

"Total excl. VAT", "Summe inkl. USt", "Celkem bez DPH", "Arvonlisäveroton yhteensä": nobody lists them all, but each
is made of parts that are few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """What one language has for the parts, folded."""

    total: str  # the sum
    tax: str
    without: str
    including: str
    net: str = ""  # says by itself that no tax is in it
    gross: str = ""


LANGUAGES = (
    Parts(
        total="total|totals|amount|sum|subtotal|sub total|invoice total|invoice amount|total amount|total price|grand total|amount due|total value",
        tax="vat|tax|gst|sales tax|taxes|hst|v a t",
        without="excl|excluding|exclusive|exclusive of|ex|exc|without|before|w o",
        including="incl|including|inclusive|inclusive of|inc|with|after|incl of",
        net="net|exclusive|excl|exclude tax|taxable|ex gst|goods net",
        gross="gross|inclusive|incl|inc gst",
    ),
    Parts(
        total="summe|gesamt|gesamtsumme|betrag|gesamtbetrag|rechnungsbetrag|rechnungssumme|total|endsumme|endbetrag|rechnungstotal|gesamtpreis|zwischensumme|warenwert|zwischentotal|auftragssumme|positionen",
        tax="ust|mwst|umsatzsteuer|mehrwertsteuer|steuer|steuern|mwst eur|ges ust|gesetzl mwst|gesetzlicher mwst|gesetzlicher umsatzsteuer",
        without="ohne|exkl|excl|exklusive|vor|zzgl|zuzuglich",
        including="inkl|incl|inklusive|einschl|einschliesslich|mit",
        net="netto|exkl|nettosumme",
        gross="brutto|inkl",
    ),
    Parts(
        total="total|montant|montant total|somme|sous total|prix total|total general|total facture|total de la facture|total commande",
        tax="tva|t v a|taxe|taxes|tps tvq|tps|impot",
        without="hors|ht|h t|sans|avant|hors la",
        including="avec|ttc|toutes|t t c|tva incluse|taxes comprises|y compris",
        net="ht|h t|net ht|net h t|hors taxes|hors tva|net",
        gross="ttc|t t c|toutes taxes comprises|tvac|tva comprise",
    ),
    Parts(
        total="totale|importo|importo totale|totale fattura|totale documento|totale ordine|somma|prezzo totale|totale merce|totale generale",
        tax="iva|i v a|imposta|imposte|tasse",
        without="senza|escl|esclusa|esclusa la|al netto di|netto|al netto",
        including="con|incl|inclusa|compresa|comprensivo di|comprensivo|ivato",
        net="netto|imponibile|esente|netto merce",
        gross="lordo|ivato|complessivo",
    ),
    Parts(
        total="total|importe|importe total|total factura|suma|total general|total documento|subtotal|monto|monto total",
        tax="iva|i v a|impuestos|impuesto|igic|i g i c",
        without="sin|excl|antes de|antes|excluido",
        including="con|incl|incluido|iva incluido|impuestos incluidos",
        net="neto|base|bruto antes de impuestos|base imponible|bases|gravado|sin impuestos",
        gross="con impuestos|impuestos incluidos|iva incl|iva inc",
    ),
    Parts(
        total="totaal|bedrag|subtotaal|totaalbedrag|totaal bedrag|factuurbedrag|factuurtotaal|som|eindtotaal|totaalprijs",
        tax="btw|b t w|belasting",
        without="excl|exclusief|ex|zonder|voor",
        including="incl|inclusief|met|inc",
        net="netto|excl|exclusief|ex",
        gross="bruto|incl|inclusief",
    ),
    Parts(
        total="razem|suma|wartosc|kwota|ogolem|lacznie|naleznosc|podsumowanie",
        tax="vat|podatku|podatku vat",
        without="bez",
        including="z",
        net="netto",
        gross="brutto",
    ),
    Parts(
        total="celkem|suma|soucet|castka|cena celkem|celkova cena|celkova castka|spolu|sucet|fakturovana castka|mezisoucet",
        tax="dph|dane|dan",
        without="bez",
        including="s|vc|vcetne|vratane",
        net="zaklad|zaklad dane|zaklad dph|netto",
        gross="s dph|vc dph|brutto",
    ),
    Parts(
        total="osszesen|vegosszeg|osszeg|mindosszesen|szamla osszege|reszosszeg",
        tax="afa",
        without="nelkul",
        including="val",
        net="netto|adoalap|afa alap",
        gross="brutto",
    ),
    Parts(
        total="total|valoare totala|suma|total factura|total general",
        tax="tva|t v a",
        without="fara|exclusiv",
        including="cu|inclusiv",
        net="net|baza|fara tva",
        gross="cu tva|general",
    ),
    Parts(
        total="yhteensa|summa|loppusumma|yht|laskun summa|laskun loppusumma|valisumma|kokonaissumma",
        tax="alv|arvonlisavero|vero",
        without="ilman",
        including="sis|sisaltaa|sisaltaen",
        net="veroton|alv 0|netto|arvonlisaveroton",
        gross="verollinen|brutto|sis alv",
    ),
    Parts(
        total="sum|total|totalt|belop|i alt|ialt|summa|subtotal|delsum|nettobelop|fakturabelop|fakturasum|belob|totalbelob|fakturatotal|delsumma|totalsumma|fakturasumma|slutsumma",
        tax="mva|moms|merverdiavgift|mervardesskatt|avgift",
        without="eks|ekskl|ekskl|exkl|excl|ex|uten|utan|uden|ekskluderet|eksklusive|exklusive|for|fore",
        including="inkl|incl|med|inklusive|inkluderet",
        net="netto|eks mva|ekskl moms|exkl moms|ex moms|momspliktig|avgiftspliktig|momsfritt",
        gross="brutto|inkl mva|inkl moms",
    ),
    Parts(
        total="total|montante|valor total|total da fatura|total do documento|total geral|soma|subtotal|importancia",
        tax="iva|i v a|impostos|imposto|icms|iss",
        without="sem|s|excl|antes de|antes do",
        including="com|c|incl|incluido|incluindo",
        net="liquido|iliquido|base|sem iva|incidencia",
        gross="bruto|com impostos|iva incluido|a pagar",
    ),
    Parts(
        total="toplam|tutar|toplam tutar|genel toplam|ara toplam|mal hizmet toplam tutari|fatura tutari",
        tax="kdv|vergi|vergiler",
        without="haric",
        including="dahil",
        net="matrah|kdv matrahi|net|mal hizmet",
        gross="genel|vergiler dahil|kdv dahil|brut",
    ),
    Parts(
        total="ukupno|iznos|ukupan iznos|skupaj|znesek|suma|svota|za uplatu",
        tax="pdv|pdv a|ddv|porez|poreza|davek",
        without="bez|brez",
        including="s|sa|z|s uracunatim",
        net="osnovica|osnova|neto|porezna osnovica",
        gross="sveukupno|bruto|za platiti",
    ),
)  # fmt: skip
# "Zzgl. USt" alone is the tax itself.
_CHARGED = (("zzgl",), ("zuzuglich",))


def labels() -> dict[Phrase, tuple[str, ...]]:
    """Phrase to the one concept that it means."""
    table: dict[Phrase, tuple[str, ...]] = {}
    for parts in LANGUAGES:
        for concept, phrases in (
            ("tax_total", _taxes(parts)),
            ("net_total", _nets(parts)),
            ("gross_total", _grosses(parts)),
        ):
            table.update(dict.fromkeys(phrases, (concept,)))
    return table


def _nets(parts: Parts) -> Iterator[Phrase]:
    joints = [joint for joint in _split(parts.without) if joint not in _CHARGED]
    yield from (joint + tax for joint, tax in product(joints, _split(parts.tax)))
    yield from _told(parts, joints, parts.net)


def _grosses(parts: Parts) -> Iterator[Phrase]:
    yield from _told(parts, _split(parts.including), parts.gross)


def _told(parts: Parts, joints: list[Phrase], by_itself: str) -> Iterator[Phrase]:
    totals = _split(parts.total)
    for total, joint, tax in product(totals, joints, _split(parts.tax)):
        yield total + joint + tax
        yield total + tax + joint
    for total, told in product(totals, _split(by_itself)):
        yield total + told
        yield told + total


def _taxes(parts: Parts) -> Iterator[Phrase]:
    for total, tax in product(_split(parts.total), _split(parts.tax)):
        yield total + tax
        yield tax + total


def _split(text: str) -> list[Phrase]:
    return [tuple(one.split()) for one in text.split("|")]
