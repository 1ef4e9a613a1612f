"""What the fault agent's runs are about; needs nothing of Django."""

from typing import Any

CLASSES = ("read", "transactional", "idempotent", "askable", "once", "both")
EFFECTS = CLASSES[1:5]
CANARY = "canary-4f1d8be2a07c"  # said by requesters and people; it must stand nowhere in clear but in their rows


def thing(what: str, kind: str, number: int = 0, **more: Any) -> dict[str, Any]:
    """The input of one run; every fifth is above the agent's limit, every twentieth needs two signatures.

    `more`: `trouble` (what its receiver does, see `tests.receivers.moods`), `read_trouble`, `ask` (a person is asked
    first), `moves` (so many times the world moves before it is signed), `amount`.
    """
    amount = "60000.00" if number % 20 == 19 else "12000.00" if number % 5 == 4 else "100.00"
    given = {"what": what, "class": kind, "amount": amount, "counterparty": f"party-{number % 40}", "trouble": ""}
    return {**given, **more}


def things(tag: str, count: int, kinds: tuple[str, ...] = CLASSES, **more: Any) -> list[dict[str, Any]]:
    """So many of each class."""
    return [thing(f"{tag}-{kind}-{number}", kind, number, **more) for number in range(count) for kind in kinds]
