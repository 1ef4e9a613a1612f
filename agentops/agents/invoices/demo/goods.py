"""What each company of the demo sells: description, unit (UN/ECE 20), price, and how many at once."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Good:
    """An article or a service."""

    description: str
    unit: str
    price: Decimal
    most: int
    tax: Decimal | None = None  # where it differs from the vendor's usual rate


def _goods(*rows: tuple[str, str, str, int]) -> tuple[Good, ...]:
    return tuple(Good(text, unit, Decimal(price), most) for text, unit, price, most in rows)


BOXES = tuple(
    Good(f"Faltkarton {length} x {width} x {height} mm, {walls}wellig", "C62", Decimal(price), 120)
    for length, width, height, walls, price in (
        (200, 150, 90, "ein", "0.38"), (250, 200, 100, "ein", "0.46"), (300, 200, 150, "ein", "0.59"),
        (300, 300, 200, "ein", "0.78"), (350, 250, 200, "ein", "0.84"), (400, 300, 200, "ein", "0.97"),
        (400, 300, 300, "zwei", "1.42"), (400, 400, 300, "zwei", "1.71"), (500, 300, 300, "zwei", "1.68"),
        (500, 400, 300, "zwei", "1.94"), (600, 400, 300, "zwei", "2.21"), (600, 400, 400, "zwei", "2.48"),
        (600, 500, 400, "zwei", "2.96"), (700, 500, 500, "zwei", "3.75"), (800, 400, 400, "zwei", "3.44"),
        (800, 600, 400, "zwei", "4.38"), (800, 600, 600, "zwei", "5.12"), (1000, 600, 500, "zwei", "6.05"),
        (1180, 780, 600, "zwei", "8.90"), (1180, 780, 800, "zwei", "9.85"),
    )
)  # fmt: skip

GOODS: dict[str, tuple[Good, ...]] = {
    "V-70014": _goods(
        ("Stückgut Hamburg - Köln", "XPX", "48.50", 12),
        ("Komplettladung Hamburg - Lodz", "E54", "980.00", 3),
        ("Kühltransport Bremen - Köln", "E54", "615.00", 3), ("Euro-Paletten, Tausch", "C62", "14.50", 40),
        ("Zwischenlagerung, Palettenplatz je Monat", "C62", "9.80", 60),
        ("Expresszustellung bis 10 Uhr", "C62", "62.00", 6),
        ("Containerzustellung 40 Fuß ab Hafen", "E54", "540.00", 2),
    ),
    "V-70021": BOXES + _goods(
        ("Stretchfolie 23 my, 500 mm x 300 m", "XRO", "8.95", 60),
        ("Kantenschutz Pappe 35 x 35 x 1000 mm", "C62", "0.42", 300),
        ("Packband PP braun 50 mm x 66 m", "XRO", "1.35", 144),
        ("Luftpolsterfolie 1000 mm x 100 m", "XRO", "31.90", 8),
        ("Seidenpapier weiß 50 x 75 cm, 480 Bogen", "PK", "16.80", 12),
        ("Palettenhaube 1250 x 850 x 1800 mm", "C62", "1.18", 200),
        ("Versandtasche C4 mit Fenster, 250 Stück", "PK", "22.40", 10),
        ("Umreifungsband PET 15,5 mm x 1500 m", "XRO", "58.70", 4),
    ),
    "V-70033": _goods(
        ("Monteurstunde Elektrotechnik", "HUR", "68.50", 16), ("Meisterstunde", "HUR", "84.00", 6),
        ("Anfahrt Stadtgebiet", "C62", "39.00", 3), ("LED-Röhre T8 1500 mm, 24 W", "C62", "17.90", 24),
        ("Leitungsschutzschalter B16", "C62", "8.45", 12),
        ("Mantelleitung NYM-J 5 x 2,5 mm²", "MTR", "3.95", 60),
        ("Prüfung ortsveränderlicher Geräte (DGUV V3)", "C62", "6.80", 80),
    ),
    "V-70045": (
        *_goods(
            ("Moutarde de Dijon à l'ancienne, seau 5 kg", "C62", "21.40", 24),
            ("Huile de noix vierge, bidon 5 L", "C62", "64.90", 12),
            ("Fleur de sel de Guérande, sac 10 kg", "C62", "78.50", 8),
            ("Crème de marrons, carton de 12 x 500 g", "XCT", "46.80", 15),
            ("Confiture d'abricot, carton de 12 x 370 g", "XCT", "39.60", 18),
            ("Herbes de Provence, sachet 1 kg", "KGM", "19.75", 20),
        ),
        Good("Livraison sous température dirigée", "C62", Decimal("85.00"), 2, tax=Decimal("20")),
    ),
    "V-70052": _goods(
        ("Packaging concept, summer range", "DAY", "640.00", 4),
        ("Exhibition stand artwork", "DAY", "590.00", 3),
        ("Art direction", "DAY", "720.00", 2), ("Copywriting, product leaflets", "HUR", "75.00", 14),
        ("Proof printing, A1", "C62", "38.50", 12), ("Courier to exhibition hall", "C62", "64.00", 2),
    ),
    "V-70068": _goods(
        ("Managed database, 8 vCPU / 32 GB", "MON", "412.00", 3),
        ("Compute instance m4.large", "MON", "86.40", 12),
        ("Object storage, per TB", "MON", "21.00", 24), ("Outbound traffic, per TB", "C62", "48.00", 10),
        ("Backup retention, 90 days", "MON", "129.00", 3), ("Support plan Business", "MON", "299.00", 1),
    ),
    "V-70071": _goods(
        ("Kontrollwaage KW-30, 30 kg / 1 g", "C62", "1480.00", 2),
        ("Kalibrierung vor Ort nach ISO 17025", "C62", "245.00", 6),
        ("Wägezelle WZ-75, IP68", "C62", "318.50", 4), ("Etikettenrolle thermo 58 mm", "XRO", "4.35", 100),
        ("Servicetechniker, Stunde", "HUR", "142.00", 8), ("Reisepauschale Zone 3", "C62", "180.00", 1),
    ),
    "V-70079": _goods(
        ("Onderhoud koelcel, kwartaalbeurt", "C62", "385.00", 4), ("Koudemiddel R-448A", "KGM", "42.60", 18),
        ("Monteur koeltechniek", "HUR", "78.00", 16), ("Compressor revisieset C-220", "C62", "640.00", 2),
        ("Deurrubber koelcel, op maat", "MTR", "14.90", 24),
        ("Lekdetectie en rapportage", "C62", "165.00", 2),
    ),
    "V-70083": _goods(
        ("Olio extravergine DOP, latta da 5 L", "C62", "48.90", 40),
        ("Olio extravergine, bottiglia 0,75 L", "C62", "9.80", 120),
        ("Olive verdi in salamoia, secchio 10 kg", "C62", "37.50", 20),
        ("Pomodori secchi sott'olio, vaso 3 kg", "C62", "31.20", 24),
        ("Carciofi grigliati, vaso 1,7 kg", "C62", "18.60", 30),
    ),
    "V-70088": _goods(
        ("Tomate triturado, bidón 5 kg", "C62", "7.85", 160),
        ("Pimiento del piquillo entero, lata 2,5 kg", "C62", "14.20", 60),
        ("Alcachofa en cuartos, lata 2,5 kg", "C62", "12.95", 80),
        ("Melocotón en almíbar, lata 3 kg", "C62", "6.40", 120),
        ("Garbanzo cocido, frasco 3 kg", "C62", "5.75", 90),
    ),
    "V-70091": _goods(
        ("Marillenmarmelade, Glas 450 g", "C62", "4.95", 240),
        ("Marillennektar, Flasche 0,75 L", "C62", "3.80", 180),
        ("Marillen tiefgekühlt, entsteint", "KGM", "4.35", 400),
        ("Weingartenpfirsich-Chutney, Glas 210 g", "C62", "4.20", 120),
        ("Geschenkkiste Wachau", "C62", "27.50", 40),
    ),
    "V-70094": _goods(
        ("O-ring seal FKM 24 x 3", "C62", "180", 20), ("Photo sensor lens cap", "C62", "420", 6),
        ("Calibration certificate", "C62", "1500", 1), ("Gasket set GS-11", "SET", "960", 2),
    ),
    "V-70096": _goods(
        ("Fibre tray 240 x 160, compostable", "C62", "1.15", 900),
        ("Lid for fibre tray, clear", "C62", "0.74", 900),
        ("Insulated liner, 20 L", "C62", "11.40", 80), ("Cooling pack 400 g", "C62", "3.25", 200),
        ("Paper carrier bag, printed", "C62", "1.60", 600),
    ),
    "V-70099": _goods(
        ("Analyse microbiologique, lot complet", "C62", "118.00", 12),
        ("Recherche d'allergènes (ELISA)", "C62", "74.50", 16),
        ("Dosage des métaux lourds", "C62", "96.00", 8),
        ("Valeurs nutritionnelles, étiquetage", "C62", "152.00", 6),
        ("Enlèvement d'échantillons réfrigérés", "C62", "45.00", 2),
    ),
    "unknown": _goods(
        ("Produktfotografie, Halbtag", "C62", "480.00", 2), ("Bildbearbeitung", "HUR", "72.00", 9),
        ("Nutzungsrechte Web, 24 Monate", "C62", "220.00", 1),
    ),
    "lookalike": _goods(("Expressfracht Hamburg - Köln", "E54", "640.00", 3),
    ("Standgeld", "HUR", "55.00", 8)),
}  # fmt: skip
