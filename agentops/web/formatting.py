"""How values are written for people: money, dates, ages, account numbers, ids, and text from strangers."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from agentops.core.currencies import MINOR_DIGITS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Letters and marks that take no ink although their category does not say so
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800\u17b4\u17b5")
_BLANK_YET_PRINTABLE = re.compile(f"[{''.join(sorted(BLANKS))}\ufe00-\ufe0e\U000e0100-\U000e01ef]")


def minor_units(currency: str) -> int:
    """How many decimals a currency has; two where it is not known."""
    return MINOR_DIGITS.get(currency, 2)


def amount(value: Decimal, currency: str = "EUR") -> str:
    """`18,240.00`, with as many decimals as the currency has; more where the value itself has more."""
    own = -int(value.as_tuple().exponent) if value.is_finite() else 0
    places = max(minor_units(currency), min(own, 6) if value != value.quantize(Decimal(1).scaleb(-2)) else 0)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,}".replace("-", "\N{MINUS SIGN}")


def money(value: Decimal, currency: str) -> str:
    """`18,240.00 EUR`; the space does not break."""
    return f"{amount(value, currency)}\N{NO-BREAK SPACE}{currency}"


def percent(share: Decimal | float) -> str:
    """`6.2 %` from 0.062."""
    text = f"{Decimal(str(share)) * 100:.1f}".removesuffix(".0")
    return f"{text}\N{NO-BREAK SPACE}%"


def day(value: date | datetime) -> str:
    """`12 Dec 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """`12 Dec 2026, 10:58:40`."""
    return f"{day(value)}, {value:%H:%M:%S}"


def span(seconds: Decimal | float | timedelta) -> str:
    """How long something took: `12 ms`, `3.0 s`, `44 s`, `1 m 12 s`, `2 h 5 m`."""
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if total < 0.9995:
        return f"{total * 1000:.0f} ms"
    if total < 9.95:
        return f"{total:.1f} s"
    return f"{round(total)} s" if total < 59.5 else _in_two_units(round(total))


def age(seconds: float | timedelta) -> str:
    """How long ago or how long until, roughly: `now`, `38 m`, `5 h`, `3 d`."""
    total = abs(seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds))
    if total < 60:
        return "now"
    for size, letter in ((86400, "d"), (3600, "h"), (60, "m")):
        if total >= size:
            return f"{int(total // size)} {letter}"
    raise AssertionError("unreachable")


def count(value: int) -> str:
    """`1,204`."""
    return f"{value:,}"


def thousands(value: int) -> str:
    """`17.6k` from 17,600; small numbers as they are."""
    return str(value) if value < 1000 else f"{value / 1000:.1f}k"


def size(octets: int) -> str:
    """`214 KB`, `4.8 MB`."""
    if octets < 1000:
        return f"{octets} B"
    return f"{octets / 1000:.0f} KB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"


def iban(value: str) -> str:
    """`DE89 3704 0044 0532 0130 00`: never cut where it is decided on."""
    plain = "".join(value.split())
    return "\N{NO-BREAK SPACE}".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def run_id(number: int, letter: str = "R") -> str:
    """`R-20931`: what people call a run."""
    return f"{letter}-{number}"


def run_number(said: str) -> int | None:
    """20931 from `R-20931`, `r 20931` or `20931`; None where it is no run's number."""
    digits = said.strip().upper().removeprefix("R").lstrip("- ")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def words(name: str) -> str:
    """`Policy administrator` from `policy_admin`, `Awaiting review` from `awaiting_review`."""
    spelled = name.replace("_", " ").replace("admin", "administrator") if name.endswith("_admin") else name
    return spelled.replace("_", " ").replace("-", " ").capitalize()


def initials(name: str) -> str:
    """`MK` from Maria Keller."""
    parts = [part for part in name.replace("@", " ").replace(".", " ").split() if part[:1].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper() or "?"


def hue(key: object) -> int:
    """One of the five avatar colours, the same for the same person on every page."""
    return sum(str(key).encode()) % 5 + 1


def visible(text: object) -> str:
    """Text from a stranger as plain text: what cannot be seen is written out, as in `[U+202E]`."""
    return "".join(f"[{piece}]" if hidden else piece for hidden, piece in pieces(str(text)))


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of ordinary text (False, text) and single characters that take no ink (True, `U+202E`)."""
    if text.isprintable() and not _BLANK_YET_PRINTABLE.search(text):  # nearly everything, so it is asked first
        if text:
            yield False, str.__str__(text)  # a plain copy: what somebody marked as safe markup is not
        return
    plain = ""
    for sign in text:
        if not is_hidden(sign):
            plain += sign
            continue
        if plain:
            yield False, plain
            plain = ""
        yield True, f"U+{ord(sign):04X}"
    if plain:
        yield False, plain


def is_hidden(sign: str) -> bool:
    """Whether a character shows nothing or turns its neighbours around (bidi, zero width, tags, controls)."""
    if sign in "\n\t" or (sign.isascii() and sign.isprintable()):
        return False
    category = unicodedata.category(sign)
    selector = "\ufe00" <= sign <= "\ufe0e" or "\U000e0100" <= sign <= "\U000e01ef"
    return category in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"} or sign in BLANKS or selector


def name_of(sign: str) -> str:
    """What Unicode calls a hidden character given as `U+202E`."""
    return unicodedata.name(chr(int(sign.removeprefix("U+"), 16)), "control character").lower()


def _in_two_units(total: int) -> str:
    minutes, seconds = divmod(total, 60)
    if minutes < 60:
        return f"{minutes} m {seconds} s" if seconds else f"{minutes} m"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} m" if minutes else f"{hours} h"
