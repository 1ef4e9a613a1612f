"""Effects: each at most once (I2), with its signatures (I3), and exactly as approved (I5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bench.oracles.world import Own, World

HARD = frozenset({"money", "access", "destructive"})


def twice(world: World) -> None:
    """I2: counted where it would hurt, and held against what our rows say."""
    repeated = (
        "SELECT tool, reference, count(*) FROM runs_effect WHERE status <> 'refused' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    for tool, reference, count in world.rows(repeated):
        world.wrong("I2", f"{tool} has {count} effects for {reference}")
    for column in ("reference", "key"):
        sql = f"SELECT receiver, {column}, count(*) FROM booked GROUP BY 1, 2 HAVING count(*) > 1"
        for receiver, name, count in world.books(sql):
            world.wrong("I2", f"{receiver} booked {column} {name} {count} times")
    _books_and_effects(world)
    for own in world.own:
        _own_table(world, own)


def _books_and_effects(world: World) -> None:
    if world.ledger is None:
        return
    status = {
        (tool, key.strip()): (state, str(number))
        for tool, key, state, number in world.rows(
            "SELECT e.tool, e.key, e.status, r.number FROM runs_effect e JOIN runs_run r ON r.id = e.run_id"
        )
    }
    names = world.receivers
    before = {(names.get(receiver, receiver), key) for receiver, key in world.booked_before}
    now = {(names.get(receiver, receiver), key) for receiver, key in world.books("SELECT receiver, key FROM booked")}
    world.seen["booked at receivers"] = len(before)
    for tool, key in before:
        state, number = status.get((tool, key), ("missing", "?"))
        if state not in ("confirmed", "sent", "unknown"):
            world.wrong("I2", f"{tool} of R-{number} was booked under {key[:12]}, and our effect is {state}")
    remote = set(world.receivers.values())
    for (tool, key), (state, number) in status.items():
        if tool in remote and state == "confirmed" and (tool, key) not in now:
            world.wrong("I2", f"{tool} of R-{number} is confirmed under {key[:12]}, and nobody booked it")


def _own_table(world: World, own: Own) -> None:
    columns = [column for column in (own.reference, own.key) if column]
    for column in columns:
        sql = f"SELECT {column}, count(*) FROM {own.table} GROUP BY 1 HAVING count(*) > 1"
        for name, count in world.rows(sql):
            world.wrong("I2", f"{own.table} holds {column} {name} {count} times")
    if own.key:
        sql = f"""
            SELECT 'row without a confirmed effect', o.{own.key} FROM {own.table} o LEFT JOIN runs_effect e
                ON e.key = o.{own.key} AND e.status = 'confirmed' WHERE e.key IS NULL
            UNION ALL SELECT 'confirmed effect without a row', e.key FROM runs_effect e LEFT JOIN {own.table} o
                ON o.{own.key} = e.key WHERE e.tool = '{own.tool}' AND e.status = 'confirmed' AND o.{own.key} IS NULL"""
        for what, key in world.rows(sql):
            world.wrong("I2", f"{own.table}: {what}: {key[:12]}")


# --- signatures and arguments ------------------------------------------------------------------------

_PERFORMED = """
SELECT e.key, e.tool, r.number, r.agent, r.requester_id, a.ordinal, a.verdict, a.impact, a.args, a.digest,
    a.tool_version, a.reference, p.digest, p.signatures, p.authors, p.body -> 'facts' -> 'actions', p.policy,
    p.number, p.run_id, v.signers, v.digest, v.consumed_at,
    (SELECT array_agg(b.digest ORDER BY b.ordinal) FROM runs_action b WHERE b.proposal_id = p.id),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(d.person_id, d.verdict, d.digest)), '[]') FROM reviews_decision d
        WHERE d.proposal_id = p.id AND d.verdict IN ('approve', 'edit'))
FROM runs_effect e JOIN runs_action a ON a.id = e.action_id JOIN runs_proposal p ON p.id = a.proposal_id
JOIN runs_run r ON r.id = e.run_id LEFT JOIN runs_approval v ON v.id = e.approval_id
"""


def unsigned(world: World) -> None:
    """I3 and I5."""
    from agentops.core.hashing import digest, plain

    policies = {
        name.strip(): {(grant["agent"], grant["tool"]): grant for grant in body["grants"]}
        for name, body in world.rows("SELECT hash, body FROM tools_registry_policyversion")
    }
    booked: dict[str, list[str]] = {}
    for key, args_hash in world.books("SELECT key, args_hash FROM received"):
        booked.setdefault(key, []).append(args_hash)
    count = 0
    for row in world.stream(_PERFORMED):
        count += 1
        key, tool, number, agent, requester, ordinal, verdict, impact, args, action_digest, version = row[:11]
        reference, proposal_digest, signatures, authors, facts, policy, proposal_number, run = row[11:19]
        signers, signed_digest, consumed_at, digests, decisions = row[19:]
        who = f"{tool} of R-{number}"
        grant = policies.get(policy.strip(), {}).get((agent, tool))
        needed = _signatures_needed(grant, facts[ordinal], impact)
        if needed is None:
            world.wrong("I3", f"{who} was done without a grant")
        elif needed > 0 and verdict != "review":
            world.wrong("I3", f"{who} was done alone, and needed {needed} signatures")
        if verdict == "review":
            given = _valid_signers(signers or [], decisions, proposal_digest, requester, authors)
            if consumed_at is None or len(given) < max(signatures, needed or 0, 1):
                world.wrong("I3", f"{who} has {len(given)} valid signatures of {max(signatures, needed or 0, 1)}")
            if signed_digest != action_digest:
                world.wrong("I5", f"{who}: what was approved is not the action")
        told = {"tool": tool, "version": version.strip(), "args": plain(args), "reference": reference}
        if digest(told) != action_digest.strip():
            world.wrong("I5", f"{who}: the action is not what its digest says")
        whole = {"run": str(run), "number": proposal_number, "actions": [name.strip() for name in digests]}
        if digest(whole) != proposal_digest.strip():
            world.wrong("I5", f"{who}: the proposal is not what its digest says")
        if any(got != _args_hash(args) for got in booked.get(key.strip(), ())):
            world.wrong("I5", f"{who}: the receiver got other arguments than were approved")
    world.seen["effects"] = count


def _signatures_needed(grant: Mapping[str, Any] | None, fact: Mapping[str, Any], impact: str) -> int | None:
    """By the policy the proposal was judged under and the house's ceiling; None: it may not be done at all."""
    from django.conf import settings

    if grant is None or grant["mode"] == "deny":
        return None
    amounts = [Decimal(fact[name]) for name in ("amount", "converted") if fact.get(name) is not None]
    worth, needed = max(amounts, default=Decimal(0)), 0 if grant["mode"] == "auto" else 1
    over = [grant.get("item_limit")]
    over_second = [grant.get("second_signature_over")]
    if impact in HARD:
        over.append(settings.HOUSE_CEILING["item_limit"])
        over_second.append(settings.HOUSE_CEILING["second_signature_over"])
    if any(limit is not None and worth > Decimal(limit) for limit in over):
        needed = max(needed, 1)
    if any(limit is not None and worth > Decimal(limit) for limit in over_second):
        needed = 2
    return needed


def _valid_signers(
    signers: list[Any], decisions: list[list[str]], digest: str, requester: Any, authors: list[Any]
) -> set[str]:
    said = {(person, verdict) for person, verdict, seen in decisions if seen == digest.strip()}
    valid = set()
    for signer in map(str, signers):
        wrote = signer in map(str, authors)
        if signer != str(requester) and (signer, "edit" if wrote else "approve") in said:
            valid.add(signer)
    return valid


def _args_hash(args: Any) -> str:
    return hashlib.sha256(json.dumps(args, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
