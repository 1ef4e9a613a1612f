# ruff: noqa: E501 - a row per country reads better whole
"""How countries write numbers, dates and money."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}


@dataclass(frozen=True)
class Habit:
    """How a country writes numbers, dates and money."""

    language: str
    country: str
    currency: str
    group: str
    decimal: str
    day: Callable[[date], str]
    money: str  # with {a} for the amount

    def number(self, value: object, places: int = 2) -> str:
        plain = f"{value:,.{places}f}"
        return plain.replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)


def _long(language: str, pattern: str) -> Callable[[date], str]:
    def write(day: date) -> str:
        return pattern.format(d=day.day, m=MONTHS[language].split()[day.month - 1], y=day.year)

    return write


def _as(pattern: str) -> Callable[[date], str]:
    return lambda day: f"{day:{pattern}}"


NARROW, BLANK = "\u202f", "\u00a0"
HABITS = (
    Habit("de", "DE", "EUR", ".", ",", _as("%d.%m.%Y"), "{a} EUR"), Habit("de", "DE", "EUR", ".", ",", _long("de", "{d}. {m} {y}"), "{a} €"),
    Habit("de", "AT", "EUR", ".", ",", _as("%d.%m.%Y"), "€ {a}"), Habit("de", "CH", "CHF", "'", ".", _as("%d.%m.%Y"), "CHF {a}"),
    Habit("en", "GB", "GBP", ",", ".", _as("%d/%m/%Y"), "£{a}"), Habit("en", "GB", "GBP", ",", ".", _long("en", "{d} {m} {y}"), "GBP {a}"),
    Habit("en", "US", "USD", ",", ".", _long("en", "{m} {d}, {y}"), "${a}"), Habit("en", "US", "USD", ",", ".", _as("%m/%d/%Y"), "USD {a}"),
    Habit("en", "IE", "EUR", ",", ".", _as("%d %b %Y"), "€{a}"), Habit("en", "JP", "JPY", ",", ".", _as("%Y-%m-%d"), "¥{a}"),
    Habit("fr", "FR", "EUR", BLANK, ",", _as("%d/%m/%Y"), "{a} €"), Habit("fr", "BE", "EUR", ".", ",", _long("fr", "{d} {m} {y}"), "{a} EUR"),
    Habit("it", "IT", "EUR", ".", ",", _as("%d/%m/%Y"), "€ {a}"), Habit("it", "IT", "EUR", ".", ",", _long("it", "{d} {m} {y}"), "{a} €"),
    Habit("es", "ES", "EUR", ".", ",", _as("%d/%m/%Y"), "{a} €"), Habit("es", "ES", "EUR", ".", ",", _long("es", "{d} de {m} de {y}"), "{a} EUR"),
    Habit("nl", "NL", "EUR", ".", ",", _as("%d-%m-%Y"), "€ {a}"), Habit("nl", "BE", "EUR", ".", ",", _long("nl", "{d} {m} {y}"), "{a} EUR"),
    Habit("pl", "PL", "PLN", BLANK, ",", _as("%d.%m.%Y"), "{a} zł"), Habit("pl", "PL", "PLN", " ", ",", _as("%Y-%m-%d"), "{a} PLN"),
    Habit("da", "DK", "DKK", ".", ",", _as("%d.%m.%Y"), "{a} kr."), Habit("da", "DK", "DKK", ".", ",", _as("%d-%m-%Y"), "DKK {a}"),
    Habit("sv", "SE", "SEK", BLANK, ",", _as("%Y-%m-%d"), "{a} kr"), Habit("sv", "SE", "SEK", " ", ",", _as("%Y-%m-%d"), "{a} SEK"),
    Habit("pt", "PT", "EUR", ".", ",", _as("%d/%m/%Y"), "{a} €"), Habit("pt", "PT", "EUR", " ", ",", _as("%d-%m-%Y"), "{a} EUR"),
)  # fmt: skip
