"""The account the servers run as: ours, or an unprivileged one if we are root (PostgreSQL refuses root)."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CANDIDATES = ("agentops", "postgres", "nobody")


class NoAccount(RuntimeError):
    """We are root and there is no unprivileged account to become."""


@dataclass(frozen=True)
class Account:
    """Who a server runs as; `drops` tells whether that differs from who we are."""

    name: str
    uid: int
    gid: int
    drops: bool

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments that make `subprocess` become this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def own(self, path: Path) -> None:
        """Give one file or folder to the account; what lies above it is never touched."""
        if self.drops:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def may_enter(self, folder: Path) -> bool:
        """Whether the account can pass through every folder down to this one."""
        if not self.drops:
            return True
        folder = folder.resolve()
        return all(self._may_pass(step) for step in (folder, *folder.parents))

    def _may_pass(self, folder: Path) -> bool:
        try:
            status = folder.stat()
        except FileNotFoundError:
            return True  # it will be made later, by us
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def choose() -> Account:
    """The account for the servers; raises `NoAccount`."""
    if os.geteuid() != 0:
        return Account(str(os.getuid()), os.getuid(), os.getgid(), drops=False)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, drops=True)
    raise NoAccount(
        "PostgreSQL does not run as root, and there is none of the accounts "
        + ", ".join(CANDIDATES)
        + " to run it as. Make one: useradd --system agentops"
    )
