"""Django's own checks as a production start would see them, and whether a migration is missing."""

import os
import subprocess
import sys
import tempfile

PRODUCTION = {
    "AGENTOPS_PROFILE": "production",
    "AGENTOPS_SECRET_KEY": "x0" * 40 + "abcdefghij",
    "AGENTOPS_AUDIT_MAC_KEY": "0" * 64,
    "AGENTOPS_PAYLOAD_KEY": "0" * 64,
    "AGENTOPS_PUBLIC_URL": "https://agentops.example",
    "AGENTOPS_ALLOWED_HOSTS": "agentops.example",
    "AGENTOPS_BEHIND_PROXY": "yes",
    "DATABASE_URL": "postgresql://agentops_app@/agentops?host=/nonexistent",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PYTHONWARNINGS": "ignore::RuntimeWarning",  # makemigrations looks for a database, and there is none
}
COMMANDS = (
    ("check", "--deploy", "--fail-level", "WARNING"),
    ("makemigrations", "--check", "--dry-run"),
)


def main() -> int:
    """1 if any of them complains."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **PRODUCTION, "AGENTOPS_DATA_DIR": folder}
        codes = [
            subprocess.run([sys.executable, "manage.py", *command], env=environment).returncode for command in COMMANDS
        ]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
