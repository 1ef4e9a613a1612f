"""A new agent is one folder: this one lies outside the tree, and one line of the settings installs it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from agentops.core.audit.trail import Actor
from agentops.core.roles import make_role_groups
from agentops.core.services import create_service
from runs.models import Run, Step
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy
from tools_registry.services.policy import change_policy_by_command
from tools_registry.services.seeding import ensure_policy

ROOT = Path(__file__).parents[2]
FILES = {
    "__init__.py": '"""Greets."""\n',
    "apps.py": """
        from django.apps import AppConfig


        class GreeterConfig(AppConfig):
            name = "greeter"

            def ready(self):
                from runs.agents import agents

                from .workflow import Greeter

                agents.register(Greeter())
        """,
    "workflow.py": """
        from runs.agents import Agent, Planned, Ref, StageTable
        from tools_registry.kinds import Effect, Impact
        from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool


        class Whom(ToolInput):
            name: str


        class Greeting(ToolOutput):
            text: str


        @tool(impact=Impact.READ, effect=Effect.READ, examples=[{"name": "Ada"}])
        def greet(args: Whom, *, call: ToolCall) -> Greeting:
            '''Say hello.'''
            return Greeting(text=f"Hello {args.name}")


        class Greeter(Agent):
            name, label, desk, code_version = "greeter", "Greeter", "greeters", "1"
            tools = ("greet",)
            stages = StageTable(
                moves={"new": frozenset({"done"}), "done": frozenset()},
                tools={"new": frozenset({"greet"})}, first="new", last="done",
            )

            def plan(self, goal):
                return [Planned("hello", "greet", {"name": Ref("input.name")}, "new")]
        """,
}
CARRY = """
    import threading
    import django
    django.setup()
    from agentops.core.models import User
    from runs import drain, policy, sql
    from runs.leased import LeasedRun
    from runs.services import start_run
    asker = User.objects.get(email="asker@test.example")
    start_run(agent="greeter", requester=asker, goal="greet", given={"name": "Ada"})
    for row in sql.claim(1, holder="test"):
        drain.carry(LeasedRun.from_row(row, "test", policy.current()), threading.Event())
"""


def test_a_folder_outside_the_tree_and_one_line_of_the_settings_make_an_agent(transactional_db, tmp_path):
    from django.utils import timezone

    make_role_groups()
    ensure_policy()
    create_service(email="asker@test.example", name="Asker", by=Actor.system("test"), now=timezone.now())
    to = Policy.of([Grant("greeter", "greet", Mode.AUTO)])
    change_policy_by_command(to=to, why="a test", now=timezone.now())
    folder = tmp_path / "greeter"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(textwrap.dedent(text))

    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    line = {"AGENTOPS_AGENTS": "greeter"}
    where = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "DATABASE_URL": database.geturl()}
    command = [sys.executable, "-c", textwrap.dedent(CARRY)]
    done = subprocess.run(
        command, env={**os.environ, **where, **line}, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr

    run = Run.objects.get()
    assert (run.agent, run.status) == ("greeter", "completed")
    assert Step.objects.get(run=run).output == {"text": "Hello Ada"}
