"""The sentences that stand around facts, in each language; they state none themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..facts import OrderFacts


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. `{...}` are filled from the master, never from a message."""

    hello: str
    hello_name: str
    thanks: str
    closing: str
    regards: str
    re: str
    order: dict[str, str]  # by status
    expected: str
    disclosure: str
    rate: str
    month: str = ""  # English names its months; the others write figures


PHRASES = {
    "en": Phrases(
        "Hello,", "Hello {name},", "Thank you for your message.",
        "If this leaves a question open, just answer this mail.",
        "Kind regards", "Re: ",
        {
            "packed": "Your order {number} is packed and leaves our warehouse soon.",
            "shipped": "Your order {number} is on its way with parcel number {parcel}.",
            "delayed": "Your order {number} with parcel number {parcel} is delayed.",
            "delivered": "Your order {number} was delivered with parcel number {parcel}.",
        },
        "It is expected on {day}.",
        "This reply was drafted by an AI.",
        "How was this answer? Tell us here, once:",
        "named",
    ),
    "de": Phrases(
        "Guten Tag,", "Guten Tag {name},", "Vielen Dank für Ihre Nachricht.",
        "Wenn noch etwas offen ist, antworten Sie einfach auf diese Mail.", "Freundliche Grüße", "AW: ",
        {
            "packed": "Ihre Bestellung {number} ist gepackt und verlässt bald unser Lager.",
            "shipped": "Ihre Bestellung {number} ist unterwegs, mit der Paketnummer {parcel}.",
            "delayed": "Ihre Bestellung {number} mit der Paketnummer {parcel} verspätet sich.",
            "delivered": "Ihre Bestellung {number} wurde zugestellt, mit der Paketnummer {parcel}.",
        },
        "Sie wird am {day} erwartet.",
        "Diese Antwort wurde von einer KI entworfen.",
        "Wie war diese Antwort? Sagen Sie es uns hier, einmal:",
    ),
    "fr": Phrases(
        "Bonjour,", "Bonjour {name},", "Merci de votre message.",
        "S'il reste une question, répondez simplement à ce message.", "Cordialement", "RE : ",
        {
            "packed": "Votre commande {number} est prête et quitte bientôt notre entrepôt.",
            "shipped": "Votre commande {number} est en route, avec le numéro de colis {parcel}.",
            "delayed": "Votre commande {number} avec le numéro de colis {parcel} est en retard.",
            "delivered": "Votre commande {number} a été livrée, avec le numéro de colis {parcel}.",
        },
        "Elle est attendue le {day}.",
        "Cette réponse a été rédigée par une IA.",
        "Que pensez-vous de cette réponse ? Dites-le ici, une fois :",
    ),
    "es": Phrases(
        "Hola:", "Hola, {name}:", "Gracias por su mensaje.",
        "Si queda alguna duda, responda sencillamente a este correo.", "Un saludo", "RE: ",
        {
            "packed": "Su pedido {number} está preparado y sale pronto de nuestro almacén.",
            "shipped": "Su pedido {number} está en camino, con el número de paquete {parcel}.",
            "delayed": "Su pedido {number} con el número de paquete {parcel} lleva retraso.",
            "delivered": "Su pedido {number} fue entregado, con el número de paquete {parcel}.",
        },
        "Se espera el {day}.",
        "Esta respuesta fue redactada por una IA.",
        "¿Qué le pareció esta respuesta? Díganoslo aquí, una vez:",
    ),
    "it": Phrases(
        "Buongiorno,", "Buongiorno {name},", "Grazie per il Suo messaggio.",
        "Se resta una domanda, risponda semplicemente a questa e-mail.", "Cordiali saluti", "R: ",
        {
            "packed": "Il Suo ordine {number} è pronto e lascia presto il nostro magazzino.",
            "shipped": "Il Suo ordine {number} è in viaggio, con il numero di pacco {parcel}.",
            "delayed": "Il Suo ordine {number} con il numero di pacco {parcel} è in ritardo.",
            "delivered": "Il Suo ordine {number} è stato consegnato, con il numero di pacco {parcel}.",
        },
        "È atteso il {day}.",
        "Questa risposta è stata redatta da un'IA.",
        "Com'era questa risposta? Ce lo dica qui, una volta:",
    ),
    "nl": Phrases(
        "Goedendag,", "Goedendag {name},", "Dank u voor uw bericht.",
        "Als er nog een vraag is, antwoord dan gewoon op deze mail.", "Met vriendelijke groet", "RE: ",
        {
            "packed": "Uw bestelling {number} is ingepakt en verlaat binnenkort ons magazijn.",
            "shipped": "Uw bestelling {number} is onderweg, met pakketnummer {parcel}.",
            "delayed": "Uw bestelling {number} met pakketnummer {parcel} is vertraagd.",
            "delivered": "Uw bestelling {number} is bezorgd, met pakketnummer {parcel}.",
        },
        "Ze wordt verwacht op {day}.",
        "Dit antwoord is opgesteld door een AI.",
        "Hoe was dit antwoord? Zeg het ons hier, één keer:",
    ),
}  # fmt: skip
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def phrases_of(language: str) -> Phrases:
    """Those of the language, or English."""
    return PHRASES.get(language, PHRASES["en"])


def day_in(language: str, day: date) -> str:
    """`23 November 2026`, or `23.11.2026` where months are not named here."""
    if phrases_of(language).month:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day:%d.%m.%Y}"


def order_sentences(order: OrderFacts, language: str) -> tuple[str, ...]:
    """What may be said of an order: its state, and when it is expected."""
    words = phrases_of(language)
    said = [words.order[order.status].format(number=order.number, parcel=order.parcel)]
    if order.expected_on and order.status in ("shipped", "delayed"):
        said.append(words.expected.format(day=day_in(language, order.expected_on)))
    return tuple(said)


def courtesies(language: str, name: str, signature: str) -> frozenset[str]:
    """Every sentence that states no fact and needs no source."""
    words = phrases_of(language)
    said = (words.hello, words.hello_name.format(name=name), words.thanks, words.closing, words.regards, signature)
    return frozenset(bare(text) for text in said)


def bare(text: str) -> str:
    """A sentence as it is compared: small letters, single spaces, no punctuation at its end."""
    return " ".join(text.split()).casefold().rstrip(" .,:!?")
