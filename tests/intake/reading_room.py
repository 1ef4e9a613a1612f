"""An agent for the tests: it takes texts that begin like a PDF, and nobody carries its runs."""

from __future__ import annotations

from typing import Any

from runs.agents import Agent, NotAdmitted, Planned, StageTable


class ReadingRoom(Agent):
    """Takes whatever begins like a PDF; its runs are started and carried by nobody."""

    name, label, desk, code_version = "reading", "Reading room", "reading", "1"
    tools: tuple[str, ...] = ()
    stages = StageTable(moves={"one": frozenset()}, tools={}, first="one", last="one")
    takes_files = True

    def admit(self, data: bytes, name: str) -> str:
        if not data:
            raise NotAdmitted("empty_file", "There is nothing in this file.")
        if not data.startswith(b"%PDF"):
            raise NotAdmitted("unsupported_type", "This is no PDF.")
        return "application/pdf"

    def plan(self, goal: Any) -> list[Planned]:
        return []
