"""A model worker in the test's own thread, and a house that lets an agent ask."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runs import services
from runs.agents import agents
from runs.gateway import choosing
from runs.gateway.performing.performer import Performer
from runs.gateway.providers import providers
from tools_registry.breaker import shared_breakers


def perform(most: int = 50) -> None:
    """Make every call that is due, and settle what came back."""
    asyncio.run(_perform(most))


async def _perform(most: int) -> None:
    worker = Performer("test", most)
    worker.loop = asyncio.get_running_loop()
    settling = asyncio.create_task(worker._settle())
    while await worker._claim_all() == 0.0:
        pass
    while worker.flying:
        await asyncio.sleep(0.005)
    settling.cancel()
    await worker.close()


@contextmanager
def may_tell(settings: Any, egress: str, **more: Any) -> Iterator[None]:
    """What the house lets leave, and its other settings about models; agents begin new versions with it."""
    settings.MODEL_EGRESS = egress
    for name, value in more.items():
        setattr(settings, name, value)
    forget_versions()
    yield
    forget_versions()


def forget_versions() -> None:
    """What agents are made of has changed: they begin new versions."""
    for agent in agents:
        for name in ("version_body", "version"):
            agent.__dict__.pop(name, None)
    services._version.cache_clear()
    choosing._models_of.cache_clear()
    shared_breakers.cache_clear()
    providers.cache_clear()
