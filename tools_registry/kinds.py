"""The closed word lists that tools, policy and the gate speak in."""

from enum import StrEnum


class Impact(StrEnum):
    """What an action does to the world; the gate reads it."""

    READ = "read"
    WRITE = "write"  # our own records
    EXTERNAL = "external"  # leaves the house
    MONEY = "money"
    ACCESS = "access"  # rights, credentials, infrastructure
    DESTRUCTIVE = "destructive"  # cannot be undone


# Above its limit, no configuration of an agent can allow one of these.
HARD_IMPACTS = frozenset({Impact.MONEY, Impact.ACCESS, Impact.DESTRUCTIVE})


class Effect(StrEnum):
    """How an effect is performed, and so what a crash in the middle means; the runtime reads it."""

    READ = "read"
    TRANSACTIONAL = "transactional"  # our own tables, inside the checkpoint's transaction
    IDEMPOTENT = "idempotent"  # the receiver enforces our key
    ASKABLE = "askable"  # the receiver can be asked "did you do K?"
    ONCE = "once"  # neither


REMOTE_EFFECTS = frozenset({Effect.IDEMPOTENT, Effect.ASKABLE, Effect.ONCE})


class Fallback(StrEnum):
    """What to do when a read cannot be had; the result is always marked."""

    NONE = "none"
    STALE_CACHE = "stale_cache"
    SKIP = "skip"
    ASK_PERSON = "ask_person"


class Mode(StrEnum):
    """What a grant lets an agent do with a tool, from strict to lax."""

    DENY = "deny"
    REVIEW = "review"  # propose only
    AUTO = "auto"  # within the limits


class Severity(StrEnum):
    """What a failed check means: no signature overrides one that blocks."""

    BLOCKS = "blocks"
    WARNS = "warns"


class Verdict(StrEnum):
    """The gate's answer."""

    ALLOW = "allow"
    REVIEW = "review"
    DENY = "deny"
