"""Reading grants and rules from a file, and refusing what no one can mean."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tools_registry.facts import GRANT_AMOUNTS, Grant

Rules = Mapping[str, Mapping[str, str]]  # agent -> name -> value: tolerances and the like

# The cells of a grant that a change is made of, in the order in which a page shows them.
CELLS = ("mode", *GRANT_AMOUNTS, "sampling_rate")


class PolicyInvalid(ValueError):
    """A policy file or change that says something no grant can mean; the message names the place."""


def check_grant(grant: Grant) -> None:
    """Raise `PolicyInvalid` for a grant that no one can mean."""
    place = f"{grant.agent}, {grant.tool}"
    if not grant.agent or not grant.tool:
        raise PolicyInvalid(f"{place}: a grant names an agent and a tool")
    for name in (*GRANT_AMOUNTS, "sampling_rate"):
        value = getattr(grant, name)
        if value is None and name != "sampling_rate":
            continue
        if not isinstance(value, Decimal) or not value.is_finite() or value < 0 or value.adjusted() >= 15:
            raise PolicyInvalid(f"{place}: {name} is not a number that is zero or more")
        if name in ("min_confidence", "sampling_rate") and value > 1:
            raise PolicyInvalid(f"{place}: {name} is above 1")


def read_grant(number: int, entry: Any) -> Grant:
    """One entry of a policy file; raises `PolicyInvalid`."""
    known = {"agent", "tool", *CELLS}
    if not isinstance(entry, Mapping) or not {"agent", "tool", "mode"} <= set(entry):
        raise PolicyInvalid(f"Grant {number} does not name an agent, a tool and a mode")
    if unknown := set(entry) - known:
        raise PolicyInvalid(f"Grant {number}: there is no {sorted(map(str, unknown))[0]}")
    try:
        texts = {name: value for name, value in entry.items() if value is not None}
        if not all(isinstance(value, str) for value in texts.values()):
            raise PolicyInvalid(f'Grant {number}: amounts are written as text, such as "10000.00"')
        return Grant.from_json({"sampling_rate": "0", **texts})
    except (ValueError, InvalidOperation) as error:
        if isinstance(error, PolicyInvalid):
            raise
        raise PolicyInvalid(f"Grant {number} ({entry['agent']}, {entry['tool']}) is malformed") from error


def read_rules(entries: Any) -> dict[str, dict[str, str]]:
    """The rules of a policy file; raises `PolicyInvalid`."""
    if not isinstance(entries, Mapping):
        raise PolicyInvalid("The rules of a policy file are named by agent")
    for agent, named in entries.items():
        if not isinstance(named, Mapping) or not all(isinstance(value, str) for value in named.values()):
            raise PolicyInvalid(f"The rules of {agent} are not texts by name")
    return {agent: dict(named) for agent, named in entries.items()}
