"""Compares what came of a step with what was expected: by rules first, by a cheap model where rules cannot say.

`judging` asks the rules of the plan and then the agent's own; `looking_back` asks a model about what only words
expect; `grounding` holds sentences to the sources they cite, `reflecting` has a model look at those that the rules let
stand, and `deeds` holds what somebody says was done to the effects that were recorded. The verdict is go on, try again,
plan again, or a person. What a model thinks can stop a run, send it back to its planner or make it less sure, and
allow nothing.
"""

from runs.critic.judging import judge, judge_by_plan
from runs.critic.looking_back import has_more_to_say, look_back

__all__ = ["has_more_to_say", "judge", "judge_by_plan", "look_back"]
