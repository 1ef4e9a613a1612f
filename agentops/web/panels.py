"""An agent's own panel, `<agent>/_subject.html`, with its context: the same on review and run pages; what it shows
beside a proposal, `<agent>/_beside.html`; and the styles of both, `css/<agent>.css`."""

from functools import cache
from typing import Any

from django.contrib.staticfiles import finders
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


def template_of(agent: str) -> str:
    """The name of the agent's panel, where it brings one."""
    return _there(f"{agent}/_subject.html")


def beside_of(agent: str) -> str:
    """What stands beside the proposal in the place of a document, where the agent brings it."""
    return _there(f"{agent}/_beside.html")


@cache
def styles_of(agent: str) -> str:
    """The style sheet of the agent's panels, where it brings one."""
    name = f"css/{agent}.css"
    return name if finders.find(name) else ""


@cache
def _there(name: str) -> str:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name
