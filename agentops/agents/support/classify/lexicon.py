"""The words that the rules look for: concerns that need a person, and what a message is about.

Stems, so that inflected words are found; small letters, as `plain` makes them. A false alarm costs a look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concern:
    """What takes a ticket out of the agent's hands; the sentence is for the person who gets it."""

    code: str
    sentence: str
    pattern: re.Pattern[str]
    urgent: bool = False


def _any(*stems: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(stems) + ")", re.UNICODE)


ESCALATIONS = (
    Concern(
        "data_deletion",
        "Data deletion asked for. A person answers; the agent deletes nothing.",
        _any(
            r"(?:delete|erase|remove|wipe)\w*\W+(?:\w+\W+){0,3}(?:data|account|profile|information|records)",
            r"right to (?:be forgotten|erasure)",
            r"(?:meine?n?|alle)\W+(?:\w+\W+){0,2}(?:daten|konto|account|profil)\W+(?:\w+\W+){0,3}(?:lösch|entfern)",
            r"(?:konto|daten|datenlöschung|kontolöschung)\W*(?:\w+\W+){0,2}lösch",
            r"datenlöschung|kontolöschung|recht auf vergessen",
            r"lösch\w*\W+(?:\w+\W+){0,3}(?:konto|daten|account|profil)",
            r"(?:daten|konto|profil)\W+(?:\w+\W+){0,3}gelöscht",
            r"(?:supprim|efface)\w*\W+(?:\w+\W+){0,3}(?:données|compte|profil)",
            r"(?:borr|elimin|suprim)\w*\W+(?:\w+\W+){0,3}(?:datos|cuenta|perfil)",
            r"(?:cancell|elimin)\w*\W+(?:\w+\W+){0,3}(?:dati|account|profilo)",
            r"(?:gegevens|account|profiel)\W+(?:\w+\W+){0,3}(?:verwijder|wis)",
            r"verwijder\w*\W+(?:\w+\W+){0,3}(?:gegevens|account|profiel)",
        ),
        urgent=True,
    ),
    Concern(
        "legal",
        "Legal words. A person answers.",
        _any(
            r"lawyers?\b|attorneys?\b|solicitor|lawsuit|legal (?:action|steps|advice|department|claim)|sue you",
            r"sued?\b(?! me\b)",
            r"(?:small claims|take you to|see you in) court|court\b|litigation|liab(?:le|ility)",
            r"(?:rechts)?anwalt|anwält|klage\b|verklag|gericht\b|rechtlich|rechtsweg|schadensersatz|abmahn",
            r"fristsetzung",
            r"avocat|tribunal|porter plainte|poursuites?\b|mise en demeure|action en justice",
            r"abogad|demanda(?:r|ré|remos)?\b|juzgado|denuncia|acciones legales",
            r"avvocat|tribunale|denunci|vie legali|azione legale|advocaat|rechtbank|rechtszaak|juridisch",
        ),
        urgent=True,
    ),
    Concern(
        "regulatory",
        "Words of a regulator or of consumer law. A person answers.",
        _any(
            r"gdpr|dsgvo|rgpd|avg-verzoek|data protection|datenschutz|protection des données|protección de datos",
            r"ombuds\w*|regulator|consumer (?:protection|rights|advice)|trading standards|authority\b",
            r"verbraucher(?:schutz|zentrale|rechte)|schlichtungsstelle|aufsichtsbehörde|bundesnetzagentur",
            r"autoriteit|consumentenbond|dgccrf|cnil\b|agencia española|garante della privacy",
            r"association de consommateurs",
        ),
        urgent=True,
    ),
    Concern(
        "personal_data",
        "Personal data. The message names what nobody should send by mail, or asks what is stored.",
        _any(
            r"(?:passport|identity card|social security|tax id)\W+(?:\w+\W+){0,2}(?:number|no\b|copy)",
            r"date of birth|(?:what|which) (?:data|information) (?:do )?you (?:have|store|hold|keep)|copy of my data",
            r"(?:reise)?passnummer|personalausweis|sozialversicherungsnummer|geburtsdatum|steuer-?id",
            r"auskunft über meine|welche daten",
            r"numéro de (?:passeport|sécurité sociale)|date de naissance|quelles données",
            r"número de (?:pasaporte|seguridad social)|\bdni\b|fecha de nacimiento|qué datos",
            r"codice fiscale|data di nascita|paspoortnummer|burgerservicenummer|\bbsn\b|geboortedatum",
        ),
        urgent=True,
    ),
    Concern(
        "payment",
        "A payment is asked for or disputed. The agent moves no money and promises none.",
        _any(
            r"refund|money back|charge[- ]?back|charged (?:twice|double|again|too much|me)|double charge",
            r"wrong(?:ly)? (?:amount|charged)",
            r"(?:bank|card|iban|account) (?:details|number)|reimburs|compensat|pay (?:me|us|you)\b",
            r"payment (?:failed|problem|missing)",
            r"transfer\W+(?:\w+\W+){0,6}(?:money|funds|account|eur|usd|\$|€)|send\W+(?:\w+\W+){0,4}money|transaction",
            r"erstatt|geld zurück|doppelt (?:abgebucht|belastet|berechnet)|abgebucht|abbuchung|überweis",
            r"kontonummer|lastschrift|bankverbindung",
            r"rembours|débité|prélev|virement|doublement facturé|coordonnées bancaires",
            r"reembols|devoluci[oó]n del dinero|dinero de vuelta|cobrad|transferencia|cargo doble",
            r"rimbors|addebit|bonifico|soldi indietro|terugbetal|geld terug|afgeschreven|incasso",
        ),
    ),
    Concern(
        "anger",
        "The customer is angry. A person answers.",
        _any(
            r"furious|outrag|unacceptable|disgust|ridiculous|scam|fraud|worst|never again|fed up|sick of|disgrace",
            r"incompeten|appalling|angry|liars?\b",
            r"unverschämt|frechheit|unmöglich\b|wütend|sauer\b|katastroph|betrug|betrüger|nie wieder|stinksauer",
            r"unzumutbar|saftladen",
            r"inadmissible|inacceptable|scandal|honteux|furieu|arnaque|escroc|plus jamais|ras[- ]le[- ]bol",
            r"inaceptable|indignad|vergüenza|estaf|furios|nunca más|hart[oa]\b",
            r"inaccettabile|vergogn|truff|furios|mai più|schandalig|onacceptabel|woedend|oplicht|belachelijk",
        ),
    ),
    Concern(
        "addresses_agent",
        "Text that addresses the agent. It is quoted below and was not followed.",
        _any(
            r"(?:ignore|disregard|forget)\W+(?:\w+\W+){0,4}(?:instructions?|prompts?|rules)",
            r"system prompt|you are now|as an ai\b|developer mode|(?:new|updated) instructions?",
            r"ignorier\w*\W+(?:\w+\W+){0,4}anweisung|ignore[zr]?\W+(?:\w+\W+){0,4}instructions",
            r"ignora\W+(?:\w+\W+){0,4}instruc",
        ),
    ),
)

OTHER = "other"
CATEGORIES = {
    "delivery": _any(
        r"deliver|parcel|package|shipping|shipped|shipment|tracking|courier|depot|arriv",
        r"liefer|paket|sendung|versand|zustell|angekommen|livraison|colis|expédi|suivi|livr",
        r"entrega|paquete|envío|pedido|llega|seguimiento|consegn|pacco|spedi|bezorg|pakket|levering|verzend",
    ),
    "returns": _any(
        r"return|exchange|send (?:it |them )?back|wrong size|damaged|broken|faulty|defect|warranty|replacement",
        r"rücksend|retour|umtausch|zurückschick|zurückgeb|beschädigt|defekt|kaputt|garantie|gewährleist",
        r"renvoy|échang|abîm|cassé|défectueu|devol|cambi|dañad|rot[oa]\b|garantía|restitu|reso\b|difett|ruilen",
        r"terugsturen|kapot",
    ),
    "account": _any(
        r"password|log ?in|sign ?in|account|e-?mail address|profile|newsletter|unsubscribe|two-factor",
        r"passwort|kennwort|anmeld|einlogg|konto|profil|newsletter|abmeld|mot de passe|connexion|connecter|compte",
        r"contraseña|iniciar sesión|cuenta|boletín|accesso|accedere|wachtwoord|inlogg|nieuwsbrief",
    ),
    "product": _any(
        r"size|battery|charge\b|charging|clean|wash|manual|assembl|compatib|spare part|waterproof|colou?r|material",
        r"größe|akku|laden\b|reinig|wasch|anleitung|montage|aufbau|kompatib|ersatzteil|wasserdicht|farbe",
        r"taille|batterie|nettoy|laver|notice|montage|talla|tamaño|batería|limpi|lavar|manual|montaje|taglia",
        r"pulire|maat\b|wassen",
    ),
    "ordering": _any(
        r"order|payment methods?|invoice|voucher|discount code|gift card|cancel|stock|available|change my order",
        r"vat\b",
        r"bestell|zahlungsart|rechnung|gutschein|rabatt|storn|verfügbar|lager|mwst|commande|moyens? de paiement",
        r"facture|bon d'achat|annul|stock",
        r"métodos? de pago|factura|cupón|cancel|disponib|ordine|fattura|buono|annull|bestelling|factuur|cadeaubon",
    ),
    "contact": _any(
        r"opening hours|open on|phone|telephone|address of|store|shop near|speak to",
        r"öffnungszeit|geöffnet|telefon|filiale|laden in|horaires|ouvert|téléphone|magasin|horario|abierto",
        r"teléfono|tienda|orari|negozio|openingstijd",
    ),
}
