"""Looks into a mailbox in processes that are killed: `python -m tests.intake.looker <mailbox> <point>...`.

For each point a child of its own looks and dies there by SIGKILL; the last child has no fault. Prints how each ended.
"""

from __future__ import annotations

import os
import sys

import django

django.setup()

from agentops.intake.part import look_into_mailbox  # noqa: E402
from runs import points  # noqa: E402
from runs.agents import agents  # noqa: E402
from tests.intake.reading_room import ReadingRoom  # noqa: E402


def main(mailbox: str, *faults: str) -> None:
    agents.register(ReadingRoom())
    for fault in (*faults, ""):
        child = os.fork()
        if child == 0:
            points._faults.update({fault: ("kill", 1)} if fault else {})
            look_into_mailbox(mailbox)  # type: ignore[arg-type]
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
