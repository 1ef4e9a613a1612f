"""Looks for known vulnerabilities in what is pinned; without data it says "not run", never "clean"."""

import json
import subprocess
import sys

COMMAND = [
    sys.executable,
    "-m",
    "pip_audit",
    "--strict",
    "--disable-pip",
    "--require-hashes",
    "-f",
    "json",
    "--progress-spinner",
    "off",
]
PATIENCE = 120


def main() -> int:
    """1 if something is known to be vulnerable, else 0."""
    worst = 0
    for lock in ("requirements.txt", "requirements-dev.txt"):
        said, code = scan(lock)
        print(f"dependency scan of {lock}: {said}")
        worst = max(worst, code)
    return worst


def scan(lock: str) -> tuple[str, int]:
    """What to say about one lock file, and the exit code."""
    try:
        done = subprocess.run([*COMMAND, "-r", lock], capture_output=True, text=True, timeout=PATIENCE)
        packages = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return "not run (no answer from the vulnerability service)", 0
    except (ValueError, KeyError):
        return f"not run ({reason(done.stderr)})", 0
    known = [
        f"{package['name']} {package['version']}: {flaw['id']}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    if known:
        return "VULNERABLE\n  " + "\n  ".join(known), 1
    skipped = [package["name"] for package in packages if package.get("skip_reason")]
    if skipped or not packages or done.returncode:
        return f"not run for {len(skipped) or 'all'} packages (no data)", 0
    return f"clean ({len(packages)} packages)", 0


def reason(stderr: str) -> str:
    """The last line of what it complained about."""
    return (stderr.strip().splitlines() or ["no data"])[-1][:160]


if __name__ == "__main__":
    sys.exit(main())
