"""What in a reply belongs to another customer: addresses, numbers and names, each as a masked spot.

Secrets, cards and accounts are found in whatever leaves the house, by the runtime.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from django.db.models.functions import Lower

from runs.agents.outgoing import Spot

from .models import Customer, CustomerAddress, Order

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\b[A-Za-z]{0,4}-?\d[\w-]{2,38}\b")
_NAME = re.compile(r"\b[^\W\d_][\w'-]+(?: [^\W\d_][\w'-]+){1,2}", re.UNICODE)
MOST = 200  # candidates of one kind that are looked up


def of_others(text: str, *, customer: UUID | None) -> list[Spot]:
    """Everything in the text that belongs to another customer than `customer`, whose ticket it is, in order."""
    return sorted(dict.fromkeys(_of_others(text, customer)), key=lambda spot: spot.line)


def _of_others(text: str, customer: UUID | None) -> Iterator[Spot]:
    for kind, written in (("address", _ADDRESS), ("number", _NUMBER), ("name", _NAME)):
        said = list(dict.fromkeys(hit for piece in _pieces(text, written) for hit in piece))[:MOST]
        for other in _known(kind, said, customer):
            yield Spot(f"another customer’s {kind}", _line_of(text, other), f"{other[:2]}…")


def _pieces(text: str, written: re.Pattern[str]) -> Iterator[list[str]]:
    for hit in written.findall(text):
        words = hit.split(" ")
        yield [hit] if len(words) < 3 else [hit, " ".join(words[:2]), " ".join(words[1:])]
    if written is _NAME:  # pairs that overlap the ones found
        yield [" ".join(pair) for pair in zip(text.split(), text.split()[1:], strict=False)][:MOST]


def _known(kind: str, said: list[str], customer: UUID | None) -> list[str]:
    if not said:
        return []
    low = {text.strip(".,:;!?()").casefold(): text for text in said}
    names = list(low)
    if kind == "address":
        addresses = CustomerAddress.objects.filter(address__in=names).exclude(customer=customer)
        return list(addresses.values_list("address", flat=True))
    others = Customer.objects.exclude(pk=customer) if customer else Customer.objects.all()
    if kind == "number":
        upper = [name.upper() for name in names]
        orders = Order.objects.filter(number__in=upper).exclude(customer=customer).values_list("number", flat=True)
        return [*orders, *others.filter(number__in=upper).values_list("number", flat=True)]
    alike = others.annotate(low=Lower("name")).filter(low__in=names).values_list("name", flat=True)
    ours = Customer.objects.get(pk=customer).name.casefold() if customer else ""
    return [name for name in alike if name.casefold() != ours]


def _line_of(text: str, words: str) -> int:
    at = text.casefold().find(words.casefold())
    return text.count("\n", 0, max(at, 0)) + 1
