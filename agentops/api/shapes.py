"""The shapes of answers and of JSON requests: what the schema shows is what is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from agentops.api.texts import Goal, Line, Sha256

Status = Literal["queued", "running", "awaiting", "completed", "rejected", "failed", "cancelled"]
AgentName = Annotated[Line, StringConstraints(min_length=1, max_length=60)]


class Request(Schema):
    """A body of a client: names that are not known are refused rather than overlooked."""

    model_config = ConfigDict(extra="forbid")


class Said(Request):
    """What the sender says about a document; a difference to what is read is a reason for review."""

    goal: Goal = Field("", description="What the run is for, where the agent takes more than the document.")
    claimed_vendor: Annotated[Line, StringConstraints(max_length=200)] = Field(
        "", description="Whose document it should be."
    )
    claimed_amount: Annotated[Line, StringConstraints(max_length=40)] = Field(
        "", description='What it should be over, as text: "1234.56".'
    )
    claimed_currency: Annotated[Line, StringConstraints(max_length=3)] = Field(
        "", description="In which currency, as three letters; needed with an amount."
    )


class StartByReference(Said):
    """Start a run about a document that is here already."""

    sha256: Sha256 = Field(description="SHA-256 of a document that this token's owner may see.")
    agent: AgentName | None = Field(None, description="Which agent; without it the first that takes files.")
    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)] | None = Field(
        None, description="What the file is called; without it, as it was called before."
    )


class StartByInput(Request):
    """Start a run that is asked for in words: an agent that takes messages reads `input.message`."""

    agent: AgentName = Field(description="Which agent.")
    goal: Goal = Field("", description="What the run is for.")
    input: dict[str, Any] = Field(
        description='What the agent reads, such as {"message": {"subject": "…", "text": "…", "from": "…"}}.'
    )


class Answer(Request):
    """What a counterparty answered, for the run that waits for it."""

    id: Annotated[Line, StringConstraints(min_length=1, max_length=200)] = Field(
        description="Your name for the message; the same again is harmless."
    )
    text: Annotated[Goal, StringConstraints(min_length=1)] = Field(description="What it says.")
    sender: Annotated[Line, StringConstraints(max_length=254)] = Field("", description="Who wrote it.")


class Delivered(Schema):
    """What became of an answer: it is the one that was waited for, or it was delivered before."""

    received: Literal["answered", "known"]
    run: UUID


class Cancel(Request):
    """Why a run is cancelled."""

    reason: Annotated[Line, StringConstraints(max_length=60)] = Field(
        "", description="Kept in the audit trail; at most 60 characters."
    )


class RunLine(Schema):
    """A run in a list."""

    id: UUID
    number: str = Field(description="What people call it, such as R-20931.")
    agent: str
    status: Status
    awaiting: Literal["review", "model", "message", "timer", "child", "hold"] | None
    stage: str
    subject: str
    document: str | None = Field(description="SHA-256 of the document the run is about.")
    created_at: datetime
    ended_at: datetime | None


class Spent(Schema):
    """What a run has used so far."""

    steps: int
    tool_calls: int
    tokens: int
    cost: str = Field(description="In the house's currency.")
    work_ms: int


class Run(RunLine):
    """One run."""

    goal: str
    disposition: Literal["auto", "review", "reject"] | None = Field(
        description="`auto`: done, and nobody had to decide. `review`: a person decides or decided. `reject`: it "
        "ended without effect. null while it is at work."
    )
    reasons: list[str] = Field(description="Codes of what brought it before a person, or ended it.")
    review: UUID | None = Field(description="The open review, if it waits for one.")
    cancel_requested: bool
    requester: UUID
    duplicate_of: str | None = Field(
        None, description="The run that the same bytes started first; told when this one is started."
    )
    notes: list[str] = Field([], description="Codes of what was odd about the file and let pass; told at the start.")
    spent: Spent


class Refusal(Schema):
    """A file that was refused at the door. It is kept, and people see it with its reason."""

    code: str
    detail: str
    intake_problem: UUID
    sha256: str


class BatchLine(Schema):
    """What became of one file: it started a run, or it was refused."""

    name: str
    run: Run | None
    refused: Refusal | None


class Batch(Schema):
    """What became of each file, in the order sent."""

    items: list[BatchLine]


class RunPage(Schema):
    """Some runs, newest first."""

    items: list[RunLine]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class Event(Schema):
    """One entry of the audit trail of a run."""

    seq: int
    at: datetime
    action: str
    actor: str = Field(description="person, service or system, and its id.")
    object: dict[str, Any] | None
    reason: str | None
    data: dict[str, Any]
    hash: str = Field(description="Of this entry in its chain.")


class EventPage(Schema):
    """Some events, oldest first."""

    items: list[Event]
    next: str | None = Field(description="Cursor after the last of these: ask with it for what comes then.")
    more: bool = Field(description="Whether there is more already.")


class ReviewLine(Schema):
    """A review in a list."""

    id: UUID
    number: int
    kind: Literal["approval", "stuck", "clarification"]
    status: Literal["open", "signed_once", "decided", "expired", "withdrawn"]
    run: UUID
    agent: str
    desk: str
    title: str = Field(description="In words; parts of it are quoted from documents.")
    codes: list[str]
    urgent: bool
    amount: str | None
    currency: str
    confidence: str | None
    opened_at: datetime
    due_at: datetime
    expires_at: datetime
    closed_at: datetime | None


class Decision(Schema):
    """What one person said."""

    verdict: str
    code: str
    by: UUID
    at: datetime


class Review(ReviewLine):
    """One review. Reading is all a token can do with it."""

    digest: str = Field(description="Of the proposal or question, as a decision must name it.")
    reasons: list[dict[str, Any]]
    decisions: list[Decision]
    page: str = Field(description="Where people decide it.")


class ReviewPage(Schema):
    """Some reviews, newest first."""

    items: list[ReviewLine]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class Wrong(Schema):
    """One field that does not fit."""

    where: str
    what: str


class ProblemShape(Schema):
    """An error after RFC 9457."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str
    title: str
    status: int
    code: str = Field(description="What a program tells errors apart by.")
    detail: str = Field(description="What is wrong and what to do, for people.")
    errors: list[Wrong] | None = None
    intake_problem: UUID | None = Field(None, description="Receipt of a file that was refused at the door.")
    sha256: str | None = None
