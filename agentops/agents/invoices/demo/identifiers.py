"""VAT ids and IBANs of companies that do not exist: correct check digits, bank codes nobody was given."""

from collections.abc import Callable

from stdnum import iban as iban_check
from stdnum import luhn
from stdnum.at import uid as at_uid
from stdnum.be import vat as be_vat
from stdnum.ch import uid as ch_uid
from stdnum.dk import cvr as dk_cvr
from stdnum.es import ccc as es_ccc
from stdnum.es import cif as es_cif
from stdnum.gb import vat as gb_vat
from stdnum.iso7064 import mod_11_10
from stdnum.nl import bsn as nl_bsn

# What a digit at an odd place counts for in the Italian check letter.
ODD = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))


def vat_id(country: str, body: str) -> str:
    """Complete the digits of `body` to a VAT id of the country; raises `KeyError` for one not known here."""
    return VAT[country](body)


def iban(country: str, account: str) -> str:
    """Complete an account number of ten digits to an IBAN; raises `KeyError` for a country not known here."""
    bban = BBAN[country](account)
    return f"{country}{iban_check.calc_check_digits(f'{country}00{bban}')}{bban}"


def grouped(number: str) -> str:
    """The IBAN as it is printed, in groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def _first(body: str, width: int, holds: Callable[[str], bool]) -> str:
    """The first check number of `width` digits with which `body` holds."""
    return next(body + f"{n:0{width}d}" for n in range(10**width) if holds(body + f"{n:0{width}d}"))


def _french_vat(siren: str) -> str:
    whole = siren + luhn.calc_check_digit(siren)
    return f"FR{(12 + 3 * (int(whole) % 97)) % 97:02d}{whole}"


def _swiss_vat(body: str) -> str:
    digits = body + ch_uid.calc_check_digit(body)
    return f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:]} MWST"


VAT: dict[str, Callable[[str], str]] = {
    "DE": lambda body: f"DE{body}{mod_11_10.calc_check_digit(body)}",
    "AT": lambda body: f"ATU{body}{at_uid.calc_check_digit(f'U{body}')}",
    "FR": _french_vat,
    "GB": lambda body: "GB" + _first(body, 2, lambda n: gb_vat.checksum(n) % 97 == 0),
    "CH": _swiss_vat,
    "NL": lambda body: "NL" + _first(body, 1, lambda n: nl_bsn.checksum(n) == 0) + "B01",
    "IT": lambda body: f"IT{body}{luhn.calc_check_digit(body)}",
    "ES": lambda body: f"ESB{body}{es_cif.calc_check_digits('B' + body)[0]}",
    "BE": lambda body: "BE" + _first(body, 2, lambda n: be_vat.checksum(n) == 0),
    "DK": lambda body: "DK" + _first(body, 1, lambda n: dk_cvr.checksum(n) == 0),
}


def _french_account(account: str) -> str:
    bank, branch, number = "99907", "00412", f"0{account}"
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(number)) % 97
    return f"{bank}{branch}{number}{key:02d}"


def _italian_account(account: str) -> str:
    body = f"9990601600{account:0>12}"
    total = sum(ODD[digit] if at % 2 == 0 else int(digit) for at, digit in enumerate(body))
    return f"{chr(ord('A') + total % 26)}{body}"


def _spanish_account(account: str) -> str:
    return f"99980420{es_ccc.calc_check_digits('99980420' + '00' + account)}{account}"


def _belgian_account(account: str) -> str:
    return f"999{account[:7]}{int('999' + account[:7]) % 97 or 97:02d}"


BBAN: dict[str, Callable[[str], str]] = {
    "DE": lambda account: f"99950110{account}",
    "AT": lambda account: f"99410{account:0>11}",
    "FR": _french_account,
    "GB": lambda account: f"DEMO990041{account[:8]}",
    "CH": lambda account: f"99907{account:0>12}",
    "NL": lambda account: f"DEMO{account}",
    "IT": _italian_account,
    "ES": _spanish_account,
    "BE": _belgian_account,
    "DK": lambda account: f"9990{account}",
}
