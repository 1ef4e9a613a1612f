"""The invoice agent's own tables: master data, orders, invoices, the built-in ledger and payments."""

from .accounts import AccountChange, CallBack, VendorPhone
from .changes import VendorChange
from .invoices import Invoice, InvoiceLine
from .ledger import JournalEntry, JournalLine, Period
from .lessons import Correction, Layout, Lesson, LessonUse
from .orders import OrderLine, PurchaseOrder, Receipt
from .payments import Payment
from .vendors import Vendor, VendorAccount

__all__ = [
    "AccountChange",
    "CallBack",
    "Correction",
    "Invoice",
    "InvoiceLine",
    "JournalEntry",
    "JournalLine",
    "Layout",
    "Lesson",
    "LessonUse",
    "OrderLine",
    "Payment",
    "Period",
    "PurchaseOrder",
    "Receipt",
    "Vendor",
    "VendorAccount",
    "VendorChange",
    "VendorPhone",
]
