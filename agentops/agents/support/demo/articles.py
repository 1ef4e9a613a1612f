"""The articles of the made-up shop: written for customers, so that they can be quoted as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# key, language, title, day, ways of asking, text
ARTICLES = (
    (
        "KB-101", "en", "How long delivery takes", "2026-09-02",
        ("How long does delivery take?", "When will my order be shipped?", "delivery time shipping days"),
        "We hand parcels to the carrier within one working day. Delivery takes two to four working days inside the "
        "European Union. Parcels to Norway and Switzerland take five to seven working days.",
    ),
    (
        "KB-118", "en", "Late parcels", "2026-09-02",
        ("My parcel is late", "The tracking has not moved for days", "My package has not come", "Where is my parcel?"),
        "Tracking can stand still for up to three working days while a parcel changes depots. If a parcel has not "
        "arrived 13 calendar days after it was sent, answer this mail and we open an inquiry with the carrier.",
    ),
    (
        "KB-042", "en", "Returning an item", "2026-05-14",
        ("How can I return an item?", "I want to send it back", "return label", "wrong size exchange"),
        "You can return unused items within 30 days after delivery. Print the return label from your account under "
        "Orders and hand the parcel in at any drop-off point. An exchange for another size is free of charge.",
    ),
    (
        "KB-043", "en", "Damaged or faulty items", "2026-06-20",
        ("My item arrived damaged", "The lamp is broken", "It stopped working, warranty", "faulty replacement"),
        "Every item has a warranty of 24 months. Send us a photo of the damage and of the serial number, and we send "
        "a replacement. You need not return the damaged item before we ask for it.",
    ),
    (
        "KB-060", "en", "Resetting a password", "2026-07-01",
        ("I forgot my password", "I cannot log in", "reset password", "sign in does not work"),
        "Choose Forgot password on the sign-in page and enter your e-mail address. The link in the mail is good for "
        "30 minutes. If no mail comes, look in the folder for unwanted mail.",
    ),
    (
        "KB-061", "en", "Newsletter", "2026-03-11",
        ("How do I unsubscribe from the newsletter?", "stop sending me the newsletter"),
        "Use the link Unsubscribe at the end of any newsletter. It takes effect within one day.",
    ),
    (
        "KB-070", "en", "Payment methods", "2026-08-19",
        ("Which payment methods do you accept?", "Can I pay on invoice?", "Do you accept Apple Pay?"),
        "We accept cards, Apple Pay, Google Pay and direct debit. Business customers can buy on invoice.",
    ),
    (
        "KB-071", "en", "Vouchers and discount codes", "2026-08-19",
        ("My discount code does not work", "How do I use a voucher?", "gift card code rejected"),
        "Enter the code in the basket under Add a code. Only one code can be used in an order. Codes are good for "
        "12 months after the day of issue.",
    ),
    (
        "KB-072", "en", "Changing or cancelling an order", "2026-08-19",
        ("Can I cancel my order?", "change my order", "change the delivery address of an order"),
        "An order can be changed or cancelled in your account under Orders until it is packed. After that, please "
        "return it once it has arrived.",
    ),
    (
        "KB-080", "en", "Charging the lights", "2026-10-05",
        ("How long does the battery last?", "How do I charge the light?", "battery charging time"),
        "A full charge takes 3 hours with any USB-C charger. The battery lasts 8 hours at full brightness and "
        "40 hours in eco mode.",
    ),
    (
        "KB-081", "en", "Water and cleaning", "2026-10-05",
        ("Is the light waterproof?", "How do I clean it?", "Can I wash it?"),
        "All lights are protected against rain (IPX5). Do not put them under water. Clean them with a damp cloth "
        "and no solvent.",
    ),
    (
        "KB-090", "en", "Opening hours and telephone", "2026-04-02",
        ("What are your opening hours?", "Can I speak to somebody on the phone?", "telephone number shop"),
        "You reach us on +351 210 000 120 from Monday to Friday, 9:00 to 17:00. The shop in Lisbon is open from "
        "Monday to Saturday, 10:00 to 19:00.",
    ),
    (
        "KB-201", "de", "Lieferzeit", "2026-09-02",
        ("Wie lange dauert die Lieferung?", "Wann wird meine Bestellung versendet?", "Lieferzeit Versand"),
        "Wir übergeben Pakete innerhalb eines Werktags an den Paketdienst. Die Lieferung dauert innerhalb der "
        "Europäischen Union zwei bis vier Werktage.",
    ),
    (
        "KB-218", "de", "Verspätete Pakete", "2026-09-02",
        ("Mein Paket ist nicht angekommen", "Wo ist mein Paket?", "Die Sendungsverfolgung bewegt sich nicht"),
        "Die Sendungsverfolgung kann bis zu drei Werktage stillstehen, während ein Paket das Depot wechselt. Ist ein "
        "Paket 13 Kalendertage nach dem Versand nicht da, antworten Sie auf diese Mail, und wir stellen einen "
        "Nachforschungsauftrag.",
    ),
    (
        "KB-242", "de", "Rücksendung und Umtausch", "2026-05-14",
        ("Wie kann ich einen Artikel zurückschicken?", "Umtausch in eine andere Größe", "Retoure Rücksendeetikett"),
        "Unbenutzte Artikel können Sie innerhalb von 30 Tagen nach der Zustellung zurücksenden. Das Rücksendeetikett "
        "finden Sie in Ihrem Konto unter Bestellungen. Der Umtausch in eine andere Größe ist kostenlos.",
    ),
    (
        "KB-243", "de", "Beschädigte Ware und Garantie", "2026-06-20",
        ("Die Lampe ist beschädigt angekommen", "Das Licht ist defekt", "Garantie kaputt Ersatz"),
        "Jeder Artikel hat eine Garantie von 24 Monaten. Schicken Sie uns ein Foto des Schadens und der Seriennummer, "
        "dann senden wir Ersatz.",
    ),
    (
        "KB-260", "de", "Passwort zurücksetzen", "2026-07-01",
        ("Ich habe mein Passwort vergessen", "Ich kann mich nicht anmelden"),
        "Wählen Sie auf der Anmeldeseite Passwort vergessen und geben Sie Ihre E-Mail-Adresse ein. Der Link in der "
        "Mail gilt 30 Minuten.",
    ),
    (
        "KB-280", "de", "Akku laden", "2026-10-05",
        ("Wie lange hält der Akku?", "Wie lade ich das Licht auf?", "Ladezeit"),
        "Eine volle Ladung dauert 3 Stunden mit jedem USB-C-Ladegerät. Der Akku hält 8 Stunden bei voller Helligkeit "
        "und 40 Stunden im Sparbetrieb.",
    ),
    (
        "KB-318", "fr", "Colis en retard", "2026-09-02",
        ("Où est mon colis ?", "Mon colis n'est pas arrivé", "Le suivi ne bouge plus"),
        "Le suivi peut rester immobile jusqu'à trois jours ouvrés pendant qu'un colis change de dépôt. Si un colis "
        "n'est pas arrivé 13 jours après l'envoi, répondez à ce message et nous ouvrons une enquête.",
    ),
    (
        "KB-342", "fr", "Renvoyer un article", "2026-05-14",
        ("Comment renvoyer un article ?", "échanger la taille", "étiquette de retour"),
        "Vous pouvez renvoyer un article non utilisé dans les 30 jours après la livraison. L'étiquette de retour se "
        "trouve dans votre compte, sous Commandes.",
    ),
    (
        "KB-380", "fr", "Charger la lampe", "2026-10-05",
        ("Combien de temps dure la batterie ?", "Comment charger la lampe ?"),
        "Une charge complète dure 3 heures avec tout chargeur USB-C. La batterie tient 8 heures à pleine puissance.",
    ),
    (
        "KB-418", "es", "Paquetes con retraso", "2026-09-02",
        ("¿Dónde está mi paquete?", "Mi pedido no ha llegado", "El seguimiento no se mueve"),
        "El seguimiento puede detenerse hasta tres días laborables mientras un paquete cambia de almacén. Si un "
        "paquete no ha llegado 13 días después del envío, responda a este correo y abrimos una investigación.",
    ),
    (
        "KB-472", "es", "Cambiar o cancelar un pedido", "2026-08-19",
        ("¿Puedo cancelar mi pedido?", "cambiar la dirección del pedido"),
        "Un pedido se puede cambiar o cancelar en su cuenta, bajo Pedidos, hasta que esté preparado.",
    ),
    (
        "KB-543", "it", "Articoli danneggiati e garanzia", "2026-06-20",
        ("La lampada è arrivata danneggiata", "La luce è rotta", "garanzia sostituzione"),
        "Ogni articolo ha una garanzia di 24 mesi. Ci mandi una foto del danno e del numero di serie, e inviamo un "
        "articolo sostitutivo.",
    ),
    (
        "KB-618", "nl", "Vertraagde pakketten", "2026-09-02",
        ("Waar is mijn pakket?", "Mijn pakket is niet aangekomen", "track and trace beweegt niet"),
        "Track and trace kan tot drie werkdagen stilstaan terwijl een pakket van depot wisselt. Is een pakket 13 "
        "dagen na verzending niet aangekomen, antwoord dan op deze mail en wij starten een onderzoek.",
    ),
)  # fmt: skip


def articles() -> Iterator[dict[str, Any]]:
    """As `load_support` reads them."""
    for key, language, title, day, asked, body in ARTICLES:
        yield {
            "key": key,
            "language": language,
            "title": title,
            "updated_on": day,
            "asked": list(asked),
            "body": body,
            "source": f"Help centre, {key}",
        }
