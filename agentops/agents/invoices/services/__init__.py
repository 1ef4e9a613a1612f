"""Every write of this agent: staging, posting, paying, the vendor master, and what corrections teach."""

from .accounts import (
    AccountChangeError,
    StepUpNeeded,
    add_phone,
    ask_account_change,
    confirm_account_change,
    end_account_change,
    note_call_back,
    put_in_force,
)
from .corrections import keep_corrections
from .invoices import InvoiceGone, PostingImpossible, close_staging, post_invoice, stage_invoice
from .lessons import LessonError, end_lesson, learn_from_corrections, restore_lesson
from .payments import (
    PaymentImpossible,
    cancel_payment,
    confirm_payment,
    release_payment,
    return_payment,
    schedule_payment,
)
from .periods import close_period, reopen_period
from .vendors import change_vendors, confirm_vendor_change, refuse_vendor_change, save_vendors

__all__ = [
    "AccountChangeError",
    "InvoiceGone",
    "LessonError",
    "PaymentImpossible",
    "PostingImpossible",
    "StepUpNeeded",
    "add_phone",
    "ask_account_change",
    "cancel_payment",
    "change_vendors",
    "close_period",
    "close_staging",
    "confirm_account_change",
    "confirm_payment",
    "confirm_vendor_change",
    "end_account_change",
    "end_lesson",
    "keep_corrections",
    "learn_from_corrections",
    "note_call_back",
    "post_invoice",
    "put_in_force",
    "refuse_vendor_change",
    "release_payment",
    "reopen_period",
    "restore_lesson",
    "return_payment",
    "save_vendors",
    "schedule_payment",
    "stage_invoice",
]
