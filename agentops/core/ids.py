"""Identifiers: every row of this house is named by a UUID that sorts by the time it was made."""

import os
import time
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_RANDOM_BITS = ~((0xF << 76) | (0x3 << 62)) & ((1 << 80) - 1)


def uuid7() -> UUID:
    """A new UUID of version 7 (RFC 9562): milliseconds first, then 74 random bits."""
    # Made here and not by the database: PostgreSQL before 18 cannot, and bulk_create needs the key at once.
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") & _RANDOM_BITS
    return UUID(int=(milliseconds << 80) | _VERSION_AND_VARIANT | random)
