# ruff: noqa: E501 - rows of names read better whole; the chance here is a seeded one and guards nothing
"""An invented invoice: who, what, how much; seeded, so that the same number gives the same invoice."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from stdnum.iso7064 import mod_97_10

from .tongues import HABITS, Habit

CENT = Decimal("0.01")
RATES = {"DE": (19, 7), "AT": (20, 10), "CH": ("8.1", "2.6"), "GB": (20, 5), "US": ("8.25",), "IE": (23, "13.5"), "JP": (10, 8), "FR": (20, "5.5"), "BE": (21, 6),
         "IT": (22, 10), "ES": (21, 10), "NL": (21, 9), "PL": (23, 8), "DK": (25,), "SE": (25, 12), "PT": (23, 6)}  # fmt: skip
FORMS = {"DE": ("GmbH", "GmbH & Co. KG", "AG", "e.K."), "AT": ("GmbH", "KG"), "CH": ("AG", "GmbH"), "GB": ("Ltd", "Limited", "PLC"), "US": ("Inc.", "LLC", "Corp."),
         "IE": ("Ltd",), "JP": ("Co., Ltd.",), "FR": ("SARL", "SAS", "S.A."), "BE": ("SA", "BV", "NV"), "IT": ("S.r.l.", "S.p.A."), "ES": ("S.L.", "S.A."), "NL": ("B.V.",),
         "PL": ("Sp. z o.o.", "S.A."), "DK": ("ApS", "A/S"), "SE": ("AB",), "PT": ("Lda.", "S.A.")}  # fmt: skip
STEMS = [
    "Nordlicht",
    "Veltmann",
    "Brandis",
    "Corvena",
    "Alderley",
    "Pinecrest",
    "Moretti",
    "Solano",
    "Duarte",
    "Lindqvist",
    "Kowalski",
    "Hartwig",
    "Beaumont",
    "Takeda",
    "Visser",
    "Ostberg",
    "Ferrand",
    "Quintela",
    "Rasmus",
    "Zielinski",
    "Ashdown",
    "Marchetti",
]
TRADES = {"de": "Maschinenbau Druck Logistik Werkzeuge Gartenbau", "en": "Supplies Engineering Packaging Consulting Foods", "fr": "Services Équipement Imprimerie Transports", "it": "Forniture Impianti Alimentari Grafica",
          "es": "Suministros Ingeniería Envases Servicios", "nl": "Techniek Groothandel Transport Bouw", "pl": "Systemy Usługi Handel Opakowania", "da": "Teknik Handel Byg Emballage",
          "sv": "Teknik Bygg Handel Trä", "pt": "Comércio Transportes Gráfica Sistemas"}  # fmt: skip
TOWNS = {"DE": "20457 Hamburg", "AT": "1010 Wien", "CH": "8004 Zürich", "GB": "Leeds LS1 4AP", "US": "Austin, TX 78701", "IE": "Dublin D02 X285", "JP": "Osaka 530-0001", "FR": "69002 Lyon", "BE": "1000 Brussel",
         "IT": "20121 Milano", "ES": "28013 Madrid", "NL": "3011 AA Rotterdam", "PL": "00-950 Warszawa", "DK": "2100 København", "SE": "111 22 Stockholm", "PT": "1200-109 Lisboa"}  # fmt: skip
STREETS = {
    "de": "Lindenstraße 14",
    "en": "27 Mill Lane",
    "fr": "8 rue des Tanneurs",
    "it": "Via Garibaldi 31",
    "es": "Calle Mayor 12",
    "nl": "Havenweg 5",
    "pl": "ul. Lipowa 7",
    "da": "Skovvej 19",
    "sv": "Storgatan 3",
    "pt": "Rua Augusta 44",
}
BUYERS = ("Meridian Werke GmbH", "Castellan Group BV", "Northgate Holdings Ltd", "Aurelia Industrie SA")
GOODS = ("Hex bolt M8 x 40 zinc plated", "Carton 600 x 400 x 300 mm", "LED tube T8 1500 mm, 24 W", "Consulting - phase 2", "Filter cartridge 10\"", "Cable NYM-J 5 x 2,5", "Office chair, black", "Pallet hood 1250 x 850",
         "Transport A - B", "Maintenance contract 2026", "Toner TN-2420", "Copper pipe 15 mm", "Training day", "Gloves size 9, 12 pairs", "Steel sheet 2 x 1000 x 2000", "Catering", "Hosting Server XL", "Olive oil 0.75 l")  # fmt: skip
DETAILS = (
    "Batch 4711-22",
    "blue, RAL 5010",
    "Serial 88-1204 / A",
    "incl. mounting set",
    "as agreed on site",
    "delivery note 20871",
)


@dataclass(frozen=True)
class Item:
    description: str
    detail: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount: Decimal  # per cent
    rate: Decimal
    code: str

    total: Decimal


@dataclass(frozen=True)
class Invoice:
    """What the page has to say; `habit` says how."""

    habit: Habit
    supplier: str
    buyer: str
    street: str
    town: str
    vat_id: str
    buyer_vat: str
    number: str
    issued: date
    due: date | None
    order: str
    iban: str
    items: tuple[Item, ...]
    discount: Decimal  # on the whole, one rate only
    shipping: Decimal
    prepaid: Decimal
    places: int

    @property
    def taxes(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Rate, base and tax; discount and shipping belong to the first rate."""
        bases: dict[Decimal, Decimal] = {}
        for item in self.items:
            bases[item.rate] = bases.get(item.rate, Decimal(0)) + item.total
        first = next(iter(bases))
        bases[first] += self.shipping - self.discount
        return [(rate, base, rounded(base * rate / 100, self.places)) for rate, base in bases.items()]

    @property
    def lines_sum(self) -> Decimal:
        return sum((item.total for item in self.items), Decimal(0))

    @property
    def net(self) -> Decimal:
        return self.lines_sum - self.discount + self.shipping

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, _, tax in self.taxes), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @property
    def payable(self) -> Decimal:
        return self.gross - self.prepaid


def rounded(value: Decimal, places: int = 2) -> Decimal:
    return value.quantize(CENT if places else Decimal(1), ROUND_HALF_UP)


def invent(seed: int) -> Invoice:
    chance = Random(seed)
    habit = chance.choice(HABITS)
    places = 0 if habit.currency == "JPY" else 2
    rates = [Decimal(str(rate)) for rate in RATES[habit.country]]
    if chance.random() < 0.2:
        rates = [Decimal(0)]
    elif chance.random() < 0.6:
        rates = rates[:1]
    country = habit.country
    issued = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
    items = tuple(_item(chance, rates, places) for _ in range(chance.choice((1, 1, 2, 3, 3, 4, 5, 7, 9, 14))))
    total = sum((item.total for item in items), Decimal(0))
    # A discount belongs to one rate here, so it must not eat up more than that rate's lines.
    room = sum((item.total for item in items if item.rate == items[0].rate), Decimal(0))
    return Invoice(
        habit=habit, supplier=_name(chance, habit),
        buyer=chance.choice(BUYERS), street=STREETS[habit.language], town=TOWNS[country], vat_id=_vat(chance, country), buyer_vat=f"DE{chance.randrange(10**8, 10**9)}",
        number=_number(chance, issued), issued=issued, due=issued + timedelta(days=chance.choice((7, 10, 14, 30, 30, 45, 60))) if chance.random() < 0.85 else None,
        order=chance.choice((f"PO-{chance.randrange(10000, 99999)}", f"45000{chance.randrange(10000, 99999)}", f"B{chance.randrange(1000, 9999)}/26", "")),
        iban=_iban(chance, country) if country not in ("US", "JP") else "", items=items,
        discount=rounded(room * Decimal("0.05"), places) if chance.random() < 0.15 else Decimal(0),
        shipping=Decimal(chance.choice((5, 12, 39))) if chance.random() < 0.15 else Decimal(0),
        prepaid=rounded(total / 4, places) if chance.random() < 0.12 else Decimal(0), places=places,
    )  # fmt: skip


def _name(chance: Random, habit: Habit) -> str:
    """A company, or one of the many that trade without a legal form."""
    name = f"{chance.choice(STEMS)} {chance.choice(TRADES[habit.language].split())}"
    return (
        f"{name} {chance.choice(FORMS[habit.country])}"
        if chance.random() < 0.8
        else chance.choice((name, f"{name} & {chance.choice(STEMS)}"))
    )


def _item(chance: Random, rates: list[Decimal], places: int) -> Item:
    quantity = (
        Decimal(chance.choice((1, 1, 2, 3, 4, 5, 8, 10, 12, 25, 40, 100, 1200)))
        if chance.random() < 0.85
        else Decimal(chance.choice(("0.5", "1.5", "2.25", "7.75")))
    )
    price = Decimal(chance.randrange(35, 99900)) / 100 if places else Decimal(chance.randrange(80, 90000))
    discount = Decimal(chance.choice((5, 10, 20))) if chance.random() < 0.12 else Decimal(0)
    total = rounded(quantity * price * (100 - discount) / 100, places)
    return Item(
        chance.choice(GOODS), chance.choice(DETAILS) if chance.random() < 0.3 else "", quantity, chance.choice(("pcs", "h", "kg", "m", "Stk", "set")), price, discount,
        chance.choice(rates), f"A-{chance.randrange(1000, 9999)}", total,
    )  # fmt: skip


def _number(chance: Random, issued: date) -> str:
    serial = chance.randrange(10, 99999)
    return chance.choice(
        (
            f"RE-{issued.year}-{serial}",
            f"{serial:06d}",
            f"INV{serial}",
            f"{serial}/{issued.year}",
            f"F{issued:%y}-{serial}",
            f"{issued.year}{serial:05d}",
        )
    )


def _iban(chance: Random, country: str) -> str:
    shape = {"DE": 18, "AT": 16, "CH": 17, "FR": 23, "BE": 12, "ES": 20, "DK": 14, "SE": 20, "PT": 21, "PL": 24}
    if country in shape:
        body = "".join(chance.choice("0123456789") for _ in range(shape[country]))
    else:
        start = {"GB": "NWBK", "IE": "AIBK", "IT": "X", "NL": "INGB"}[country]
        body = start + "".join(
            chance.choice("0123456789") for _ in range({"GB": 14, "IE": 14, "IT": 22, "NL": 10}[country])
        )
    return f"{country}{mod_97_10.calc_check_digits(body + country)}{body}"


def _vat(chance: Random, country: str) -> str:
    digits = "".join(chance.choice("123456789") for _ in range(11))
    shapes = {"DE": "DE" + digits[:9], "AT": "ATU" + digits[:8], "CH": "CHE" + digits[:9], "GB": "GB" + digits[:9], "IE": "IE" + digits[:7] + "WA", "FR": "FR" + digits, "BE": "BE0" + digits[:9], "IT": "IT" + digits,
              "ES": "ESB" + digits[:8], "NL": "NL" + digits[:9] + "B01", "PL": "PL" + digits[:10], "DK": "DK" + digits[:8], "SE": "SE" + digits[:10] + "01", "PT": "PT5" + digits[:8]}  # fmt: skip
    return shapes.get(country, "")
