"""Reading a run's record from the rows: what happened from its trail, what was said from the payloads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from agentops.core.audit import payloads
from agentops.core.audit.models import AuditEntry
from runs.gateway.spelling import EXCHANGE, REQUEST, opened, stream_of
from runs.models import Action, AgentVersion, Await, Effect, ModelCall, Plan, Proposal, Run, Step, ToolCall
from runs.policy import current
from runs.proving import rows_of_trail
from runs.replay.tape import Json, Tape, fixed_day
from tools_registry.queries import grants_for


def run_named(name: str) -> UUID:
    """The run that people call `R-17` or `17`, or by its id. Raises `Run.DoesNotExist`."""
    number = name.upper().removeprefix("R-")
    try:
        found = {"number": int(number)} if number.isdigit() else {"pk": UUID(name)}
        return Run.objects.values_list("pk", flat=True).get(**found)
    except (ValueError, Run.DoesNotExist):
        raise Run.DoesNotExist(f"There is no run {name}. Name it by its number, like R-17, or by its id.") from None


def read_tape(run_id: UUID) -> Tape:
    """Raises `Run.DoesNotExist`."""
    run = Run.objects.select_related("given", "plan").get(pk=run_id)
    stream = stream_of(run_id)
    events = _events(stream)
    proposals = _proposals(run_id)
    policies = {proposal["policy"] for proposal in proposals}
    body: Json = AgentVersion.objects.values_list("body", flat=True).get(hash=run.version_id)
    return Tape(
        run=_run(run),
        goal=run.given.goal,
        given=run.given.input,
        steps=_plain(
            Step.objects.filter(run_id=run_id).order_by("at", "revision", "seq"),
            "revision seq name tool stage status output note at",
        ),
        calls=_plain(
            ToolCall.objects.filter(run_id=run_id).order_by("revision", "seq", "attempt"),
            "revision seq attempt tool input input_from result error",
        ),
        asks=_asks(run_id, stream),
        proposals=proposals,
        events=events,
        grants=_grants(policies, run.agent),
        plans=_plans(run, events),
        version={"hash": run.version_id, **body},
        problems=[one.sentence for one in rows_of_trail([stream]) if one.sentence],
        day=fixed_day(),
    )


def _run(run: Run) -> Json:
    names = "number agent revision position stage status awaiting end_code"
    told = {name: getattr(run, name) for name in names.split()}
    spent = [run.spent_steps, run.spent_calls, run.spent_tokens, run.spent_cost, run.spent_ms]
    ids = {
        "id": str(run.pk),
        "requester": str(run.requester_id),
        "parent": str(run.parent_id) if run.parent_id else None,
    }
    return {**told, **ids, "spent": spent, "created_at": run.created_at.isoformat()}


def _plain(rows: Any, names: str) -> list[Json]:
    return [{name: _value(row[name]) for name in names.split()} for row in rows.values(*names.split())]


def _value(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _events(stream: str) -> list[Json]:
    """What happened, with the revision it happened in; `steps_of` is the revision of the steps it tells of."""
    found: list[Json] = []
    revision = 1
    for at, body in AuditEntry.objects.filter(stream=stream).order_by("seq").values_list("at", "body"):
        told = orjson.loads(body)
        data, before = told.get("data", {}), revision
        if told["action"] == "run.revised":
            revision = data.get("revision", revision + 1)
        names = {"action": told["action"], "step": told.get("step"), "reason": told.get("reason_code")}
        found.append(
            {**names, "data": data, "at": at.isoformat(), "revision": revision, "steps_of": before, "place": len(found)}
        )
    return found


def _grants(policies: set[str], agent: str) -> dict[str, list[Json]]:
    """The agent's grants under each policy that judged something; those of now, nameless, where none did."""
    found = {policy: [grant.as_json() for grant in grants_for(policy, agent).values()] for policy in policies if policy}
    return {**found, "": [grant.as_json() for grant in current().grants(agent).values()]}


def _plans(run: Run, events: list[Json]) -> dict[str, list[Json]]:
    """The plan that each revision followed."""
    named = {str(event["revision"]): event["data"]["plan"] for event in events if event["data"].get("plan")}
    steps = dict(Plan.objects.filter(hash__in=named.values()).values_list("hash", "steps"))
    found = {revision: steps[name] for revision, name in named.items() if name in steps}
    return {**found, str(run.revision): run.plan.steps} if run.plan else found


def _asks(run_id: UUID, stream: str) -> list[Json]:
    calls: dict[Any, list[ModelCall]] = {}
    for call in ModelCall.objects.filter(run_id=run_id, question__isnull=False).order_by("attempt"):
        calls.setdefault(call.question_id, []).append(call)
    asked = payloads.read_several(stream, _seqs(calls, "asked_seq"), name=REQUEST)
    said = payloads.read_several(stream, _seqs(calls, "told_seq"), name=EXCHANGE)
    found = []
    for row in Await.objects.filter(run_id=run_id).order_by("created_at", "pk"):
        told: Json = {
            "revision": row.revision, "seq": row.seq, "digest": row.request_digest, "kind": row.kind,
            "request": row.request, "answer": row.answer, "at": row.created_at.isoformat(),
        }  # fmt: skip
        if attempts := calls.get(row.pk):
            last = attempts[-1]
            told["model"] = f"{last.provider}:{last.model}"
            told["asked"] = opened(asked[last.asked_seq]) if last.asked_seq in asked else None
            place = (row.answer or {}).get("at")
            told["said"] = opened(said[place])["answer"] if place in said else None
        found.append(told)
    return found


def _seqs(calls: dict[Any, list[ModelCall]], name: str) -> set[int]:
    return {seq for attempts in calls.values() for call in attempts if (seq := getattr(call, name)) is not None}


def _proposals(run_id: UUID) -> list[Json]:
    names = (
        "number revision position label state verdict reasons blocked signatures confidence sentence counterparty"
        " amount currency policy created_at body"
    )
    effects = {
        action: {"status": status, "receipt": receipt}
        for action, status, receipt in Effect.objects.filter(run_id=run_id).values_list(
            "action_id", "status", "receipt"
        )
    }
    found = []
    for row in Proposal.objects.filter(run_id=run_id).order_by("number").prefetch_related("actions"):
        told = {name: _text(getattr(row, name)) for name in names.split()}
        told["edited"] = bool(row.authors)
        told["actions"] = [
            _action(action, effects) for action in sorted(row.actions.all(), key=lambda one: one.ordinal)
        ]
        found.append(told)
    return found


def _action(action: Action, effects: dict[Any, Json]) -> Json:
    names = "seq name tool tool_version args reference digest"
    return {**{name: getattr(action, name) for name in names.split()}, "effect": effects.get(action.pk)}


def _text(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)
