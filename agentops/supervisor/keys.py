"""The keys of the embedded default, made once on the first start and readable by their owner only."""

import os
import secrets
from pathlib import Path

from agentops.supervisor.postgres import ADMINISTRATOR, APPLICATION, OWNER

PRODUCT = ("secret_key", "audit_mac_key", "payload_key")
PASSWORDS = {
    "database_administrator": ADMINISTRATOR,
    "database_owner": OWNER,
    "database_application": APPLICATION,
}
REDIS = "redis_password"
PASSFILE = "pgpass"


def make(folder: Path) -> None:
    """Make what is missing; never changes a key that is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (*PRODUCT, *PASSWORDS, REDIS):
        if not (folder / name).exists():
            write(folder / name, secrets.token_hex(32) + "\n")
    lines = [f"*:*:*:{role}:{read(folder, name)}\n" for name, role in PASSWORDS.items()]
    write(folder / PASSFILE, "".join(lines))


def read(folder: Path, name: str) -> str:
    """One key."""
    return (folder / name).read_text().strip()


def write(file: Path, content: str) -> None:
    """Replace a file at once: a crash leaves the old one or the new one. Only its owner may read it."""
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
