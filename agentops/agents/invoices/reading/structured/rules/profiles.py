"""Which profile an invoice says it follows, and so which rules are its own."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """The guidelines in use, from the smallest to the largest."""

    MINIMUM = "minimum"  # totals only: a booking aid, not an invoice in the sense of the standard
    BASIC_WL = "basic without lines"
    EN16931 = "EN 16931"  # and BASIC, Peppol: subsets of it
    XRECHNUNG = "XRechnung"
    EXTENDED = "extended"
    ZUGFERD1 = "ZUGFeRD 1"  # older than the standard

    @property
    def has_lines(self) -> bool:
        return self not in (Profile.MINIMUM, Profile.BASIC_WL)

    @property
    def is_full(self) -> bool:
        return self is not Profile.MINIMUM


def profile_of(guideline: str | None, root: str) -> Profile:
    """From the guideline id and the name of the root element; what is unknown is held to the standard itself."""
    name = (guideline or "").casefold()
    if root == "CrossIndustryDocument":
        return Profile.ZUGFERD1
    if "xrechnung" in name:
        return Profile.EXTENDED if "extension" in name else Profile.XRECHNUNG
    if name.endswith(":minimum"):
        return Profile.MINIMUM
    if name.endswith(":basicwl"):
        return Profile.BASIC_WL
    return Profile.EXTENDED if name.endswith(":extended") else Profile.EN16931
