"""The demo built once for all tests of its room."""

from datetime import date
from pathlib import Path

import pytest

from agentops.agents.invoices.demo.cases import Demo, DemoCase, build, plan

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def demo() -> Demo:
    return plan(TODAY)


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    build(folder, TODAY)
    return folder


@pytest.fixture(scope="session")
def cases(demo: Demo) -> list[DemoCase]:
    return [case for case, _ in demo.cases]
