"""Where things lie: the data folder, the servers' folders, and a socket folder with a short enough path."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from agentops.supervisor.account import Account

STATE = Path("/var/lib")  # where root keeps what an unprivileged account must reach
LONGEST_SOCKET = 100  # the kernel allows 107 bytes
SOCKET_NAMES = "/.s.PGSQL.5432.lock"


class FolderUnusable(RuntimeError):
    """A folder exists and belongs to somebody else."""


@dataclass(frozen=True)
class Layout:
    """The folders of one installation."""

    data: Path  # ours: keys, uploads, logs, and the lock
    servers: Path  # the account's: what PostgreSQL and Redis write
    sockets: Path

    @property
    def keys(self) -> Path:
        """Keys and passwords."""
        return self.data / "keys"

    @property
    def logs(self) -> Path:
        """What each part writes."""
        return self.data / "logs"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's files."""
        return self.servers / "postgres"

    @property
    def redis(self) -> Path:
        """Redis' files."""
        return self.servers / "redis"

    @property
    def programs(self) -> Path:
        """Copies of the servers, where the originals are out of the account's reach."""
        return self.servers / "programs"


def prepare(data: Path, account: Account) -> Layout:
    """Make the folders that are missing; raises `FolderUnusable`. Folders above `data` are never changed."""
    data.mkdir(mode=0o711, parents=True, exist_ok=True)
    servers = _servers(data, account)
    layout = Layout(data, servers, _sockets(servers, data, account))
    layout.logs.mkdir(mode=0o700, exist_ok=True)
    for folder in (layout.postgres, layout.redis):
        folder.mkdir(mode=0o700, exist_ok=True)
        account.own(folder)
    return layout


def elsewhere(data: Path) -> Path:
    """Where root keeps the servers' files if the data folder lies out of the account's reach."""
    return STATE / f"agentops-{_short(data)}"


def _servers(data: Path, account: Account) -> Path:
    """`data/servers`; a link to a folder below /var/lib where the account cannot reach the data folder."""
    place = data / "servers"
    if place.is_symlink() or not account.may_enter(data):
        home = place.readlink() if place.is_symlink() else elsewhere(data)
        home.mkdir(mode=0o711, exist_ok=True)
        if home.is_symlink() or home.stat().st_uid != os.geteuid():
            raise FolderUnusable(
                f"{home} belongs to somebody else: move it away, or choose another folder with --data."
            )
        if not place.is_symlink():
            place.symlink_to(home)
        return home
    place.mkdir(mode=0o711, exist_ok=True)
    return place


def _sockets(servers: Path, data: Path, account: Account) -> Path:
    place = servers / "run"
    if len(os.fsencode(f"{place}{SOCKET_NAMES}")) > LONGEST_SOCKET or "," in str(place):
        base = Path("/run") if os.geteuid() == 0 else Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108
        if not base.is_dir() or not os.access(base, os.W_OK):
            base = Path("/tmp")  # noqa: S108
        place = base / f"agentops-{os.getuid()}-{_short(data)}"
    place.mkdir(mode=0o700, exist_ok=True)
    status = place.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), account.uid):
        raise FolderUnusable(f"{place} belongs to somebody else: remove it, or choose another folder with --data.")
    place.chmod(0o700)
    account.own(place)
    return place


def _short(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
