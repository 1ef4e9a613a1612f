"""What a run is made of. Steps, calls, proposals and actions are inserted once and never changed (triggers)."""

from runs.models.calls import CallStatus, ModelBatch, ModelCall, ModelPace
from runs.models.feedback import Feedback
from runs.models.fields import HashField, NextNumber, SpelledJSONField
from runs.models.intake import IntakeProblem, ProblemStatus
from runs.models.notes import ChildRun, Note, NoteKind
from runs.models.proposals import Action, Approval, Effect, Proposal
from runs.models.runs import NO_HEAD, AgentVersion, Plan, Run, RunInput
from runs.models.steps import Await, Step, StepStatus, ToolCall

__all__ = [
    "NO_HEAD",
    "Action",
    "AgentVersion",
    "Approval",
    "Await",
    "CallStatus",
    "ChildRun",
    "Effect",
    "Feedback",
    "HashField",
    "IntakeProblem",
    "ModelBatch",
    "ModelCall",
    "ModelPace",
    "NextNumber",
    "Note",
    "NoteKind",
    "Plan",
    "ProblemStatus",
    "Proposal",
    "Run",
    "RunInput",
    "SpelledJSONField",
    "Step",
    "StepStatus",
    "ToolCall",
]
