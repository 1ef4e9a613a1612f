"""docs/settings.md says exactly what is read, and nothing is read anywhere else."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Who may look at the environment besides agentops/env.py, and why.
ALLOWED = {
    "agentops/database.py": "takes over what the supervisor wrote down",
    "agentops/intake/keeper.py": "hands its own environment on to the part it keeps",
    "agentops/agents/invoices/reading/ocr/worker.py": "tells the libraries of the sandbox to use one thread",
    "agentops/supervisor/house.py": "hands its own environment on to its parts",
    "agentops/supervisor/layout.py": "looks for a folder for sockets",
    "agentops/supervisor/reset.py": "runs without Django",
    "agentops/supervisor/management/commands/up.py": "repeats the public address",
    "runs/points.py": "crash points, for the tests that kill things",
    "agentops/wsgi.py": "names the settings",
}


def test_the_page_is_what_the_settings_read():
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("AGENTOPS_", "DATABASE_", "REDIS_"))
    }
    clean["AGENTOPS_PROFILE"] = "production"
    printed = subprocess.run(
        [sys.executable, "manage.py", "settings_page"], cwd=ROOT, env=clean, capture_output=True, text=True
    )
    assert printed.stdout == (ROOT / "docs/settings.md").read_text(), (
        "write it anew: manage.py settings_page > docs/settings.md"
    )


def test_nothing_else_reads_the_environment():
    found = set()
    for folder in ("agentops", "runs", "reviews", "tools_registry"):
        for file in (ROOT / folder).rglob("*.py"):
            if re.search(r"\bos\.(environ|getenv)\b", file.read_text()):
                found.add(str(file.relative_to(ROOT)))
    assert found - {"agentops/env.py"} <= set(ALLOWED)
