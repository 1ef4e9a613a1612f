"""The ways to hear of something, as the forms offer them."""

from collections.abc import Iterable, Mapping
from typing import Any

from agentops.notifications.kinds import How, Kind, offered
from agentops.notifications.services.choosing import USUAL

WORDS = {
    How.NOTHING: "Nothing",
    How.BELL: "Bell",
    How.DIGEST: "Bell, and mail in the digest",
    How.MAIL: "Bell, and mail at once",
}


def rows(kinds: Iterable[Kind], chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """One select for each kind; without a choice it says what is usual."""
    return [
        {
            "kind": kind,
            "options": [
                (USUAL, f"As usual ({WORDS[kind.usual].lower()})", kind.code not in chosen),
                *((str(how), WORDS[how], chosen.get(kind.code) == how) for how in offered(kind)),
            ],
        }
        for kind in kinds
    ]


def hows_of(given: Mapping[str, str]) -> dict[str, str]:
    """What a form of such rows says, by kind."""
    return {name.removeprefix("how-"): given[name] for name in given if name.startswith("how-")}
