"""The embedded Redis: its configuration, and what stands in for it where a Python has no wheel of it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from agentops.supervisor.account import Account

CONFIGURATION = """\
daemonize no
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
requirepass {password}
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Bell:
    """How the doorbell is started and where it is rung."""

    command: list[str]
    url: str
    embedded: bool


def embedded(program: Path, folder: Path, sockets: Path, password: str, account: Account) -> Bell:
    """The Redis of the wheel, on a socket of its own, behind a password."""
    socket, configuration = sockets / "redis.sock", folder / "redis.conf"
    configuration.unlink(missing_ok=True)
    configuration.touch(mode=0o600)
    configuration.write_text(CONFIGURATION.format(socket=socket, folder=folder, password=password))
    account.own(configuration)
    return Bell([str(program), str(configuration)], f"unix://:{password}@{quote(str(socket))}?db=0", embedded=True)


def fallback(port: int) -> Bell:
    """An imitation in Python that needs nothing installed: enough for a doorbell; it forgets when stopped."""
    command = [sys.executable, "-m", "agentops.supervisor.fallback_redis", str(port)]
    return Bell(command, f"redis://127.0.0.1:{port}/0", embedded=False)
