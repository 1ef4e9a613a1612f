"""What an agent is to the runtime: a goal, a plan of tool calls, a stage table, and rules that judge and assess.

A plug-in subclasses `Agent` and registers one instance from its `apps.py`. The runtime never names an agent; it
asks the registry. Everything here is plain values: an agent's code reads results and answers with data, and the
runtime alone moves runs and performs effects.
"""

from runs.agents.bounds import Budget, StageTable
from runs.agents.by_hand import Done, HandForm, Unfit
from runs.agents.expecting import Must
from runs.agents.goals import Goal, Instruction, RefusedCall
from runs.agents.judging import Assessment, Continue, Judgement, Replan, Retry, Stuck
from runs.agents.planning import Planned, Ref, Results, by_reference, resolve, whole_args
from runs.agents.plugin import Agent
from runs.agents.registry import AgentRegistry, UnknownAgent, agents
from runs.agents.showing import Found, Headline, KeyInField, NotAdmitted, Place, ShownWord

__all__ = [
    "Agent",
    "AgentRegistry",
    "Assessment",
    "Budget",
    "Continue",
    "Done",
    "Found",
    "Goal",
    "HandForm",
    "Headline",
    "Instruction",
    "Judgement",
    "KeyInField",
    "Must",
    "NotAdmitted",
    "Place",
    "Planned",
    "Ref",
    "RefusedCall",
    "Replan",
    "Results",
    "Retry",
    "ShownWord",
    "StageTable",
    "Stuck",
    "Unfit",
    "UnknownAgent",
    "agents",
    "by_reference",
    "resolve",
    "whole_args",
]
