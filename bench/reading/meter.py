"""Reads documents as the product does, and notes what each cost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil

from agentops.agents.invoices.reading import read_file
from agentops.agents.invoices.reading.ocr.eye import eye
from agentops.agents.invoices.reading.sandbox import helper as helpers
from agentops.agents.invoices.reading.sandbox.helper import Answer, Helper
from agentops.agents.invoices.reading.sandbox.jail import Limits, level_of

from .bare import Bare


@dataclass(frozen=True)
class Taken:
    """One document read once; times in milliseconds, memory in megabytes."""

    name: str
    kind: str
    pages: int
    whole: float
    cpu: float  # of the children that parsed
    peak: int  # of the largest child, with what it shares with the helper
    bare: float | None  # the library alone; None where it could not
    level: str
    error: str | None


class Watched(Helper):
    """A helper that keeps what was told of each child."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Answer] = []

    def run(self, job: Mapping[str, Any], data: bytes, limits: Limits) -> Answer:
        """As `Helper.run`."""
        self.answers.append(super().run(job, data, limits))
        return self.answers[-1]


class Meter:
    """Puts such a helper in the place of this process's own."""

    def __init__(self) -> None:
        self._helper = helpers._helper = Watched()
        self._helper.start()

    def read(self, name: str, data: bytes, bare: Bare) -> Taken | None:
        """Read it here, then with the bare library; None for what is no document at all."""
        answers = self._helper.answers
        answers.clear()
        begun = time.perf_counter()
        reading = read_file(data, name)
        whole = (time.perf_counter() - begun) * 1000
        if reading.kind is None:
            return None
        cpu, peak = sum(one.cpu for one in answers) * 1000, max(one.peak_mb for one in answers)
        pages = max(1, len(reading.pages))
        alone = bare.time(reading.kind, data, pages)
        error = reading.error.code if reading.error else None
        return Taken(name, reading.kind, pages, whole, cpu, peak, alone, level_of(reading.sandbox), error)

    def processes(self) -> dict[str, float]:
        """Resident megabytes of the processes that stay: the helper, and the OCR worker if one was needed."""
        found = {"helper": self._helper.pid, "ocr worker": eye().pid}
        return {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in found.items() if pid}

    def close(self) -> None:
        self._helper.stop()
