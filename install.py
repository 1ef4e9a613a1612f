"""Makes .venv and fills it from the hash-pinned lock; called by make. Standard library only.

`install.py run` installs the product, `install.py dev` also tests and tools, `install.py lock` pins anew.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        "Python 3.11 or newer is needed; this is %d.%d. Name another: make run PYTHON=/path/to/python3"
        % sys.version_info[:2]
    )

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
LOCKS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}
# What pip was told about its index on this machine, in uv's words: uv does not read pip's configuration.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def main(what: str, *options: str) -> None:
    """Do one of `run`, `dev`, `lock`."""
    make_environment()
    if what == "lock":
        return lock(*options)
    locks = LOCKS["dev" if (ENV / ".dev").exists() else what]
    print("installing what is pinned in", " and ".join(locks), flush=True)
    if not fill_with_uv(locks):
        fill_with_pip(locks)
    for name in ("run", what):
        (ENV / f".{name}").touch()


def make_environment() -> None:
    """A virtual environment, unless a working one is there."""
    if works(PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"):
        return
    print("making .venv", flush=True)
    shutil.rmtree(ENV, ignore_errors=True)
    try:
        run(sys.executable, "-m", "venv", str(ENV))
    except subprocess.CalledProcessError:
        sys.exit("Python could not make an environment: install its venv module (Debian: python3-venv).")


def fill_with_uv(locks: list[str]) -> bool:
    """The quick way; False if uv is not to be had or does not get through."""
    uv = find_uv()
    if uv is None:
        return False
    command = [uv, "pip", "sync", "-q", "--python", str(PYTHON), "--require-hashes", "--only-binary", ":all:", *locks]
    done = subprocess.run(command, cwd=ROOT, env=uv_environment(), stderr=subprocess.PIPE, text=True)
    if done.returncode:
        print("uv could not install (" + done.stderr.strip().splitlines()[-1] + "); trying pip", flush=True)
    return done.returncode == 0


def fill_with_pip(locks: list[str]) -> None:
    """The slow way, which reads the machine's own configuration."""
    files = [part for name in locks for part in ("-r", name)]
    run(str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "--only-binary", ":all:", *files)


def find_uv() -> str | None:
    """uv in the environment, installed there by its own pinned hashes if it is missing."""
    uv = ENV / "bin" / "uv"
    if uv.exists():
        return str(uv)
    pinned = ENV / "uv.txt"
    pinned.write_text(block_of("uv", (ROOT / "requirements-dev.txt").read_text()))
    found = works(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", str(pinned))
    return str(uv) if found and uv.exists() else None


def block_of(name: str, lock: str) -> str:
    """The lines of a lock file that pin one package."""
    match = re.search(rf"^{re.escape(name)}==.*?(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)
    return match[0] if match else ""


def uv_environment() -> dict[str, str]:
    """Our environment, with pip's configuration where uv was told nothing itself."""
    environment = dict(os.environ)
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = UV_NAMES.get(key.rpartition(".")[2])
        if name and name not in os.environ:
            separator = "," if name == "UV_FIND_LINKS" else " "
            environment[name] = separator.join(value.strip("'\"").replace("\\n", " ").split())
    # Every file is held to its hash, so it does not matter which index has it.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def lock(*options: str) -> None:
    """Pin both files for every platform and Python; no host and no path of this machine gets into them."""
    uv = find_uv() or sys.exit("uv is needed to lock, and could not be installed.")
    for name in LOCKS["dev"]:
        command = [
            uv,
            "pip",
            "compile",
            "-q",
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            *options,
        ]
        command += [
            "--no-emit-index-url",
            "--no-emit-find-links",
            "--no-header",
            "-o",
            name,
            name.replace(".txt", ".in"),
        ]
        subprocess.run(command, cwd=ROOT, env=uv_environment(), check=True)


def run(*command: str) -> None:
    """Raises `CalledProcessError`."""
    subprocess.run(command, cwd=ROOT, check=True)


def works(*command: object) -> bool:
    """Whether a command ends well; False also if it is not there."""
    try:
        return subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
