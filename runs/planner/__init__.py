"""Plans that a model makes for a goal in words, held to everything that a plan in code is held to.

The model answers once with a whole plan (`shape`), from what `prompting` tells it: the goal, typed values, the tools
this run may use. `validating` turns it into planned steps or says what does not fit; twice it may repair that. A plan
in force is never changed: what fails, what a person says and what the critic finds make the next revision.
"""

from runs.planner.agent import ModelPlanned
from runs.planner.asking import NoPlan, PlanningContext, context_of

__all__ = ["ModelPlanned", "NoPlan", "PlanningContext", "context_of"]
