"""The demo's master data: the company, its vendors, what it ordered and received, and exchange rates."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from agentops.agents.invoices.demo.companies import Company, Vendor
from agentops.agents.invoices.demo.goods import GOODS, Good
from agentops.agents.invoices.demo.invoice import Invoice, Item, rounded
from agentops.agents.invoices.demo.vendors import LOOKALIKE, OWN, UNKNOWN, VENDORS

SEED = 417
BASE = "EUR"
PER_EURO = {"USD": "1.1640", "GBP": "0.8660", "CHF": "0.9310", "DKK": "7.4610", "JPY": "171.40"}
DAYS_OF_RATES = 28
USUAL = (Decimal("180"), Decimal("6500"))


@dataclass(frozen=True)
class OrderLine:
    """One line of an order, and how much of it has arrived."""

    position: int
    item: Item
    received: Decimal


@dataclass(frozen=True)
class Order:
    """What the company ordered."""

    number: str
    vendor: Vendor
    created: date
    lines: tuple[OrderLine, ...]
    status: str = "open"
    receipt_needed: bool = False

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(line.item for line in self.lines)

    @property
    def net(self) -> Decimal:
        return sum((line.item.total for line in self.lines), Decimal("0"))


@dataclass
class World:
    """Everything the agent can look up; orders and invoice numbers are handed out as cases ask."""

    today: date
    company: Company
    vendors: tuple[Vendor, ...]
    rates: dict[tuple[str, date], Decimal]
    orders: list[Order] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  # nosec B311
    _serials: dict[str, int] = field(default_factory=dict)
    _order_number: int = 4500018100

    def vendor(self, key: str) -> Vendor:
        """The company `key`, on file or not; raises `StopIteration` for one that does not exist."""
        return next(vendor for vendor in (*self.vendors, UNKNOWN, LOOKALIKE) if vendor.key == key)

    def place_order(
        self, key: str, *, worth: tuple[Decimal, Decimal] = USUAL, times: int = 1, goods: Sequence[Good] = (),
        quantities: Sequence[int] = (), number: str = "", status: str = "open", receipt_needed: bool = False,
    ) -> Order:  # fmt: skip
        """Order from a vendor: the given goods, or some of what it sells, worth about `worth` with tax."""
        vendor = self.vendor(key)
        items = self.pick(vendor, worth, times, goods, quantities)
        created = self.weekday(self.today - timedelta(days=self.chance.randint(35, 80)))
        order = Order(
            number or self._next_order(), vendor, created,
            tuple(OrderLine(at, item, item.quantity) for at, item in enumerate(items, start=1)),
            status, receipt_needed,
        )  # fmt: skip
        self.orders.append(order)
        return order

    def change_order(self, order: Order, **changes: object) -> Order:
        """Put another version of an order in its place."""
        changed = replace(order, **changes)  # type: ignore[arg-type]
        self.orders[self.orders.index(order)] = changed
        return changed

    def pick(
        self, vendor: Vendor, worth: tuple[Decimal, Decimal] = USUAL, times: int = 1,
        goods: Sequence[Good] = (),
        quantities: Sequence[int] = (),
    ) -> tuple[Item, ...]:  # fmt: skip
        """Lines of what a vendor sells; raises `ValueError` if nothing it sells is worth that much."""
        for _ in range(400):
            wares = goods or self.chance.sample(
                GOODS[vendor.key], self.chance.randint(2, min(5, len(GOODS[vendor.key])))
            )
            counts = quantities or [self.chance.randint(max(1, ware.most // 5), ware.most) * times for ware in wares]
            items = tuple(item(vendor, ware, Decimal(count)) for ware, count in zip(wares, counts, strict=True))
            gross = sum((each.total * (1 + each.tax_rate / 100) for each in items), Decimal("0"))
            if goods or worth[0] <= gross <= worth[1]:
                return items
        raise ValueError(f"{vendor.name} sells nothing worth {worth[0]} to {worth[1]}")

    def bill(self, key: str, items: Sequence[Item], order: str | None, **details: object) -> Invoice:
        """An invoice of a vendor, dated in the last two weeks, under its next number."""
        vendor = self.vendor(key)
        serial = self._serials.get(key, 0)
        self._serials[key] = serial + 1
        issued = self.weekday(self.today - timedelta(days=max(1, 11 - serial)))  # a later number, a later day
        number = vendor.series.format(n=vendor.first + serial, year=issued.year)
        plain = Invoice(
            vendor, self.company, number, issued, issued + timedelta(days=vendor.terms),
            tuple(items), order, vendor.iban,
        )  # fmt: skip
        return replace(plain, **details)  # type: ignore[arg-type]

    @staticmethod
    def weekday(day: date) -> date:
        """The day itself, or the Friday before a weekend."""
        return day - timedelta(days=max(0, day.weekday() - 4))

    def in_base(self, amount: Decimal, currency: str) -> Decimal:
        """The amount in euros at the newest rate."""
        if currency == BASE:
            return amount
        newest = max(day for name, day in self.rates if name == currency)
        return rounded(amount / self.rates[currency, newest], BASE)

    def _next_order(self) -> str:
        self._order_number += self.chance.randint(2, 6)
        return str(self._order_number)


def build_world(today: date) -> World:
    """The company and its vendors, with nothing ordered yet."""
    return World(today=today, company=OWN, vendors=VENDORS, rates=_rates(today))


def item(vendor: Vendor, ware: Good, quantity: Decimal) -> Item:
    """One line: so much of a ware, at its price."""
    tax = vendor.tax if ware.tax is None else ware.tax
    total = rounded(ware.price * quantity, vendor.currency)
    return Item(ware.description, quantity, ware.unit, ware.price, total, tax)


def repriced(items: Sequence[Item], currency: str, at: Callable[[Item], Decimal]) -> tuple[Item, ...]:
    """The same lines at other prices."""
    return tuple(
        replace(
            each,
            unit_price=(price := rounded(at(each), currency)),
            total=rounded(price * each.quantity, currency),
        )
        for each in items
    )


def _rates(today: date) -> dict[tuple[str, date], Decimal]:
    """What one euro was worth on each business day of the last month, wandering a little."""
    chance = random.Random(SEED)  # noqa: S311  # nosec B311
    days = [today - timedelta(days=back) for back in range(DAYS_OF_RATES, -1, -1)]
    found: dict[tuple[str, date], Decimal] = {}
    for currency, start in PER_EURO.items():
        value = Decimal(start)
        for day in days:
            value = (value * (1 + Decimal(chance.randint(-25, 25)) / 10000)).quantize(Decimal("0.0001"))
            if day.weekday() < 5 or day == today:
                found[currency, day] = value
    return found
