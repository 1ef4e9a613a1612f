"""The demo's tickets, each with the end that is planned for it: a reply to review, or a person at once and why."""

from __future__ import annotations

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


def _at(name: str) -> str:
    return f"{name}@customer.example"


CASES = (
    Case("t01", _at("marco.silva"), "Where is my parcel?",
         "Hi, my order M-559120 was supposed to arrive last week. The tracking has not moved for days. Can you check?",
         cites="M-559120"),
    Case("t02", _at("greta.sommer"), "Paket nicht angekommen",
         "Guten Tag, mein Paket ist noch nicht angekommen. Wo ist meine Bestellung M-559244? Danke.", cites="M-559244"),
    Case("t03", _at("luc.fournier"), "Mon colis",
         "Bonjour, où est mon colis ? Le suivi ne bouge plus depuis trois jours. Merci.", cites="M-559301"),
    Case("t04", _at("ana.beltran"), "Cancelar el pedido",
         "Hola, ¿puedo cancelar mi pedido M-559377? Me he equivocado de color.", cites="KB-472"),
    Case("t05", _at("giulia.ferri"), "Lampada danneggiata",
         "Buongiorno, la lampada è arrivata danneggiata. Come funziona la garanzia?", cites="KB-543"),
    Case("t06", _at("daan.visser"), "Waar is mijn pakket?",
         "Goedendag, waar is mijn pakket? De track and trace beweegt niet. Bedankt.", cites="M-559402"),
    Case("t07", _at("helen.wright"), "Return",
         "Hello, I would like to return an item, it is the wrong size. How can I send it back?", cites="KB-042"),
    Case("t08", _at("tobias.krenz"), "Akku",
         "Hallo, wie lange hält der Akku und wie lange dauert das Laden? Danke für die Auskunft.", cites="KB-280"),
    Case("t09", _at("priya.nair"), "Change my order",
         "Hello, can I still change my order M-559410? I need another delivery address.", cites="KB-072"),
    Case("t10", _at("owen.hughes"), "Parcel late",
         "Hi, my package has not arrived and I am a bit worried. When will it come?", cites="M-559155"),
    Case("t11", "new.person@elsewhere.example", "Battery",
         "Hello, how long does the battery last, and how do I charge the light?", cites="KB-080"),
    Case("t12", "visitor@elsewhere.example", "Opening hours",
         "Good morning, what are your opening hours, and is there a phone number of the shop?", cites="KB-090"),
    Case("t13", _at("helen.wright"), "Cannot log in",
         "Hello, I forgot my password and I cannot log in. What can I do?", cites="KB-060"),
    Case("t14", _at("greta.sommer"), "Umtausch",
         "Guten Tag, ich möchte einen Artikel zurückschicken und in eine andere Größe umtauschen. Wie geht das?",
         cites="KB-242"),
    Case("t15", _at("tobias.krenz"), "Passwort vergessen",
         "Hallo, ich habe mein Passwort vergessen und kann mich nicht anmelden. Bitte um Hilfe.", cites="KB-260"),
    Case("t16", "lecteur@elsewhere.example", "Batterie",
         "Bonjour, combien de temps dure la batterie de la lampe ? Merci pour votre réponse.", cites="KB-380"),
    Case("t17", _at("priya.nair"), "Discount code",
         "Hello, my discount code does not work in the basket. How do I use a voucher?", cites="KB-071"),
    Case("t18", _at("owen.hughes"), "Waterproof?",
         "Hi, is the light waterproof, and how do I clean it after a ride in the mud?", cites="KB-081"),
    Case("t19", "asker@elsewhere.example", "Payment methods",
         "Hello, which payment methods do you accept in the shop? Can I use Apple Pay?", cites="KB-070"),
    Case("t20", _at("marco.silva"), "Newsletter",
         "Hello, how do I unsubscribe from the newsletter? I do not want it any more.", cites="KB-061"),
    Case("t21", _at("helen.wright"), "Broken light",
         "Hello, the lamp is broken, it stopped working after two months. Is there a warranty?", cites="KB-043"),
    Case("t22", _at("owen.hughes"), "This is unacceptable",
         "This is the third time I write and it is unacceptable. I am furious. Where is my parcel?", ("anger",)),
    Case("t23", _at("tobias.krenz"), "Letzte Frist",
         "Wenn die Ware nicht bis Freitag da ist, schalte ich meinen Anwalt ein und gehe vor Gericht.", ("legal",)),
    Case("t24", _at("helen.wright"), "Delete my account",
         "Please delete my account and all my personal data. I do not want to be a customer any more.",
         ("data_deletion",)),
    Case("t25", _at("priya.nair"), "Charged twice",
         "Hello, I was charged twice for my order and I want my money back, please.", ("payment",)),
    Case("t26", _at("luc.fournier"), "Remboursement",
         "Bonjour, je voudrais un remboursement pour ma commande, la lampe ne me plaît pas.", ("payment",)),
    Case("t27", _at("greta.sommer"), "Datenauskunft",
         "Guten Tag, nach der DSGVO möchte ich wissen, welche Daten Sie über mich gespeichert haben.",
         ("regulatory", "personal_data")),
    Case("t28", "somebody@elsewhere.example", "Sponsoring",
         "Hello, our chess club is looking for partners for the spring tournament. Would you like to take part?",
         ("no_answer",)),
    Case("t29", _at("marco.silva"), "Question about my order",
         "Hello, please tell me the status of my order.", ("customer_mismatch",), customer="C-1002"),
    Case("t30", _at("giulia.ferri"), "Invito",
         "Buongiorno, organizziamo un concerto in piazza e vorremmo invitare la vostra squadra alla serata.",
         ("no_answer",)),
)  # fmt: skip
