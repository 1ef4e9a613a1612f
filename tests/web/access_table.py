"""Who may do what: written by hand, route by route. A test walks every URL of the project against it.

A new URL fails the test until somebody has written its row here. `who` are the roles that get through; every
other person gets 403, nobody who is not signed in gets further than the sign-in page, and a method without a
row is 403 or 405. A service user opens nothing.
"""

from dataclasses import dataclass, field
from typing import Any

from agentops.core.permissions import Role

R, C, V, P = Role.REVIEWER, Role.CONTROLLER, Role.VENDOR_MANAGER, Role.PAYMENT_RELEASER
U, A, O, D = Role.USER_ADMIN, Role.POLICY_ADMIN, Role.OPERATOR, Role.AUDITOR  # noqa: E741
PERSONS = frozenset({R, C, V, P, U, A, O, D})
EVERYBODY = "everybody"  # signed in or not
SIGNED_IN = "signed in"  # any person, with or without a role
NOBODY = "00000000-0000-7000-8000-000000000000"
OWN_LOCK = "own lock"  # the view has a lock of its own (a token); tested in its own room


@dataclass(frozen=True)
class Row:
    """One route and method: who gets through; `foreign`: who sees what is somebody else's (others: 404)."""

    route: str
    method: str
    who: frozenset[Role] | str
    args: dict[str, Any] = field(default_factory=dict)  # "run": number of a run that the one who asks asked for
    foreign: frozenset[Role] | None = None


def row(route: str, method: str, who: Any, foreign: Any = None, **args: Any) -> Row:
    """Shorthand."""
    return Row(route, method, who if isinstance(who, str) else frozenset(who), args, foreign and frozenset(foreign))


TABLE = [
    row("healthz", "GET", EVERYBODY),
    row("readyz", "GET", EVERYBODY),
    # the frame
    row("start", "GET", SIGNED_IN),
    row("nothing", "GET", SIGNED_IN),
    row("sign_in", "GET", EVERYBODY),
    row("sign_in", "POST", EVERYBODY),
    row("sign_out", "POST", SIGNED_IN),
    row("password", "GET", SIGNED_IN),
    row("password", "POST", SIGNED_IN),
    row("theme", "POST", EVERYBODY),
    # the queue and the reviews: the desks' permissions come on top (404 for a desk that is not theirs)
    row("queue", "GET", {R, C, D}),
    row("queue_next", "GET", {R, C, D}),
    row("review", "GET", {R, C, D}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_decide", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_claim", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_draft", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_undo", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("documents:page", "GET", SIGNED_IN, sha256="0" * 64, page=1),
    # the audit trail
    row("audit:list", "GET", {D, O, A, U}),
    row("audit:verify", "POST", {D, O, A, U}),
    row("audit:export", "GET", {D, O, A, U}, form="csv"),
    # tool permissions
    row("permissions:matrix", "GET", {A, O, D}),
    row("permissions:tool", "GET", {A, O, D}, tool="no_such_tool"),
    row("permissions:export", "GET", {A, O, D}),
    row("permissions:cell", "GET", {A}, agent="none", tool="no_such_tool"),
    row("permissions:cell", "POST", {A}, agent="none", tool="no_such_tool"),
    row("permissions:answer", "POST", {A}, pending_id="00000000-0000-7000-8000-000000000000"),
    row("permissions:import", "GET", {A}),
    row("permissions:import", "POST", {A}),
    row("permissions:stop", "POST", {A, O}),
    row("permissions:release", "POST", {A}),
    # people
    row("people:list", "GET", {U, D}),
    row("people:new", "GET", {U}),
    row("people:new", "POST", {U}),
    row("people:person", "GET", {U, D}, person_id="00000000-0000-7000-8000-000000000000"),
    row("people:person", "POST", {U}, person_id="00000000-0000-7000-8000-000000000000"),
    # runs: everybody sees their own, and those with a review at a desk of theirs
    row("runs:list", "GET", SIGNED_IN),
    row("runs:new", "GET", {O, R, C, V}),
    row("runs:new", "POST", {O, R, C, V}),
    row("runs:detail", "GET", SIGNED_IN, foreign={O, D}, number="run"),
    row("runs:cancel", "GET", SIGNED_IN, foreign={O, D}, number="run"),
    row("runs:cancel", "POST", SIGNED_IN, foreign={O, D}, number="run"),
    # the invoice agent's own pages
    row("invoices:vendors", "GET", {V, R, C, P, O, D}),
    row("invoices:vendor", "GET", {V, R, C, P, O, D}, vendor_id=NOBODY),
    row("invoices:add_phone", "POST", {V}, vendor_id=NOBODY),
    row("invoices:ask_change", "GET", {V, R, C}, vendor_id=NOBODY),
    row("invoices:ask_change", "POST", {V, R, C}, vendor_id=NOBODY),
    row("invoices:ask_from_run", "GET", {V, R, C}, run_id=NOBODY),
    row("invoices:change", "GET", {V, R, C, P, O, D}, change_id=NOBODY),
    row("invoices:call_back", "POST", {V}, change_id=NOBODY),
    row("invoices:confirm_change", "POST", {V, C}, change_id=NOBODY),
    row("invoices:end_change", "POST", {V, R, C}, change_id=NOBODY),
    row("invoices:load", "GET", {V, R, C, P, O, D}, load_id=NOBODY),
    row("invoices:load", "POST", {V}, load_id=NOBODY),
    row("invoices:payments", "GET", {P, C, O, D}),
    row("invoices:release", "GET", {P}),
    row("invoices:release", "POST", {P}),
    row("invoices:payment", "POST", {P}, payment_id=NOBODY),
    row("invoices:bank_file", "GET", {P}, payment_id=NOBODY),
]
