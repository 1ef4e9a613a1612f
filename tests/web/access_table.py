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
    row("queue_arrived", "GET", {R, C, D}),
    row("queue_facet", "GET", {R, C, D}, name="reason"),
    row("queue_snooze", "POST", {R, C}),
    row("queue_wake", "POST", {R, C}),
    row("queue_give", "POST", {R, C}),
    row("queue_take_over", "POST", {R, C}),
    row("queue_hold", "POST", {R, C}, review_id=NOBODY),
    row("queue_bulk", "POST", {R, C}),
    row("queue_bulk_undo", "POST", {R, C}),
    row("queue_bulk_approve", "POST", {R, C}),
    row("queue_save_view", "POST", {R, C, D}),
    row("queue_remove_view", "POST", {R, C, D}, view_id=NOBODY),
    row("review", "GET", {R, C, D}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_part", "GET", {R, C, D}, review_id=NOBODY, name="earlier"),
    row("review_mail", "GET", {R, C, D}, review_id=NOBODY),
    row("review_decide", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_claim", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_draft", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_comment", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_preview", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("review_undo", "POST", {R, C}, review_id="00000000-0000-7000-8000-000000000000"),
    row("documents:page", "GET", SIGNED_IN, sha256="0" * 64, page=1),
    row("documents:words", "GET", SIGNED_IN, sha256="0" * 64, page=1),
    row("documents:find", "GET", SIGNED_IN, sha256="0" * 64),
    # out of office: deciders their own, a user administrator everybody's (404 for their own: they decide nothing)
    row("people_away", "GET", {R, C, U}),
    row("people_away", "POST", {R, C, U}),
    row("people_back", "POST", {R, C, U}, absence_id=NOBODY),
    # webhooks: policy administrators change them, operators and auditors read
    row("webhooks:list", "GET", {A, O, D}),
    row("webhooks:new", "GET", {A}),
    row("webhooks:new", "POST", {A}),
    row("webhooks:endpoint", "GET", {A, O, D}, endpoint_id=NOBODY),
    row("webhooks:endpoint", "POST", {A}, endpoint_id=NOBODY),
    row("webhooks:again", "POST", {A}, delivery_id=NOBODY),
    row("webhooks:new_source", "GET", {A}),
    row("webhooks:new_source", "POST", {A}),
    row("webhooks:source", "GET", {A, O, D}, source_id=NOBODY),
    row("webhooks:source", "POST", {A}, source_id=NOBODY),
    row("hook", "POST", OWN_LOCK, source_id=NOBODY),
    # notifications: everybody their own bell and settings; of desks, policy administrators change them
    row("notifications:list", "GET", SIGNED_IN),
    row("notifications:count", "GET", SIGNED_IN),
    row("notifications:look", "GET", SIGNED_IN, item_id=NOBODY),
    row("notifications:read", "POST", SIGNED_IN, item_id=NOBODY),
    row("notifications:read_all", "POST", SIGNED_IN),
    row("notifications:settings", "GET", SIGNED_IN),
    row("notifications:settings", "POST", SIGNED_IN),
    row("notifications:desks", "GET", {A, U, O, D}),
    row("notifications:desk", "GET", {A, U, O, D}, slug="no-such-desk"),
    row("notifications:desk", "POST", {A}, slug="no-such-desk"),
    row("notifications:channel", "GET", {A, U, O, D}, channel_id=NOBODY),
    row("notifications:channel", "POST", {A}, channel_id=NOBODY),
    row("notifications:again", "POST", {A}, delivery_id=NOBODY),
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
    row("people:new_desk", "GET", {U}),
    row("people:new_desk", "POST", {U}),
    row("people:desk", "GET", {U, D, A}, slug="nowhere"),
    row("people:sampling", "POST", {A}, slug="nowhere"),
    row("people:desk", "POST", {U}, slug="nowhere"),
    row("people:places", "POST", {U}, person_id=NOBODY),
    row("people:limit", "POST", {U}, change_id=NOBODY),
    # ways in: operators and policy administrators set them up; mails in triage are dealt with at their desks
    row("ways:list", "GET", {A, O, D}),
    row("ways:new", "GET", {A, O}, kind="mailbox"),
    row("ways:new", "POST", {A, O}, kind="mailbox"),
    row("ways:edit", "GET", {A, O, D}, kind="mailbox", way_id=NOBODY),
    row("ways:edit", "POST", {A, O}, kind="mailbox", way_id=NOBODY),
    row("ways:switch", "POST", {A, O}, kind="mailbox", way_id=NOBODY),
    row("ways:triage", "GET", {O, R, C, D}),
    row("ways:mail", "GET", {O, R, C, D}, mail_id=NOBODY),
    row("ways:original", "GET", {O, R, C, D}, mail_id=NOBODY),
    row("ways:settle", "POST", {O, R, C}, mail_id=NOBODY),
    # API tokens: everybody their own; a user administrator all of them (others: 404)
    row("tokens:list", "GET", SIGNED_IN),
    row("tokens:new", "GET", SIGNED_IN),
    row("tokens:new", "POST", SIGNED_IN),
    row("tokens:revoke", "GET", SIGNED_IN, token_id=NOBODY),
    row("tokens:revoke", "POST", SIGNED_IN, token_id=NOBODY),
    # the HTTP API: a token opens it, never a session; tests/api has its table of scopes
    row("api:docs", "GET", SIGNED_IN),
    row("api:schema", "GET", OWN_LOCK),
    row("api:list_runs", "GET", OWN_LOCK),
    row("api:start_run", "POST", OWN_LOCK),
    row("api:start_batch", "POST", OWN_LOCK),
    row("api:read_run", "GET", OWN_LOCK, run_id=NOBODY),
    row("api:list_events", "GET", OWN_LOCK, run_id=NOBODY),
    row("api:cancel_run", "POST", OWN_LOCK, run_id=NOBODY),
    row("api:answer_run", "POST", OWN_LOCK, run_id=NOBODY),
    row("api:list_reviews", "GET", OWN_LOCK),
    row("api:read_review", "GET", OWN_LOCK, review_id=NOBODY),
    row("api:nothing", "GET", OWN_LOCK, rest=""),
    # runs: everybody sees their own, and those with a review at a desk of theirs
    row("runs:list", "GET", SIGNED_IN),
    row("runs:unusual", "GET", {O, A, D}),
    row("runs:new", "GET", {O, R, C, V}),
    row("runs:new", "POST", {O, R, C, V}),
    row("runs:detail", "GET", SIGNED_IN, foreign={O, D}, number="run"),
    row("runs:feedback", "POST", SIGNED_IN, foreign={O, D}, number="run"),
    row("runs:cancel", "GET", SIGNED_IN, foreign={O, D}, number="run"),
    row("runs:cancel", "POST", SIGNED_IN, foreign={O, D}, number="run"),
    # files refused at the door: the desk's people, whoever sent them, and operators; 404 for anybody else's
    row("intake:problems", "GET", {R, C, V, O, D}),
    row("intake:problem", "GET", {R, C, V, O, D}, problem_id=NOBODY),
    row("intake:original", "GET", {R, C, V, O}, problem_id=NOBODY),
    row("intake:mail", "GET", SIGNED_IN, mail_id=NOBODY),
    row("intake:replace", "POST", {R, C, V, O}, problem_id=NOBODY),
    row("intake:ask", "POST", {R, C, V, O}, problem_id=NOBODY),
    row("intake:retry", "POST", {R, C, V, O}, problem_id=NOBODY),
    row("intake:key_in", "GET", {R, C, V, O}, problem_id=NOBODY),
    row("intake:key_in", "POST", {R, C, V, O}, problem_id=NOBODY),
    row("intake:close", "POST", {R, C, V, O}, problem_id=NOBODY),
    # the invoice agent's own pages
    row("invoices:vendors", "GET", {V, R, C, P, O, D}),
    row("invoices:vendor", "GET", {V, R, C, P, O, D}, vendor_id=NOBODY),
    row("invoices:lessons", "GET", {V, R, C, P, O, D}, vendor_id=NOBODY),
    row("invoices:change_lesson", "POST", {V, C}, lesson_id=NOBODY),
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
    # the support agent's own pages: tickets one entered oneself, all of them for operators and auditors (others: 404)
    row("support:tickets", "GET", {R, C, O, D}),
    row("support:new", "GET", {R, C, O}),
    row("support:new", "POST", {R, C, O}),
    row("support:ticket", "GET", {R, C, O, D}, ticket_id=NOBODY),
    row("support:answer", "POST", {R, C, O}, ticket_id=NOBODY),
    row("support:rate", "GET", EVERYBODY, token="made-up"),
    row("support:rate", "POST", EVERYBODY, token="made-up"),
]
