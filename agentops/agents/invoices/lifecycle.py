"""The statuses of invoices and payments, told as a story; triggers in the database hold the same tables.

An invoice is staged as soon as it is understood: the house knows of it, so a second copy is noticed while the first
still waits. Decided, it is posted, for ever; otherwise it is rejected, and the same number may come again.

A payment follows its posted invoice. It is proposed, approved, and scheduled for a day; until it is released to
the bank it can still be cancelled. The bank confirms it or returns it. A returned or cancelled payment is over, and
another may be made; any other is live, and an invoice has one live payment at most.

A vendor's bank account changes slowly. Somebody asks; a vendor manager calls the vendor back on a number that was on
file before; a second person, who neither asked nor called, confirms; then it cools for some working days; then it is
in force. At every step before that anybody entitled can end it, and while it is open no payment to the vendor leaves.
"""

from django.db.models import Q, TextChoices

from agentops.core.transitions import Transitions


class InvoiceStatus(TextChoices):
    STAGED = "staged"
    POSTED = "posted"
    REJECTED = "rejected"


INVOICE_MOVES = Transitions(
    {
        InvoiceStatus.STAGED: {InvoiceStatus.POSTED, InvoiceStatus.REJECTED},
        InvoiceStatus.REJECTED: {InvoiceStatus.STAGED},  # its run was sent back to work
    }
)
IS_POSTED = Q(status=InvoiceStatus.POSTED)


class PaymentStatus(TextChoices):
    PROPOSED = "proposed"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


PAYMENT_MOVES = Transitions(
    {
        PaymentStatus.PROPOSED: {PaymentStatus.APPROVED, PaymentStatus.CANCELLED},
        PaymentStatus.APPROVED: {PaymentStatus.SCHEDULED, PaymentStatus.CANCELLED},
        PaymentStatus.SCHEDULED: {PaymentStatus.RELEASED, PaymentStatus.CANCELLED},
        PaymentStatus.RELEASED: {PaymentStatus.CONFIRMED, PaymentStatus.RETURNED},
        PaymentStatus.CONFIRMED: {PaymentStatus.RETURNED},  # a bank may send money back days later
    }
)
NOT_YET_OUT = frozenset({PaymentStatus.PROPOSED, PaymentStatus.APPROVED, PaymentStatus.SCHEDULED})
OVER = frozenset({PaymentStatus.RETURNED, PaymentStatus.CANCELLED})
IS_LIVE = ~Q(status__in=sorted(OVER))


class PeriodStatus(TextChoices):
    OPEN = "open"
    CLOSED = "closed"


PERIOD_MOVES = Transitions({PeriodStatus.OPEN: {PeriodStatus.CLOSED}, PeriodStatus.CLOSED: {PeriodStatus.OPEN}})


class ChangeStatus(TextChoices):
    ASKED = "asked"
    CALLED = "called"
    COOLING = "cooling"
    IN_FORCE = "in_force"
    REFUSED = "refused"


CHANGE_MOVES = Transitions(
    {
        ChangeStatus.ASKED: {ChangeStatus.CALLED, ChangeStatus.REFUSED},
        ChangeStatus.CALLED: {ChangeStatus.COOLING, ChangeStatus.REFUSED},
        ChangeStatus.COOLING: {ChangeStatus.IN_FORCE, ChangeStatus.REFUSED},
    }
)
OPEN_CHANGES = (ChangeStatus.ASKED, ChangeStatus.CALLED, ChangeStatus.COOLING)
IS_OPEN_CHANGE = Q(status__in=[str(status.value) for status in OPEN_CHANGES])


class Said(TextChoices):
    """What the vendor said when called back."""

    YES = "yes", "New account is theirs"
    NO = "no", "No change ordered"
    NONE = "none", "Not reached"


class Ending(TextChoices):
    """Why a change of account came to nothing."""

    NO_CHANGE_ORDERED = "no_change_ordered", "The vendor ordered no change"
    FRAUD = "fraud", "Reported as fraud"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn by who asked"
