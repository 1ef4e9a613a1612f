"""How reasons and kinds look: an icon and a tone for each, the same in the queue and on the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from django.conf import settings

from agentops.web.formatting import money, words

BAD, WARN, NONE = "bad", "warn", "none"
LOOKS: Mapping[str, tuple[str, str]] = {
    "bank_account_changed": ("bank", BAD),
    "account_not_on_file": ("bank", BAD),
    "no_account_on_file": ("bank", BAD),
    "vendor_unknown": ("user", BAD),
    "vendor_lookalike": ("user", BAD),
    "own_company_supplier": ("user", BAD),
    "vat_id_mismatch": ("user", WARN),
    "duplicate": ("copy", BAD),
    "possible_duplicate": ("copy", BAD),
    "prompt_injection": ("bug", BAD),
    "hidden_text": ("bug", BAD),
    "active_content": ("bug", BAD),
    "price_variance": ("delta", WARN),
    "quantity_variance": ("delta", WARN),
    "total_variance": ("delta", WARN),
    "over_invoiced": ("delta", WARN),
    "po_line_mismatch": ("delta", WARN),
    "totals_inconsistent": ("delta", WARN),
    "tax_mismatch": ("delta", WARN),
    "currency_mismatch": ("delta", WARN),
    "no_po_reference": ("nopo", WARN),
    "po_not_found": ("nopo", WARN),
    "po_closed": ("nopo", WARN),
    "ambiguous_po": ("nopo", WARN),
    "po_vendor_mismatch": ("nopo", WARN),
    "low_confidence": ("gauge", WARN),
    "low_quality": ("gauge", WARN),
    "amount_over_limit": ("limit", NONE),
    "second_signature": ("sign", NONE),
    "day_limit": ("limit", NONE),
    "limit_full": ("limit", NONE),
    "no_exchange_rate": ("limit", WARN),
    "review_only": ("flag", NONE),
    "always_reviewed": ("flag", NONE),
    "sample": ("sample", "info"),
    "clarification": ("chat", "agent"),
    "above_house_ceiling": ("limit", NONE),
    "cumulative_limit": ("limit", NONE),
    "not_received": ("delta", WARN),
    "credit_note": ("doc", WARN),
    "not_an_invoice": ("doc", WARN),
    "multiple_invoices": ("doc", WARN),
    "vendor_inactive": ("user", WARN),
    "vendor_ambiguous": ("user", WARN),
    "corrected_by_person": ("edit", WARN),
    "not_this_invoice": ("stop", BAD),
    "missing_field": ("warn", WARN),
    "crashed": ("tool", WARN),
    "timeout": ("tool", WARN),
    "unavailable": ("tool", WARN),
    "personal_data": ("shield", BAD),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "approval": ("", ""),
    "stuck": ("tool", "warn"),
    "clarification": ("chat", "agent"),
    "sample": ("sample", "info"),
}


# What is said first where the sentence is one long one: a title for each code.
TITLES: Mapping[str, str] = {
    "hidden_text": "Hidden text in the document",
    "prompt_injection": "Text that addresses the agent",
    "active_content": "Active content in the file",
    "xml_page_mismatch": "Page and XML differ",
    "einvoice_invalid": "Not a valid electronic invoice",
    "multiple_invoices": "Several invoices in one file",
    "low_quality": "Hard to read",
    "tax_mismatch": "Tax does not fit",
    "totals_inconsistent": "Totals do not add up",
    "personal_data": "Personal data",
    "no_exchange_rate": "No exchange rate",
    "stale_evidence": "Evidence is too old",
    "review_only": "Always reviewed",
    "always_reviewed": "Always reviewed",
    "confidence_unknown": "Confidence unknown",
    "cumulative_limit": "Daily limit reached",
}
QUOTING = frozenset({"hidden_text", "prompt_injection", "active_content", "personal_data"})
QUOTES = frozenset('\u201c\u201d"\u00ab\u2018')
# A full stop that ends a title: not one of an abbreviation such as "Inc. Smith" or "St. Gallen".
STOP = re.compile(r"(?<![ .][A-Z][a-z])(?<![ .][A-Z][a-z]{2})(?<!^St)\. (?=[A-Z0-9\u201c])")


@dataclass(frozen=True)
class Shown:
    """One reason as a chip or a line: a short title, and what there is to say beside it."""

    code: str
    title: str
    detail: str
    field: str
    icon: str
    tone: str

    @property
    def sentence(self) -> str:
        return f"{self.title}. {self.detail}" if self.detail else self.title


def reason(told: Mapping[str, Any], amount: Decimal | None = None, currency: str = "") -> Shown:
    """A stored reason with its icon and tone; urgent ones are never plain. `amount` is what is decided about."""
    code = str(told.get("code", ""))
    icon, tone = LOOKS.get(code, ("warn", WARN))
    tone = BAD if told.get("urgent") and tone == NONE else tone
    title, detail = _measured(code, told.get("numbers") or {}, amount, currency) or parted(
        code, str(told.get("sentence") or "")
    )
    return Shown(code, title, detail, str(told.get("field") or ""), icon, tone)


def parted(code: str, sentence: str) -> tuple[str, str]:
    """A title and the rest: an agent's sentence ends its title with a full stop, others have one by code."""
    title, *rest = STOP.split(sentence.strip(), maxsplit=1)
    # What is quoted from a document never decides where a title ends.
    if rest and len(title) < 100 and code not in QUOTING and not set(title) & QUOTES:
        return title, rest[0]
    if code in TITLES and sentence:
        return TITLES[code], sentence
    return sentence.strip().removesuffix(".") or words(code), ""


def _measured(code: str, numbers: Mapping[str, Any], amount: Decimal | None, currency: str) -> tuple[str, str] | None:
    """What the gate measured, as found and limit."""
    found, limit = _number(numbers.get("found")), _number(numbers.get("limit"))
    if found is None or limit is None:
        return None
    if code == "low_confidence":
        return f"Confidence {_hundredths(found)} < {_hundredths(limit)}", ""
    if code not in ("amount_over_limit", "above_house_ceiling", "second_signature"):
        return None
    base = settings.BASE_CURRENCY
    is_face = found == amount and bool(currency)
    told = money(found, currency if is_face else base)
    face = f"{money(amount, currency)} at the rate on file" if amount is not None and not is_face else ""
    if code == "second_signature":
        return f"Two signatures above {money(limit, base)}", f"Amount {told}"
    if code == "above_house_ceiling":
        return f"Amount {told} > house ceiling {money(limit, base)}", "No grant of an agent goes above it"
    return f"Amount {told} > {money(limit, base)} limit", face


def _hundredths(value: Decimal) -> str:
    """Rounded down, so that what is below a threshold never reads as the threshold."""
    return f"{value.quantize(Decimal('0.01'), ROUND_DOWN)}"


def _number(text: Any) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None
