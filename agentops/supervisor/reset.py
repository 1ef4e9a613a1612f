"""`python -m agentops.supervisor.reset [FOLDER]`: throw away what is kept. Standard library only."""

import os
import shutil
import sys
from pathlib import Path

from agentops.supervisor import layout, lock


def reset(data: Path) -> None:
    """Remove the data folder, and the servers' files if root put them elsewhere; raises `AlreadyRunning`."""
    if not data.is_dir():
        return
    if any(data.iterdir()) and not (data / "lock").exists():
        raise SystemExit(f"{data} was not made by this product; nothing was removed.")
    handle = lock.take(data)
    servers = data / "servers"
    if servers.is_symlink() and servers.readlink() == layout.elsewhere(data):
        shutil.rmtree(servers.readlink(), ignore_errors=True)
    shutil.rmtree(data)
    os.close(handle)


if __name__ == "__main__":
    named = sys.argv[1] if sys.argv[1:] else os.environ.get("AGENTOPS_DATA_DIR", ".local")
    try:
        reset(Path(named).expanduser().absolute())
    except lock.AlreadyRunning as error:
        sys.exit(str(error))
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to somebody else (was it started as root?): run this as that user.")
