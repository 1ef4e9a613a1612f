"""The built-in ledger: double entry in our own tables, inside the transaction of whoever posts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from tools_registry.kinds import Effect

from ..lifecycle import PeriodStatus
from ..models import JournalEntry, JournalLine, Period
from .doorway import Bill, Posted, PostingRefused

EXPENSE, INPUT_TAX, PAYABLE = "5000", "1400", "2000"
CENT = Decimal("0.01")


class Ledger:
    """Debit the expense and the input tax, credit what is owed to the vendor."""

    effect = Effect.TRANSACTIONAL
    version = "ledger-1"

    @transaction.atomic
    def post(self, bill: Bill, *, key: str) -> Posted:
        """See `Accounting.post`."""
        if abs(bill.net + bill.tax - bill.gross) > CENT * 2:
            raise PostingRefused("unbalanced", f"Net {bill.net} and tax {bill.tax} do not make {bill.gross}.")
        if not bill.gross and not bill.tax:
            raise PostingRefused("nothing_to_post", "An entry over nothing is none.")
        earlier = JournalEntry.objects.filter(key=key).first()
        if earlier is not None:
            return self._same(earlier, bill)
        period = _lock_period(bill.posted_on)
        if period.status != PeriodStatus.OPEN:
            raise PostingRefused("period_closed", f"The books of {period.month} are closed.")
        entry = JournalEntry.objects.create(
            key=key, period=period, posted_on=bill.posted_on, memo=bill.memo[:300], run_id=bill.run_id
        )
        JournalLine.objects.bulk_create(_lines(entry, bill))
        return _posted(entry)

    def find(self, key: str) -> Posted | None:
        """See `Accounting.find`."""
        entry = JournalEntry.objects.filter(key=key).first()
        return None if entry is None else _posted(entry)

    def is_open(self, day: date) -> bool:
        """See `Accounting.is_open`; a month that nobody opened or closed is open."""
        return not Period.objects.filter(month=_month(day), status=PeriodStatus.CLOSED).exists()

    def _same(self, entry: JournalEntry, bill: Bill) -> Posted:
        owed = entry.lines.filter(account=PAYABLE).first() or entry.lines.filter(account=EXPENSE).first()
        found = (owed.credit or owed.debit, owed.currency) if owed else (Decimal(0), bill.currency)
        if found != (abs(bill.gross), bill.currency):
            raise PostingRefused("key_used", f"{entry.key} was posted as {found[0]} {found[1]}.")
        return _posted(entry)


def _lines(entry: JournalEntry, bill: Bill) -> list[JournalLine]:
    """Rounding between net, tax and gross goes to the expense, so that the entry balances to the coin."""
    signed = {EXPENSE: bill.gross - bill.tax, INPUT_TAX: bill.tax, PAYABLE: -bill.gross}
    return [
        JournalLine(
            entry=entry,
            account=account,
            debit=max(amount, Decimal(0)),
            credit=max(-amount, Decimal(0)),
            currency=bill.currency,
        )
        for account, amount in signed.items()
        if amount
    ]


def _lock_period(day: date) -> Period:
    Period.objects.bulk_create([Period(month=_month(day))], ignore_conflicts=True)
    return Period.objects.select_for_update(of=("self",), no_key=True).get(month=_month(day))


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _posted(entry: JournalEntry) -> Posted:
    return Posted(entry=str(entry.pk), posted_on=entry.posted_on, key=entry.key)
