"""An agent's own panel, `<agent>/_subject.html`, with its context: the same on review and run pages."""

from functools import cache
from typing import Any

from django.template.loader import TemplateDoesNotExist, get_template

from runs.agents import UnknownAgent, agents
from runs.models import Run


def panel_of(run: Run) -> tuple[str, dict[str, Any]]:
    """The template and what it takes; empty where the agent brings none, or is not installed."""
    try:
        about = agents.get(run.agent).subject(run.pk)
    except UnknownAgent:
        return "", {}
    return template_of(run.agent), about


@cache
def template_of(agent: str) -> str:
    """The name of the agent's panel, where it brings one."""
    name = f"{agent}/_subject.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name
