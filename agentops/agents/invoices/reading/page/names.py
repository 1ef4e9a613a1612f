"""Companies' names: legal forms, and where in a line of words the name ends."""

from __future__ import annotations

import re

from .words import Word

_LEGAL = re.compile(
    r"(?:^|[\s,&])("
    r"GmbH|gGmbH|mbH|AG|KG|KGaA|OHG|UG|e\.?\s?K\.?|e\.?\s?V\.?|GbR|SE|eG|Ltd\.?|Limited|LLC|L\.L\.C\.|Inc\.?|Corp\.?|Corporation|"
    r"PLC|LLP|S\.?A\.?S\.?U?|S\.?A\.?R\.?L\.?|S\.?A\.?|EURL|SASU|S\.?R\.?L\.?|S\.?p\.?A\.?|S\.?n\.?c\.?|B\.?V\.?|N\.?V\.?|"
    r"S\.?L\.?U?\.?|Lda\.?|A/S|ApS|AS|ASA|AB|Oy|Oyj|Sp\.\s?z\s?o\.?\s?o\.?|s\.\s?r\.\s?o\.|a\.\s?s\.|Kft\.?|Zrt\.?|d\.\s?o\.\s?o\.|"
    r"Sdn\.?\s?Bhd\.?|Bhd\.?|Pte\.?|Pty|Pvt\.?|Private|Co\.?|Company|Stiftung|Verlag|GesmbH|"
    r"V\.?O\.?F\.?|Ltda\.?|A\.?\s?Ş\.?|S\.A\. de C\.V\.?|e\.\s?U\.|d\.\s?d\.|Nyrt\.?|Bt\.|S\.?à\.?r\.?l\.?|"
    r"SpA|Ltée|Genossenschaft|UAB|SIA|OÜ|a\.\s?G\.|e\.?\s?G\.|S\.?r\.?l\.?s\.?|KB|HB|I/S|K/S|P/S|SCOP|SNC|SCI|Unipessoal|Oy\s?Ab|Sp\.\s?k\.|Sp\.\s?j\."
    r")(?=$|[\s,.;:|•·–)])",
    re.IGNORECASE,
)


_SHORT_LEGAL = {
    "as",
    "sa",
    "sl",
    "ab",
    "se",
    "ag",
    "bv",
    "nv",
    "co",
    "kg",
    "ug",
    "eg",
}  # words of other languages in lower case


def has_legal_form(text: str) -> bool:
    match = _LEGAL.search(text)
    return bool(match) and not (match[1].strip(".") in _SHORT_LEGAL and match[1].islower()) if match else False


def cut_name(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The name at the beginning: up to a separator, or up to its legal form and what belongs to that."""
    kept: list[Word] = []
    for index, word in enumerate(words):
        if word.text in "•●·|∙▪■◦-–—*:" or (kept and re.fullmatch(r"\d{4,}.*", word.text)):
            if kept:
                break
            continue
        kept.append(word)
        if word.text.endswith(",") and not _legal_follows(words, index):
            break
        if index and has_legal_form(text_of(tuple(kept))) and _address_follows(words, index):
            break
    return tuple(kept)


def _address_follows(words: tuple[Word, ...], index: int) -> bool:
    """What comes after the legal form is no longer the name: a separator, digits, or a whole line of words."""
    rest = words[index + 1 :]
    if not rest or _legal_follows(words, index):
        return False
    return len(rest) > 2 or not rest[0].text[0].isalpha() or rest[0].x0 - words[index].x1 > 0.6 * rest[0].size


def _legal_follows(words: tuple[Word, ...], index: int) -> bool:
    rest = text_of(words[index + 1 : index + 4])
    return bool(rest) and (rest[0] == "&" or bool(_LEGAL.match(" " + rest.split(" ")[0] + " ")))


def text_of(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words).strip(" ,;:|•·-–")
