"""What is proposed, in one sentence, with every check behind it; and why nothing can be proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agentops.core.hashing import plain
from runs.agents import Assessment, Goal, Results
from tools_registry.facts import Check, Reason

from . import queries
from .case import Case
from .checks import Claimed, checks_for, compared, obstacles, order_mark, reading_marks
from .duplicates import Earlier, Twin
from .evidence import evidence_rows, field_rows, learned_rows, moved_rows
from .explained import Told
from .extraction import Extraction
from .facts import InvoiceFacts, VendorFacts
from .matching import Match
from .orders import OrderChoice
from .repairing import bills_of
from .sureness import sureness
from .vendors import VendorMatch
from .wording import day, masked, money
from .world import moved_since

Args = Mapping[str, Any]
# A document that is one of these is no basis for a posting, whatever else it says.
NO_BASIS = frozenset({"not_an_invoice", "multiple_invoices"})


def why_stuck(results: Results) -> tuple[Reason, ...]:
    """Why nothing sensible can be proposed, and whatever else is wrong beside it; empty when something can."""
    read = Extraction.model_validate(results["extract"])
    vendor = VendorMatch.model_validate(results["vendor"]["match"])
    found = obstacles_in(results)
    if not found:
        return ()
    also = (*found, *reading_marks(_noticed(read), others=True), *_also(read, vendor, results))
    return tuple({reason.code: reason for reason in reversed(also)}.values())[::-1]


def obstacles_in(results: Results) -> list[Reason]:
    """What alone keeps anything from being proposed."""
    read = Extraction.model_validate(results["extract"])
    vendor = VendorMatch.model_validate(results["vendor"]["match"])
    credited = [Earlier.model_validate(one) for one in results["duplicates"].get("credited", ())]
    found = obstacles(read.invoice, vendor, credited)
    found += [r for r in _noticed(read) if r.code in NO_BASIS and r.code not in {reason.code for reason in found}]
    if vendor.vendor is not None and vendor.vendor.account is None:
        told = (
            f"No account on file for this vendor. A vendor manager adds one for {vendor.vendor.name}, then it goes on."
        )
        found.append(Reason("no_account_on_file", told, "iban"))
    return found


def _also(read: Extraction, vendor: VendorMatch, results: Results) -> list[Reason]:
    """What else is wrong, so that whoever clears the first hurdle knows of the next."""
    order = OrderChoice.model_validate(results["order"]["choice"])
    told = (results.get("match") or {}).get("match")
    match = Match.model_validate(told) if told else None
    twins = [Twin.model_validate(twin) for twin in (results.get("duplicates") or {}).get("twins", ())]
    today = date.fromisoformat(results["match"]["today"])
    claimed = Claimed.of(results.get("input") or {})
    checks = checks_for(read.invoice, vendor, order, match, twins, today, claimed)
    failed = [Reason(c.code, c.sentence or f"{c.name}: {c.found}", c.field) for c in checks if not c.passed]
    return failed + list(order_mark(order, True))


def assess_staging(args: Args, results: Results) -> Assessment:
    """Staging is our own note: it needs no check, and is undone when the run ends without a posting."""
    invoice = args["invoice"]
    return Assessment(
        sentence=f"Note invoice {invoice['invoice_number']} from {invoice['supplier_name']} as being worked on.",
        counterparty=f"vendor:{args['vendor']}",
        facets={"document": args["document"]},
    )


def assess_posting(post: Args | None, pay: Args | None, results: Results, goal: Goal) -> Assessment:
    """Check a posting and its payment as they are proposed, edits of a person included."""
    read = Extraction.model_validate(results["extract"])
    case = Case.of(read, post or pay or {}, post, results, goal)
    claimed, explained = Claimed.of(goal.input), Told.of(results)
    checks = checks_for(case.invoice, case.vendor, case.order, case.match, case.twins, case.today, claimed)
    checks += _own_checks(case, post, pay, {check.code for check in checks if not check.passed})
    checks += _own_invoice(post, pay, goal)
    failed = {check.code for check in checks if not check.passed}
    marks = reading_marks(_noticed(read), others=bool(failed))
    marks += order_mark(case.order, bool(failed or marks))
    marks = [mark for mark in marks if mark.code not in failed]  # a check has said it better
    return Assessment(
        sentence=_sentence(case, post, pay),
        checks=tuple(checks),
        marks=tuple(marks),
        confidence=explained.lowered(sureness(read, case.vendor, case.match)),
        counterparty=f"vendor:{case.vendor_key}",
        fields=field_rows(read, case.vendor.vendor, checks, post, pay),
        evidence=(
            *moved_rows(moved_since(goal.run_id, goal.revision, results)),
            *learned_rows(queries.lesson_sentences(read.lessons)),
            *evidence_rows(read, case.vendor, case.order, case.match, case.twins, _noticed(read)),
        ),
        facets={"document": read.document.sha256},
        reasoning=explained.told(),
    )


def _own_checks(case: Case, post: Args | None, pay: Args | None, failed: set[str]) -> list[Check]:
    """What is checked of the arguments themselves, whoever wrote them; what `failed` says already is not said again."""
    checks = []
    vendor, order = case.vendor.vendor, case.order.order
    if post and post.get("exceeds") and "over_invoiced" not in failed:
        number = order.number if order else ""
        told = f"More than the order allows. Posting this bills more of order {number} than is open."
        checks.append(
            compared(
                "within the order", "net_total", expected="within the order", found="above it", ok=False,
                code="over_invoiced", told=told,
            )
        )  # fmt: skip
    if post and case.match and post.get("pairing") is not None:
        checks.append(_billed(post, case.match))
    if pay:
        checks += [_payee(str(pay["account"]), vendor), _amount(case.invoice, Decimal(str(pay["amount"])))]
    return checks


def _own_invoice(post: Args | None, pay: Args | None, goal: Goal) -> list[Check]:
    """A check that fails where an edit would post or pay the invoice of somebody else; else nothing to say."""
    strange = [args for args in (post, pay) if args and str(args["run"]) != str(goal.run_id)]
    apart = post and pay and (post["vendor"], post["number"]) != (pay["vendor"], pay["invoice_number"])
    if not strange and not apart:
        return []
    told = "Posting and payment must both be of this run's invoice. An edit names another one."
    return [
        compared(
            "this invoice", "invoice_number", expected="one invoice, of this run", found="another one", ok=False,
            code="not_this_invoice", told=told, blocks=True,
        )
    ]  # fmt: skip


def _billed(post: Args, match: Match) -> Check:
    """What is billed of the order must be what the pairs say that a person made."""
    fits = plain(post.get("bills")) == plain(bills_of(match.pairs))
    return compared(
        "lines billed", "lines", expected="as paired", found="as paired" if fits else "otherwise", ok=fits,
        code="po_line_mismatch", blocks=True,
        told="What is billed does not follow from how the lines are paired. Pair them again.",
    )  # fmt: skip


def _payee(account: str, vendor: VendorFacts | None) -> Check:
    return compared(
        "paid to", "account", expected="an account on file", found=masked(account),
        ok=vendor is not None and vendor.has(account), code="account_not_on_file", blocks=True,
        told="Account is not on file. Payments only go to an account on file for this vendor.",
    )  # fmt: skip


def _amount(invoice: InvoiceFacts, amount: Decimal) -> Check:
    due = money(invoice.due, invoice.currency)
    return compared(
        "amount to pay", "payable", expected=due, found=money(amount, invoice.currency), ok=amount == invoice.due,
        code="total_variance", told=f"Amount to pay differs. The document asks for {due}.",
    )  # fmt: skip


def _sentence(case: Case, post: Args | None, pay: Args | None) -> str:
    vendor = case.vendor.vendor
    name, number = (vendor.name if vendor else case.vendor_key), case.invoice.invoice_number
    posting = f"Post invoice {number} from {name}" if post else ""
    if not pay:
        return f"{posting}."
    on = date.fromisoformat(str(pay["execute_on"]))
    amount = money(Decimal(str(pay["amount"])), str(pay["currency"]))
    paying = f"{amount} on {day(on)} to {masked(str(pay['account']))}, the account on file"
    return f"{posting} and pay {paying}." if post else f"Pay {paying}, for invoice {number} from {name}."


def _noticed(read: Extraction) -> list[Reason]:
    return [Reason(n.code, n.sentence, n.field, dict(n.numbers)) for n in read.noticed]
