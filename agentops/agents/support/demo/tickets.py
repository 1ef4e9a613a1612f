"""The demo's tickets, each with the end that is planned for it: a reply to review, or a person at once and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket. `codes` empty: a reply is proposed; else one of them brings it before a person without one."""

    key: str
    sender: str
    subject: str
    text: str
    codes: tuple[str, ...] = ()
    cites: str = ""  # the article or order that the reply must cite
    customer: str = ""

    @property
    def title(self) -> str:
        """How the run is called, and found again for the report."""
        return f"{self.subject} ({self.key})"


# Who writes (of our customers, or an address of nobody on file), subject, what the reply must cite, text.
ANSWERED = (
    ("marco.silva", "Where is my parcel?", "M-559120",
     "Hi, my order M-559120 was supposed to arrive last week. The tracking has not moved for days. Can you"
     " check?"),
    ("greta.sommer", "Paket nicht angekommen", "M-559244",
     "Guten Tag, mein Paket ist noch nicht angekommen. Wo ist meine Bestellung M-559244? Danke."),
    ("luc.fournier", "Mon colis", "M-559301",
     "Bonjour, où est mon colis ? Le suivi ne bouge plus depuis trois jours. Merci."),
    ("ana.beltran", "Cancelar el pedido", "KB-472",
     "Hola, ¿puedo cancelar mi pedido M-559377? Me he equivocado de color."),
    ("giulia.ferri", "Lampada danneggiata", "KB-543",
     "Buongiorno, la lampada è arrivata danneggiata. Come funziona la garanzia?"),
    ("daan.visser", "Waar is mijn pakket?", "M-559402",
     "Goedendag, waar is mijn pakket? De track and trace beweegt niet. Bedankt."),
    ("helen.wright", "Return", "KB-042",
     "Hello, I would like to return an item, it is the wrong size. How can I send it back?"),
    ("tobias.krenz", "Akku", "KB-280",
     "Hallo, wie lange hält der Akku und wie lange dauert das Laden? Danke für die Auskunft."),
    ("priya.nair", "Change my order", "KB-072",
     "Hello, can I still change my order M-559410? I need another delivery address."),
    ("owen.hughes", "Parcel late", "M-559155",
     "Hi, my package has not arrived and I am a bit worried. When will it come?"),
    ("new.person@elsewhere.example", "Battery", "KB-080",
     "Hello, how long does the battery last, and how do I charge the light?"),
    ("visitor@elsewhere.example", "Opening hours", "KB-090",
     "Good morning, what are your opening hours, and is there a phone number of the shop?"),
    ("helen.wright", "Cannot log in", "KB-060",
     "Hello, I forgot my password and I cannot log in. What can I do?"),
    ("greta.sommer", "Umtausch", "KB-242",
     "Guten Tag, ich möchte einen Artikel zurückschicken und in eine andere Größe umtauschen. Wie geht das?"),
    ("tobias.krenz", "Passwort vergessen", "KB-260",
     "Hallo, ich habe mein Passwort vergessen und kann mich nicht anmelden. Bitte um Hilfe."),
    ("lecteur@elsewhere.example", "Batterie", "KB-380",
     "Bonjour, combien de temps dure la batterie de la lampe ? Merci pour votre réponse."),
    ("priya.nair", "Discount code", "KB-071",
     "Hello, my discount code does not work in the basket. How do I use a voucher?"),
    ("owen.hughes", "Waterproof?", "KB-081",
     "Hi, is the light waterproof, and how do I clean it after a ride in the mud?"),
    ("asker@elsewhere.example", "Payment methods", "KB-070",
     "Hello, which payment methods do you accept in the shop? Can I use Apple Pay?"),
    ("marco.silva", "Newsletter", "KB-061",
     "Hello, how do I unsubscribe from the newsletter? I do not want it any more."),
    ("helen.wright", "Broken light", "KB-043",
     "Hello, the lamp is broken, it stopped working after two months. Is there a warranty?"),
)  # fmt: skip
# Who writes, subject, the codes of which one brings it before a person, text.
HANDED_OVER = (
    ("owen.hughes", "This is unacceptable", "anger",
     "This is the third time I write and it is unacceptable. I am furious. Where is my parcel?"),
    ("tobias.krenz", "Letzte Frist", "legal",
     "Wenn die Ware nicht bis Freitag da ist, schalte ich meinen Anwalt ein und gehe vor Gericht."),
    ("helen.wright", "Delete my account", "data_deletion",
     "Please delete my account and all my personal data. I do not want to be a customer any more."),
    ("priya.nair", "Charged twice", "payment",
     "Hello, I was charged twice for my order and I want my money back, please."),
    ("luc.fournier", "Remboursement", "payment",
     "Bonjour, je voudrais un remboursement pour ma commande, la lampe ne me plaît pas."),
    ("greta.sommer", "Datenauskunft", "regulatory personal_data",
     "Guten Tag, nach der DSGVO möchte ich wissen, welche Daten Sie über mich gespeichert haben."),
    ("somebody@elsewhere.example", "Sponsoring", "no_answer",
     "Hello, our chess club is looking for partners for the spring tournament. Would you like to take part?"),
    ("marco.silva", "Question about my order", "customer_mismatch",
     "Hello, please tell me the status of my order."),
    ("giulia.ferri", "Invito", "no_answer",
     "Buongiorno, organizziamo un concerto in piazza e vorremmo invitare la vostra squadra alla serata."),
)  # fmt: skip
NAMES_ANOTHER = {"Question about my order": "C-1002"}  # by subject: the customer number given beside the address


def _cases() -> Iterator[Case]:
    rows = [(*row, False) for row in ANSWERED] + [(*row, True) for row in HANDED_OVER]
    for number, (who, subject, about, text, is_handed_over) in enumerate(rows, 1):
        sender = who if "@" in who else f"{who}@customer.example"
        codes, cites = (tuple(about.split()), "") if is_handed_over else ((), about)
        yield Case(f"t{number:02}", sender, subject, text, codes, cites, NAMES_ANOTHER.get(subject, ""))


CASES = tuple(_cases())
