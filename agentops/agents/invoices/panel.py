"""The invoice's panel on review and run pages: context for `invoices/_subject.html`; and its line in the queue.

`subject` answers with plain values: `document` (sha256, name, kind, pages as width and height in points), `fields`
(name, label, value, shown, page, box in fractions of the page), `lines` (the line-by-line match) and what they have
in common (`match`), `totals`, `accounts` (on file and on the document), `vendor`, `order`, `twins`, `noticed`,
`invoice` (our own record), `summary` (plain words of cited facts), `headline`. Whatever a run has not reached yet is
empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from agentops.core import blobs
from runs.agents import Headline
from runs.sql import query

from .evidence import LABELS, VALUES, shown
from .explained import Told
from .extraction import Extraction
from .matching import LinePair, Match
from .models import Invoice, Payment
from .numbers import account_key
from .orders import OrderChoice
from .pairs import difference, line_rows
from .policy import tolerances
from .reading import page_sizes
from .reading.refusals import Refused
from .repairing import POSTING, edits_in, paired_again
from .vendors import VendorMatch
from .wording import grouped, money, price, share


def subject(run_id: UUID) -> dict[str, Any]:
    """What a run knows about its invoice; see the module."""
    results = _results(run_id)
    read = Extraction.model_validate(results["extract"]) if results.get("extract") else None
    vendor = VendorMatch.model_validate(results["vendor"]["match"]) if results.get("vendor") else None
    order = OrderChoice.model_validate(results["order"]["choice"]) if results.get("order") else None
    told = (results.get("match") or {}).get("match")
    match = Match.model_validate(told) if told else None
    ours = _record(run_id)
    if read and match and ours:
        match = paired_again(ours["args"], read.invoice, order.order if order else None) or match
    return {
        "document": read.document.model_dump(mode="json") if read else _unread(run_id),
        "fields": _fields(read) if read else [],
        "lines": line_rows(match.pairs if match else _unmatched(read), read),
        "match": _tolerated(order) if match else {},
        "order_lines": _order_lines(order) if match else [],
        "totals": _totals(match, read) if match and read else [],
        "accounts": _accounts(read, vendor),
        "vendor": vendor.model_dump(mode="json") if vendor else None,
        "order": order.model_dump(mode="json") if order else None,
        "known": _known(read, vendor, order) if read else [],
        "twins": (results.get("duplicates") or {}).get("twins", []),
        "noticed": [noticed.model_dump(mode="json") for noticed in read.noticed] if read else [],
        "invoice": ours,
        "summary": Told.of(results).told(),
        "headline": _headline(read, vendor) if read else None,
        "ways": _ways(run_id, read, vendor),
    }


def _unread(run_id: UUID) -> dict[str, Any] | None:
    """The file of a run whose reader gave up: a person may still look at its pages."""
    from runs.models import RunInput

    given = RunInput.objects.filter(run_id=run_id).values("document", "input", "run__awaiting").first()
    if not given or not given["document"] or given["run__awaiting"] != "review":
        return None
    sha256 = str(given["document"])
    return {"sha256": sha256, "name": str(given["input"].get("name") or ""), "pages": _sizes(sha256)}


@lru_cache(maxsize=64)
def _sizes(sha256: str) -> list[tuple[float, float]]:
    """Width and height of each page; none of a file that cannot be drawn either."""
    try:
        return [(page.width, page.height) for page in page_sizes(blobs.read(sha256))]
    except (Refused, blobs.BlobMissing, blobs.BlobDamaged):
        return []


# What was read is long: it is opened once for the two values that are wanted of it.
_HEADLINES = """
SELECT s.run_id, read.invoice ->> 'supplier_name', read.invoice ->> 'invoice_number',
    CASE WHEN s.name = 'vendor' THEN s.output #>> '{match,vendor,name}' END,
    CASE WHEN s.name = 'order' THEN s.output ->> 'number' END
FROM runs_step s
LEFT JOIN LATERAL (SELECT s.output -> 'invoice' AS invoice WHERE s.name = 'extract' OFFSET 0) read ON true
WHERE s.run_id = ANY(%s) AND s.name IN ('extract', 'vendor', 'order') ORDER BY s.revision, s.seq
"""


def headlines(run_ids: Iterable[UUID]) -> dict[UUID, Headline]:
    """What each run's invoice is called in the queue: its vendor and number; one query, however many there are."""
    rows = query(_HEADLINES, (list(run_ids),))
    found: dict[UUID, dict[str, str]] = {}
    for run, *values in rows:
        known = {
            name: value for name, value in zip(("named", "number", "vendor", "order"), values, strict=True) if value
        }
        found.setdefault(run, {}).update(known)
    return {
        run: Headline(
            party=known.get("vendor") or known.get("named", ""),
            number=known.get("number", ""),
            about=f"order {known['order']}" if known.get("order") else "no order",
            doing="Post and pay",
        )
        for run, known in found.items()
    }


def _results(run_id: UUID) -> dict[str, Any]:
    """The newest output of each step, by name."""
    from runs.models import Step

    rows = Step.objects.filter(run_id=run_id).order_by("revision", "seq").values_list("name", "output")
    return {name: output for name, output in rows if output}


def _fields(read: Extraction) -> list[dict[str, Any]]:
    rows = [
        {
            "name": name,
            "label": label,
            "value": account_key(seen.value) if name == "iban" and seen.value else seen.value,
            "shown": shown(name, seen.value, read.invoice.currency),
            "kind": VALUES[name].kind,
            "currency": read.invoice.currency,
            "page": seen.page,
            "box": list(seen.box) if seen.box else None,
            "method": seen.method,
            "confidence": seen.confidence,
            "missing": seen.reason,
        }
        for name, label in LABELS.items()
        if (seen := read.seen.get(name)) is not None
    ]
    if read.invoice.document_type != "invoice":
        rows.insert(0, _type_of(read.invoice.document_type))
    return rows


def _type_of(document_type: str) -> dict[str, Any]:
    """What the document was taken for; a person may know better."""
    return {
        "name": "document_type",
        "label": "Document is",
        "value": document_type,
        "shown": document_type.replace("_", " "),
        "kind": "text",
    }


def _unmatched(read: Extraction | None) -> list[LinePair]:
    lines = enumerate(read.invoice.lines, 1) if read else ()
    return [
        LinePair(
            position=position,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.line_total,
        )
        for position, line in lines
    ]


def _tolerated(order: OrderChoice | None) -> dict[str, Any]:
    """What the match table says above its columns."""
    limits = tolerances()
    return {
        "number": order.order.number if order and order.order else "",
        "three_way": bool(order and order.order and order.order.receipt_needed),
        "tolerance": f"price ± {share(limits.unit_price_pct)}, net ± {share(limits.net_total_pct)}",
    }


def _order_lines(order: OrderChoice | None) -> list[dict[str, Any]]:
    """What an invoice line can be paired with."""
    lines = order.order.lines if order and order.order else ()
    return [{"position": line.position, "text": f"{line.position} {line.description}"[:80]} for line in lines]


def panel_edits(
    run_id: UUID, actions: Sequence[tuple[int, str, Mapping[str, Any]]], form: Mapping[str, str]
) -> dict[int, dict[str, Any]]:
    """What a person said on the panel, as edits of the proposal's actions; raises `Unfit`."""
    return edits_in(form, _results(run_id), actions)


def _totals(match: Match, read: Extraction) -> list[dict[str, Any]]:
    """The net of the invoice beside what the order makes it; else beside what is left of the order."""
    net = read.invoice.net
    found = {finding.code: finding for finding in match.findings if finding.field == "net_total"}
    finding = found.get("total_variance") or found.get("over_invoiced")
    if finding is None or net is None:
        return []
    told = finding.expected.removeprefix("at most ").split()[0]
    return [
        {
            "label": "Net",
            "found": price(net),
            "expected": told,
            "variance": difference(net, Decimal(told.replace(",", ""))),
            "passed": all(one.passed for one in found.values()),
        }
    ]


def _accounts(read: Extraction | None, vendor: VendorMatch | None) -> dict[str, Any]:
    known = vendor.vendor if vendor else None
    stated = account_key(read.invoice.iban) if read else ""
    return {
        "on_file": [{"account": grouped(a.account), "primary": a.primary} for a in known.accounts] if known else [],
        "on_document": grouped(stated) if stated else None,
        "differs": bool(stated and known and not known.has(stated)),
    }


def _record(run_id: UUID) -> dict[str, Any] | None:
    """Our own invoice with its payment, and the arguments of its newest posting; one query."""
    from runs.models import Action

    newest = Action.objects.filter(proposal__run_id=OuterRef("run_id"), tool=POSTING).order_by("-proposal__number")
    paid = Payment.objects.filter(invoice_id=OuterRef("pk")).order_by("-created_at")
    found = (
        Invoice.objects.filter(run_id=run_id)
        .annotate(
            args=Subquery(newest.values("args")[:1]),
            paid_status=Subquery(paid.values("status")[:1]),
            paid_on=Subquery(paid.values("execute_on")[:1]),
        )
        .values("pk", "status", "posted_at", "args", "paid_status", "paid_on")
        .first()
    )
    if found is None:
        return None
    return {
        "id": str(found["pk"]),
        "status": found["status"],
        "posted_at": found["posted_at"],
        "payment": {"status": found["paid_status"], "execute_on": found["paid_on"]} if found["paid_status"] else None,
        "args": found["args"],
    }


def _headline(read: Extraction, vendor: VendorMatch | None) -> dict[str, Any]:
    known = vendor.vendor if vendor else None
    gross = read.invoice.gross
    return {
        "party": known.name if known else read.invoice.supplier_name or "",
        "number": read.invoice.invoice_number or "",
        "amount": money(gross, read.invoice.currency) if gross is not None else "",
    }


def _known(read: Extraction, vendor: VendorMatch | None, order: OrderChoice | None) -> list[dict[str, str]]:
    """What a run that cannot go on has found out, in a few words."""
    found = vendor.vendor if vendor else None
    chosen = order.order if order else None
    rows = [
        {"label": "Vendor", "text": f"{found.key} {found.name}" if found else "not on file"},
        {"label": "Order", "text": chosen.number if chosen else "none found"},
    ]
    if chosen:
        rows.append({"label": "Still open", "text": money(chosen.open_amount, chosen.currency)})
    if read.invoice.gross is not None:
        rows.append({"label": "Total", "text": money(read.invoice.gross, read.invoice.currency)})
    return rows


def _ways(run_id: UUID, read: Extraction | None, vendor: VendorMatch | None) -> list[dict[str, str]]:
    """What else a person can do about it: where the account differs, have the vendor called back."""
    if not _accounts(read, vendor)["differs"]:
        return []
    url = reverse("invoices:ask_from_run", args=[run_id])
    return [{"key": "v", "icon": "phone", "label": "Ask for call-back", "url": url}]
