"""A policy as a value: grants and agents' rules, its hash, its file form, and which way a change goes.

Pure: nothing here reads or writes the database. A missing grant is a denied one. `None` in a limit means
"not set": no limit at all, except for the item limit of a tool that moves money, changes access or destroys,
where nothing may be done alone until a limit is set.
"""

from tools_registry.policy.changes import Change, IsHard, apply, compare, known_to_be_hard
from tools_registry.policy.reading import CELLS, PolicyInvalid, Rules, check_grant
from tools_registry.policy.values import EMPTY_HASH, Policy, hash_of

__all__ = [
    "CELLS",
    "EMPTY_HASH",
    "Change",
    "IsHard",
    "Policy",
    "PolicyInvalid",
    "Rules",
    "apply",
    "check_grant",
    "compare",
    "hash_of",
    "known_to_be_hard",
]
