"""What import-linter cannot say: no file outside an agent's own folder names that agent."""

from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
# The one line that installs an agent, and what exists only to show one.
MAY_NAME_AGENTS = ("agentops/settings.py", "agentops/demo")


@pytest.mark.parametrize("agent", settings.AGENTS)
def test_no_file_outside_an_agents_folder_names_the_agent(agent):
    own = agent.replace(".", "/")
    found = [
        name
        for folder in ("agentops", "runs", "reviews", "tools_registry", "templates", "static")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".py", ".html", ".js", ".css")
        and not (name := str(file.relative_to(ROOT))).startswith((own, *MAY_NAME_AGENTS))
        and (agent in (text := file.read_text()) or own in text)
    ]
    assert found == []


def test_every_library_is_explained():
    page = (ROOT / "docs/dependencies.md").read_text()
    for lock in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / lock).read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                name = line.split(";")[0].split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip()
                assert f"| {name} |" in page, f"docs/dependencies.md does not say why {name} is here"


def test_lock_files_are_pinned_by_hash_and_name_no_host():
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        blocks = [block for block in text.replace("\\\n", "").splitlines() if block and block[0].isalnum()]
        assert blocks
        assert [block for block in blocks if "--hash=sha256:" not in block] == []
