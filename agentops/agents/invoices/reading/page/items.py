"""One row of the table read as an item: its total, and the quantity and price that come out at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from .header import NUMERIC, Header, description_span, distance
from .numbers import Style, read_number
from .tokens import Amount, Percent, scan
from .words import Word

ALIGNED = 45.0  # points: how far a cell may stand from its header
REFERS = ("incl", "inkl", "davon", "thereof", "of which", "dont", "di cui", "waarvan", "included")


@dataclass(frozen=True)
class Item:
    """One line as printed."""

    total: Amount
    quantity: Amount | None
    price: Amount | None
    rate: Percent | Amount | None
    discounted: bool
    description: tuple[Word, ...]
    unit: tuple[Word, ...]
    confirmed: bool  # quantity times price is the total

    @property
    def may_be_part(self) -> bool:
        """ "Incl. levy 4.24": a remark on the line above, with an amount but no price."""
        text = " ".join(word.text for word in self.description[:3]).lower()
        return self.price is None and text.startswith(REFERS)


def item_of(row: Sequence[Word], header: Header, style: Style) -> Item | None:
    """The words of a row read as an item; None if it has no total, or nothing but one."""
    numbers = scan(row, style)
    plain = [token for token in numbers if isinstance(token, Amount)]
    total = _total(plain, header)
    if total is None:
        return None
    others = [token for token in plain if token is not total and token.x1 <= total.x0 + 1]
    quantity, price, confirmed, discounted = _factors(others, numbers, total, header)
    rate = _rate(numbers, others, quantity, price, header)
    words = _describing(row, header, [one for one in (total, quantity, price, rate) if one is not None])
    if not words and quantity is None and price is None and rate is None:
        return None
    return Item(total, quantity, price, rate, discounted, words, _unit(row, header, quantity), confirmed)


def _total(plain: list[Amount], header: Header) -> Amount | None:
    column = header.column("line_total")
    if column is None:
        return plain[-1] if plain and plain[-1].decimals >= 2 else None
    aligned = [token for token in plain if distance(token.x0, token.x1, column) < ALIGNED]
    nearest = min(aligned, key=lambda token: distance(token.x0, token.x1, column), default=None)
    if nearest is None:
        return None
    others = [one for one in header.columns if one is not column and one.concept in NUMERIC]
    own = distance(nearest.x0, nearest.x1, column)
    return None if any(distance(nearest.x0, nearest.x1, one) < own - 1 for one in others) else nearest


def _factors(
    others: list[Amount], numbers: list[Amount | Percent], total: Amount, header: Header
) -> tuple[Amount | None, Amount | None, bool, bool]:
    """Quantity and price: where the header puts them if that comes out, else the pair that multiplies to the total."""
    placed = _placed(others, header)
    quantity, price = placed.get("quantity"), placed.get("unit_price")
    if quantity and price and quantity.value != 0 and _comes_out(quantity, price, total):
        return quantity, price, True, False
    for one, other in permutations(others, 2):
        ordered = one.x0 < other.x0 if not header.has("quantity") else True
        # One times the total proves nothing, unless that one stands where quantities do.
        telling = (one.value != 1 or one is quantity) and other.value != 1 and one.value != 0
        if total.value != 0 and ordered and _comes_out(one, other, total) and telling:
            first, second = _by_header(one, other, header)
            return first, second, True, False
    if quantity and price:
        for token in numbers:
            if isinstance(token, Percent) and _close(
                quantity.value * price.value * (1 - abs(token.value) / 100), total.value
            ):
                return quantity, price, True, True
        return quantity, price, False, header.has("discount")
    return quantity, price, False, False


def _placed(tokens: list[Amount], header: Header) -> dict[str, Amount]:
    """Each number to its nearest numeric column, each column to its nearest number."""
    placed: dict[str, tuple[float, Amount]] = {}
    for token in tokens:
        near = [
            (distance(token.x0, token.x1, column), column.concept)
            for column in header.columns
            if column.concept in NUMERIC
        ]
        near = [pair for pair in near if pair[1] != "line_total"]
        apart, concept = min(near, default=(ALIGNED, ""))
        if apart < ALIGNED and (concept not in placed or apart < placed[concept][0]):
            placed[concept] = (apart, token)
    return {concept: token for concept, (_, token) in placed.items()}


def _by_header(one: Amount, other: Amount, header: Header) -> tuple[Amount, Amount]:
    """Which of two factors is the quantity; a heading known for one of them tells the other, too."""
    quantity, price = header.column("quantity"), header.column("unit_price")
    if quantity and price and quantity.x0 > price.x0:
        return (one, other) if one.x0 > other.x0 else (other, one)
    if quantity and not price:
        apart = [distance(token.x0, token.x1, quantity) for token in (one, other)]
        return (one, other) if apart[0] <= apart[1] else (other, one)
    if price and not quantity:
        apart = [distance(token.x0, token.x1, price) for token in (one, other)]
        return (other, one) if apart[0] <= apart[1] else (one, other)
    return (one, other) if one.x0 < other.x0 else (other, one)


def _comes_out(quantity: Amount, price: Amount, total: Amount) -> bool:
    whole = total.decimals == 0 and price.decimals == 0  # yen and the like, rounded to one
    product = quantity.value * price.value
    return _close(product, total.value, quantity.value) or (whole and abs(product - total.value) <= Decimal("0.5"))


def _close(product: Decimal, total: Decimal, quantity: Decimal = Decimal(1)) -> bool:
    slack = max(Decimal("0.011"), min(abs(quantity) * Decimal("0.0005"), abs(total) * Decimal("0.002")))
    return abs(abs(product) - abs(total)) <= slack


def _rate(
    numbers: Iterable[Amount | Percent],
    others: list[Amount],
    quantity: Amount | None,
    price: Amount | None,
    header: Header,
) -> Percent | Amount | None:
    column = header.column("tax_rate")
    percents = [token for token in numbers if isinstance(token, Percent)]
    if column is None:
        return None
    near = [token for token in percents if distance(token.words[0].x0, token.words[-1].x1, column) < ALIGNED]
    if near:
        return near[0]
    bare = _placed([token for token in others if token not in (quantity, price)], header).get("tax_rate")
    return bare if bare is not None and 0 <= bare.value <= 30 else None


def _describing(row: Sequence[Word], header: Header, numbers: Sequence[Amount | Percent]) -> tuple[Word, ...]:
    """The describing words of the row: what stands in the description's column and is no value of another."""
    spent = {id(word) for token in numbers for word in token.words}
    left, right = description_span(header)
    words = [
        word for word in row if id(word) not in spent and left <= (word.x0 + min(word.x1, word.x0 + 20)) / 2 < right
    ]
    wordy = [index for index, word in enumerate(words) if any(char.isalpha() for char in word.text)]
    if not wordy:
        return ()  # a row of nothing but numbers describes nothing
    while words and not any(char.isalnum() for char in words[-1].text):
        words.pop()
    return tuple(words)


def _unit(row: Sequence[Word], header: Header, quantity: Amount | None) -> tuple[Word, ...]:
    column = header.column("unit")
    if column is not None:
        near = [
            word for word in row if distance(word.x0, word.x1, column) < 20 and read_number(word.text, Style()) is None
        ]
        if near:
            return (near[0],)
    if quantity is None:
        return ()
    after = [word for word in row if 0 <= word.x0 - quantity.x1 < 1.2 * word.size and word.text.strip(".").isalpha()]
    return tuple(after[:1])
