"""One tool per effect class: our own table, and three receivers with less and less to offer."""

import os
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agentops.core.money import Money
from runs.sql import query
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolFailed
from tools_registry.tool import Retry, ToolCall, ToolInput, ToolOutput, tool

# Nothing in these tables is unique: a duplicate must be able to show.
DOMAIN_SQL = """
CREATE TABLE fault_own(id bigserial PRIMARY KEY, reference text NOT NULL, key text NOT NULL, run uuid,
    at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE fault_ended(id bigserial PRIMARY KEY, run uuid NOT NULL, status text NOT NULL);
CREATE TABLE fault_world(what text PRIMARY KEY, version int NOT NULL);
CREATE INDEX ON fault_own(reference);
"""
TIMEOUT = timedelta(milliseconds=500)
SETTLE = timedelta(milliseconds=600)  # a slow receiver books so long after we hung up


def url() -> str:
    return os.environ["FAULT_RECEIVERS"]


class Question(ToolInput):
    what: str
    trouble: str = ""


class Known(ToolOutput):
    what: str
    known: bool


class Thing(ToolInput):
    what: str
    amount: Decimal
    counterparty: str
    trouble: str = ""


class Done(ToolOutput):
    number: str


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    connector="receivers",
    timeout=TIMEOUT,
    retry=Retry(attempts=2, first_wait=timedelta(milliseconds=20)),
    examples=[{"what": "a"}],
)
def fault_look(args: Question, *, call: ToolCall) -> Known:
    """Look something up at a receiver."""
    told = call.http.get(f"{url()}/read", params={"what": args.what, "trouble": args.trouble}).json()
    if not isinstance(told, dict) or "error" in told:
        raise ToolFailed("receiver_error", "The receiver answered with an error")
    return Known(what=told["what"], known=told["known"])


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"what": "a"}])
def fault_glance(args: Question, *, call: ToolCall) -> Known:
    """Look something up in the house."""
    return Known(what=args.what, known=True)


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"what": "a"}])
def fault_question(args: Question, *, call: ToolCall) -> Known:
    """Ask people whether it is known."""
    answer = call.ask_people(f"Is {args.what} known?", choices=["yes", "no"])  # type: ignore[attr-defined]
    return Known(what=args.what, known=answer["answer"] == "yes")


def world(args: Thing, *, lock: bool) -> dict[str, Any]:
    """What an action rests on: a row that a test moves between proposal and effect."""
    rows = query("SELECT version FROM fault_world WHERE what = %s" + (" FOR SHARE" if lock else ""), (args.what,))
    return {"version": rows[0][0] if rows else 0}


def common(kind: str, effect: Effect) -> dict[str, Any]:
    return {
        "impact": Impact.MONEY,
        "effect": effect,
        "reference": lambda args: f"{kind}:{args.what}",
        "amount": lambda args: Money(args.amount, "EUR"),
        "counterparty": lambda args: args.counterparty,
        "basis": world,
        "examples": [{"what": "a", "amount": "1.00", "counterparty": "c"}],
    }


@tool(**common("own", Effect.TRANSACTIONAL))
def fault_own(args: Thing, *, call: ToolCall) -> Done:
    """Book it in our own table."""
    rows = query(
        "INSERT INTO fault_own(reference, key, run) VALUES (%s, %s, %s) RETURNING id",
        (args.what, call.key, call.run_id),
    )
    return Done(number=str(rows[0][0]))


@tool(**common("ungranted", Effect.TRANSACTIONAL))
def fault_ungranted(args: Thing, *, call: ToolCall) -> Done:
    """Never granted to anybody."""
    raise AssertionError("an ungranted tool was performed")


def book(receiver: str, args: Thing, call: ToolCall) -> Done:
    told = call.http.post(f"{url()}/{receiver}", json=args.model_dump(mode="json")).json()
    if not isinstance(told, dict) or told.get("error") or told.get("number") is None:
        # An error in the body of a 200: who knows how far it came.
        raise ToolFailed("receiver_error", "The receiver answered with an error", certain=False)
    return Done(number=str(told["number"]))


def asked(args: Thing, call: ToolCall) -> Done | None:
    told = call.http.get(f"{url()}/askable", params={"key": call.key}).json()
    return Done(number=str(told["number"])) if told["found"] else None


@tool(
    **common("idempotent", Effect.IDEMPOTENT),
    timeout=TIMEOUT,
    retry=Retry(attempts=2, first_wait=timedelta(milliseconds=20)),
)
def fault_idempotent(args: Thing, *, call: ToolCall) -> Done:
    """Send it to a receiver that honours our key."""
    return book("idempotent", args, call)


@tool(**common("askable", Effect.ASKABLE), timeout=TIMEOUT, settle=SETTLE, ask=asked)
def fault_askable(args: Thing, *, call: ToolCall) -> Done:
    """Send it to a receiver that can be asked what it did."""
    return book("askable", args, call)


@tool(**common("once", Effect.ONCE), timeout=TIMEOUT)
def fault_once(args: Thing, *, call: ToolCall) -> Done:
    """Send it to a receiver that neither honours keys nor answers questions."""
    return book("once", args, call)
