"""Redaction: what pages, logs and traces may show of a value; accounts and cards keep four digits."""

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from django.conf import settings

HIDDEN: Final = "[hidden]"
_SECRET_NAME: Final = re.compile(
    r"(?:^|[_\-. ])(?:password|passwd|pwd|passphrase|passcode|secret|token|api[_\-]?key|access[_\-]?key"
    r"|private[_\-]?key|signing[_\-]?key|secret[_\-]?key|mac[_\-]?key|payload[_\-]?key|authorization|cookie|set-cookie|credentials?|session[_\-]?id|otp)"
    r"(?:$|[_\-. ](?:value|hash|header|hex))",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRETS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:sk|pk|rk)[-_](?:[A-Za-z0-9]+[-_])*[A-Za-z0-9]{16,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bagops_[\w-]{20,}|\bwhsec_[\w+/-]{20,}=*"
    r"|\bAIza[\w-]{35}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
    re.DOTALL,
)
_NAMED: Final = re.compile(
    r"(?P<name>\b(?:bearer|basic)\s+|\b(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token|token)\b[\"']?\s*[:=]\s*[\"']?)"
    r"(?P<value>[^\s\"',;&]{4,})",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)")
_CARD: Final = re.compile(r"(?<![\w.,-])(?:\d[ -]?){12,18}\d(?![\w-])")
_CARD_ISSUERS: Final = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15,18}"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_IBAN_LENGTHS: Final[dict[str, int]] = {
    entry[:2]: int(entry[2:])
    for entry in [
        "AD24",
        "AE23",
        "AL28",
        "AT20",
        "AZ28",
        "BA20",
        "BE16",
        "BG22",
        "BH22",
        "BR29",
        "BY28",
        "CH21",
        "CR22",
        "CY28",
        "CZ24",
        "DE22",
        "DK18",
        "DO28",
        "EE20",
        "EG29",
        "ES24",
        "FI18",
        "FO18",
        "FR27",
        "GB22",
        "GE22",
        "GI23",
        "GL18",
        "GR27",
        "GT28",
        "HR21",
        "HU28",
        "IE22",
        "IL23",
        "IQ23",
        "IS26",
        "IT27",
        "JO30",
        "KW30",
        "KZ20",
        "LB28",
        "LC32",
        "LI21",
        "LT20",
        "LU20",
        "LV21",
        "LY25",
        "MC27",
        "MD24",
        "ME22",
        "MK19",
        "MR27",
        "MT31",
        "MU30",
        "NL18",
        "NO15",
        "PK24",
        "PL28",
        "PS29",
        "PT25",
        "QA29",
        "RO24",
        "RS22",
        "SA24",
        "SC31",
        "SE24",
        "SI19",
        "SK24",
        "SM27",
        "ST25",
        "SV28",
        "TL23",
        "TN24",
        "TR26",
        "UA29",
        "VA22",
        "VG24",
        "XK20",
    ]
}


def redact(value: Any) -> Any:
    """`value` as it may be shown: the same shape, secrets hidden, cards and accounts cut to four digits.

    A field is hidden wholly where its name says that it is a secret. What is not text, number or container
    passes as it is.
    """
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {key: HIDDEN if _is_secret(key, item) else redact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item) for item in value]
    if isinstance(value, tuple):
        items = [redact(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, set | frozenset):
        return type(value)(redact(item) for item in value)
    if isinstance(value, bytes | bytearray):
        return redact_text(bytes(value).decode("utf-8", "replace")).encode()
    if isinstance(value, int) and not isinstance(value, bool) and 10**12 <= value < 10**19:
        return shown if (shown := redact_text(str(value))) != str(value) else value
    return value


def redact_text(text: str) -> str:
    """One text, redacted."""
    for canary in getattr(settings, "REDACTION_CANARIES", ()):
        text = text.replace(canary, HIDDEN)
    if len(text) < 8:
        return text
    text = _SECRETS.sub(HIDDEN, text)
    text = _NAMED.sub(lambda found: found["name"] + HIDDEN, text)
    text = _IN_ADDRESS.sub(rf"\1:{HIDDEN}", text)
    text = _IBAN.sub(_mask_iban, text)
    return _CARD.sub(_mask_card, text)


def redact_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor: put it last before the renderer."""
    redacted: MutableMapping[str, Any] = redact(event)
    return redacted


class RedactingFilter(logging.Filter):
    """The same for the standard library's log records: message, arguments and extra fields."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place and let it pass."""
        record.msg = redact_text(record.getMessage())
        record.args = ()
        for name, value in record.__dict__.items():
            if name not in _RECORD_FIELDS:
                record.__dict__[name] = HIDDEN if _is_secret(name, value) else redact(value)
        return True


_RECORD_FIELDS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def _is_secret(name: Any, value: Any) -> bool:
    if not isinstance(name, str) or value is None or isinstance(value, bool) or value == "":
        return False
    return _SECRET_NAME.search(_CAMEL.sub("_", name)) is not None


def _mask_iban(found: re.Match[str]) -> str:
    # The match may have swallowed words that follow the number: the country says how long the number is.
    text = found[0]
    wanted = _IBAN_LENGTHS.get(text[:2].upper())
    if wanted is None:
        return text
    compact = 0
    for position, character in enumerate(text):
        compact += character not in " -"
        if compact == wanted:
            number, rest = text[: position + 1], text[position + 1 :]
            return text if rest[:1].isalnum() else f"{number[:2]}** **** {_last_four(number)}{rest}"
    return text


def _mask_card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if not _CARD_ISSUERS.fullmatch(digits) or not _passes_luhn(digits):
        return found[0]
    return f"**** {digits[-4:]}"


def _last_four(number: str) -> str:
    return re.sub(r"[ -]", "", number)[-4:]


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(part // 10 + part % 10 for part in doubled)) % 10 == 0
