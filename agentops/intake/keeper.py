"""Starts the part that looks when there is something to look at, from the ticker and as its child.

So a house without mailboxes and watched folders pays nothing, and wherever a ticker runs nothing else need be set up.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from agentops.intake.part import anything_to_look_at

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
_child: subprocess.Popen[bytes] | None = None


def keep_looking() -> bool:
    """A chore of the ticker: whether the part was started just now."""
    global _child
    if settings.ROLE != "ticker" or (_child is not None and _child.poll() is None) or not anything_to_look_at():
        return False
    environment = {**os.environ, "AGENTOPS_ROLE": "command"}
    _child = subprocess.Popen(  # noqa: S603 - our own command; it ends when we are gone
        [sys.executable, str(MANAGE), "ways", "--tied"], env=environment, cwd=MANAGE.parent, stdin=subprocess.DEVNULL
    )
    return True
