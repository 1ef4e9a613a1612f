"""The process of the queue `models`; see `performer`."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import time

from runs.gateway.performing.performer import Performer, most_at_once
from runs.gateway.providers import providers


class NoProvider(RuntimeError):
    """Nothing here can be asked."""


def run_models(*, name: str | None = None, most: int | None = None) -> None:
    """Serve until told to stop. Raises `NoProvider`."""
    if not providers().ready():
        raise NoProvider("No model can be asked from here: set ANTHROPIC_API_KEY.")
    name = name or f"{socket.gethostname()[:30]}-{os.getpid()}-{int(time.time())}"
    asyncio.run(_serve(Performer(name, most or most_at_once())))


async def _serve(performer: Performer) -> None:
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, performer.stop)
    gc.collect()
    gc.freeze()
    await performer.run()
