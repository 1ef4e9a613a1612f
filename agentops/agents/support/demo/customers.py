"""The customers of a made-up shop for lamps and bicycles' lights, with their orders around a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

CAST = (
    ("C-1001", "Marco Silva", "en", "marco.silva", (("M-559120", 11, "shipped", "3SKABC7719", 3),)),
    ("C-1002", "Greta Sommer", "de", "greta.sommer", (("M-559244", 8, "delayed", "3SKABD0042", 5),)),
    ("C-1003", "Luc Fournier", "fr", "luc.fournier", (("M-559301", 4, "shipped", "3SKABE1188", 2),)),
    ("C-1004", "Ana Beltrán", "es", "ana.beltran", (("M-559377", 2, "packed", "", None),)),
    ("C-1005", "Giulia Ferri", "it", "giulia.ferri", (("M-558810", 25, "delivered", "3SKAAZ9031", None),)),
    ("C-1006", "Daan Visser", "nl", "daan.visser", (("M-559402", 3, "shipped", "3SKABF6604", 1),)),
    ("C-1007", "Helen Wright", "en", "helen.wright", (("M-558990", 19, "delivered", "3SKABA4410", None),)),
    ("C-1008", "Tobias Krenz", "de", "tobias.krenz", ()),
    ("C-1009", "Priya Nair", "en", "priya.nair", (("M-559410", 2, "packed", "", None),)),
    ("C-1010", "Owen Hughes", "en", "owen.hughes", (("M-559155", 10, "delayed", "3SKABC9902", 4),)),
)


def customers(day: date) -> Iterator[dict[str, Any]]:
    """As `load_support` reads them."""
    for number, name, language, mail, orders in CAST:
        yield {
            "number": number,
            "name": name,
            "language": language,
            "since": (day - timedelta(days=400 + int(number[-2:]) * 30)).isoformat(),
            "addresses": [f"{mail}@customer.example"],
            "orders": [
                {
                    "number": order,
                    "placed_on": (day - timedelta(days=ago)).isoformat(),
                    "status": status,
                    "parcel": parcel,
                    "expected_on": (day + timedelta(days=ahead)).isoformat() if ahead else None,
                }
                for order, ago, status, parcel, ahead in orders
            ],
        }
