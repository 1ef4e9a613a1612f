"""What onboarding looks at and does. The world here is small: a list of names on file, and the effects' own rows."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from difflib import SequenceMatcher

from pydantic import Field

from runs.memory.typed import OWN
from tools_registry.kinds import Effect, Impact
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

ON_FILE = ("Nordwind Logistik GmbH", "Atelier Brun SARL", "Harbour & Sons Ltd")
ALIKE = 0.85
_VAT = re.compile(r"[A-Z]{2}[0-9A-Z]{8,12}")


class Customer(ToolInput):
    """A customer as somebody named them."""

    name: str = Field(min_length=2, max_length=200)


class Numbered(ToolInput):
    """A tax number as somebody gave it."""

    number: str = Field(default="", max_length=40)


class Likeness(ToolOutput):
    """Whether a name is near one that is on file."""

    is_new: bool
    nearest: str = Field(json_schema_extra=OWN)
    alike: str


class Form(ToolOutput):
    """Whether a number has the form of a tax number."""

    well_formed: bool
    country: str


class Account(ToolInput):
    """The account to be opened, and what it rests on."""

    name: str = Field(min_length=2, max_length=200)
    terms: str = Field(max_length=100)
    is_new: bool
    well_formed: bool


class Opened(ToolOutput):
    """The account."""

    account: str


class Greeting(ToolInput):
    """Whom to welcome, and for which account."""

    account: str
    email: str = Field(min_length=3, max_length=200)


class Noted(ToolOutput):
    """A welcome that is to be sent."""

    welcome: str


def key_of(name: str) -> str:
    """A customer's name as its business reference: small letters and digits."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:80]


@tool(impact=Impact.READ, effect=Effect.READ, pure=True, examples=[{"name": "Nordwind Logistik"}])
def find_alike(args: Customer, *, call: ToolCall) -> Likeness:
    """Find the customer on file whose name is nearest."""
    shares = [(SequenceMatcher(None, key_of(args.name), key_of(known)).ratio(), known) for known in ON_FILE]
    share, nearest = max(shares)
    return Likeness(is_new=share < ALIKE, nearest=nearest, alike=f"{share:.2f}")


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    max_age=timedelta(days=3650),
    examples=[{"number": "DE123456789"}],
)
def check_tax_number(args: Numbered, *, call: ToolCall) -> Form:
    """Say whether a number has the form of a tax number, and of which country."""
    number = "".join(args.number.split()).upper()
    fits = bool(_VAT.fullmatch(number))
    return Form(well_formed=fits, country=number[:2] if fits else "")


@tool(
    impact=Impact.WRITE,
    effect=Effect.TRANSACTIONAL,
    reference=lambda account: f"account:{key_of(account.name)}",
    examples=[{"name": "Nordwind", "terms": "30 days", "is_new": True, "well_formed": True}],
)
def open_account(args: Account, *, call: ToolCall) -> Opened:
    """Open an account for a new customer, once."""
    return Opened(account=f"C-{key_of(args.name)}")


@tool(
    impact=Impact.WRITE,
    effect=Effect.TRANSACTIONAL,
    reference=lambda greeting: f"welcome:{greeting.account}",
    examples=[{"account": "C-nordwind", "email": "office@nordwind.example"}],
)
def note_welcome(args: Greeting, *, call: ToolCall) -> Noted:
    """Note that the customer is to be welcomed by mail."""
    return Noted(welcome=f"W-{args.account}")
