"""The sentence of a proposal with its key values marked, so that the eye finds them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agentops.web.reviews.editing import Argument

ACCOUNT = r"[A-Z]{2}\d{2} … \w{4}"


@dataclass(frozen=True)
class Part:
    """A piece of the sentence: plain, strong, or strong and underlined in its tone."""

    text: str
    strong: bool = False
    tone: str = ""
    mono: bool = False


def parts(sentence: str, arguments: Iterable[Argument], *, blind: bool = False) -> list[Part]:
    """The sentence in pieces; every value that an argument shows is one of its own."""
    tones: dict[str, str] = {}
    for argument in arguments:
        tone = argument.state if argument.is_wide and not blind else ""
        for text in _spoken(argument):
            tones.setdefault(_even(text), tone)
    known = sorted((text for text in tones if len(text) > 2), key=len, reverse=True)
    pattern = "|".join([*(rf"(?<!\w){re.escape(text)}(?!\w)" for text in known), ACCOUNT])
    found, at, even = [], 0, _even(sentence)
    for hit in re.finditer(pattern, even):
        found.append(Part(even[at : hit.start()]))
        text = hit.group()
        found.append(Part(text, True, tones.get(text, ""), mono=text not in tones))
        at = hit.end()
    return [part for part in [*found, Part(even[at:])] if part.text]


def waiting(headline: Mapping[str, Any], why: str) -> list[Part]:
    """Invoice BS-1190 from Baltic Steelworks over 6,410.00 EUR waits: no goods receipt could be read."""
    if not any(headline.get(name) for name in ("number", "party", "amount")):
        return [Part("A document waits: "), Part(_lower(why), True, "warn"), Part(".")]
    told = [Part("Invoice " if headline.get("number") else "A document")]
    for before, name in (("", "number"), (" from ", "party"), (" over ", "amount")):
        if headline.get(name):
            told += [Part(before), Part(str(headline[name]), True)]
    return [*(part for part in told if part.text), Part(" waits: "), Part(_lower(why), True, "warn"), Part(".")]


def _spoken(argument: Argument) -> list[str]:
    # A vendor is shown with its key; the sentence says its name.
    _, _, name = argument.shown.partition(" ")
    return [argument.shown, name] if argument.name in ("vendor", "supplier_name") and name else [argument.shown]


def _even(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _lower(title: str) -> str:
    """`Invoice number is missing` goes on in small letters, `VAT id` and names in figures stay as they are."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] == " " else title
