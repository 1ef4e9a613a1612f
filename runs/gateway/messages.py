"""What is asked of a model and what it answers, in words that belong to no provider.

A request tells its own words (`Words`: written here, reviewed like code) from everything else (`Data`, `Document`,
`Returned`), which names the field it is. What is not `trusted` never meets a tool in one request: whoever wrote it
could call the tool through the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agentops.core.hashing import digest
from tools_registry.tool import ToolSpec

MOST_TOKENS = 128_000  # of one answer
Json = dict[str, Any]


class Part(BaseModel):
    """Immutable; a field that nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """Our own words: a prompt, a question, a heading."""

    kind: Literal["words"] = "words"
    text: str = Field(min_length=1)


class Data(Part):
    """A value as text. `field` says which (`invoice.total`): what may leave the house is told by it."""

    kind: Literal["data"] = "data"
    text: str
    field: str = Field(min_length=1, max_length=100)
    trusted: bool = False


class Document(Part):
    """A stored file, by its SHA-256: a PDF or an image. Never trusted."""

    kind: Literal["document"] = "document"
    blob: str = Field(pattern=r"^[0-9a-f]{64}$")
    media_type: Literal["application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"]
    title: str = Field(default="", max_length=200)
    pages: int = Field(default=1, ge=1, le=600)
    citations: bool = False


class Wanted(Part):
    """The model asks for a tool. Nothing was called: that is the runtime's to say."""

    kind: Literal["wanted"] = "wanted"
    id: str
    tool: str
    args: Json


class Returned(Part):
    """What a tool said, given back to the model that asked for it."""

    kind: Literal["returned"] = "returned"
    id: str
    text: str
    field: str = Field(min_length=1, max_length=100)
    failed: bool = False
    trusted: bool = False


class Opaque(Part):
    """A block of the provider's own (thinking), returned to it unchanged."""

    kind: Literal["opaque"] = "opaque"
    provider: str
    body: Json


AnyPart = Annotated[Words | Data | Document | Wanted | Returned | Opaque, Field(discriminator="kind")]


class Message(Part):
    """One turn."""

    who: Literal["user", "model"]
    parts: tuple[AnyPart, ...] = Field(min_length=1)


class Tool(Part):
    """A tool as a model sees it."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")
    description: str
    takes: Json

    @classmethod
    def of(cls, spec: ToolSpec) -> Self:
        """The registered tool, described by its docstring and its input's schema."""
        return cls(name=spec.name, description=spec.description, takes=spec.input_model.model_json_schema())


class Role(StrEnum):
    """What a model is asked as; its agent says which tier answers."""

    PLANNER = "planner"
    SYNTHESIS = "synthesis"
    EXECUTOR = "executor"
    CRITIC = "critic"
    READER = "reader"


class Request(Part):
    """One question to a model. Equal requests have one digest."""

    role: Role
    prompt: str = Field(min_length=1, max_length=80)  # its name and version: `reader/3`
    system: tuple[Words, ...] = ()
    messages: tuple[Message, ...] = Field(min_length=1)
    tools: tuple[Tool, ...] = ()
    may_call: bool = True  # with tools: whether it may ask for one now
    in_parallel: bool = False
    output: Json | None = None  # JSON schema of the answer
    most_tokens: int = Field(default=4096, ge=1, le=MOST_TOKENS)
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    thinks: bool | None = None  # None: as the model does of itself
    stop_at: tuple[str, ...] = ()
    keep: Literal["", "5m", "1h"] = ""  # how long the provider may keep the beginning of the prompt

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.messages[0].who != "user" or self.messages[-1].who != "user":
            raise ValueError("a request begins and ends with a message of ours")
        if any(type(part) not in SAID_BY[message.who] for message in self.messages for part in message.parts):
            raise ValueError("words, data, documents and results are ours; only the model wants a tool or thinks")
        if self.tools and any(not is_trusted(part) for part in self.parts()):
            raise ValueError(
                "a request with tools holds nothing untrusted: read it first, with a request without tools"
            )
        if len({tool.name for tool in self.tools}) != len(self.tools):
            raise ValueError("two tools of one request have the same name")
        return self

    def parts(self) -> Iterator[AnyPart]:
        """Every part of every message."""
        return (part for message in self.messages for part in message.parts)

    def as_json(self) -> Json:
        """As it is kept; its digest counts every value by one spelling."""
        return self.model_dump(mode="json")

    @property
    def digest(self) -> str:
        return digest(self.as_json())

    @property
    def prompt_hash(self) -> str:
        """Of what stays the same from one request of this prompt to the next."""
        body = self.as_json()
        return digest([body[name] for name in ("prompt", "system", "tools", "output")])


SAID_BY: dict[str, frozenset[type[Part]]] = {
    "user": frozenset({Words, Data, Document, Returned}),
    "model": frozenset({Words, Wanted, Opaque}),
}


def is_trusted(part: AnyPart) -> bool:
    """Did we write it, or did something we verified?"""
    return not isinstance(part, Document) and getattr(part, "trusted", True)


class Outcome(StrEnum):
    """How a question to a model ended."""

    ANSWERED = "answered"
    WANTS_TOOLS = "wants_tools"
    TRUNCATED = "truncated"  # the answer is longer than was allowed
    DECLINED = "declined"  # the provider or the model refuses
    TOO_LONG = "too_long"  # the question does not fit the model
    PAUSED = "paused"  # asked to be called again; nothing here needs it
    UNAVAILABLE = "unavailable"  # no model answered: go on by rules


class Used(Part):
    """Tokens of one call: read in full (`fresh`), put into the provider's cache (`written`), found there (`cached`)."""

    fresh: int = 0
    written: int = 0
    written_for_long: int = 0  # of `written`: for an hour
    cached: int = 0
    out: int = 0

    @property
    def taken_in(self) -> int:
        return self.fresh + self.written + self.cached

    @property
    def total(self) -> int:
        return self.taken_in + self.out


class Answer(Part):
    """What came of a question."""

    outcome: Outcome
    text: str = ""
    value: Any = None  # the JSON that was asked for, as it came
    wanted: tuple[Wanted, ...] = ()
    cited: tuple[Json, ...] = ()
    parts: tuple[AnyPart, ...] = ()  # of the model's turn, to be given back in the next request
    stop: str = ""  # in the provider's words
    code: str = ""  # why it is no answer
    why: str = ""
    used: Used = Used()
    model: str = ""
    call: str = ""  # id of the row

    @property
    def is_usable(self) -> bool:
        return self.outcome in (Outcome.ANSWERED, Outcome.WANTS_TOOLS)
