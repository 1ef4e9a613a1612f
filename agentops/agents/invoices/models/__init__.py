"""The invoice agent's own tables: master data, orders, invoices, the built-in ledger and payments."""

from .accounts import AccountChange, CallBack, VendorPhone
from .changes import VendorChange
from .invoices import Invoice, InvoiceLine
from .ledger import JournalEntry, JournalLine, Period
from .orders import OrderLine, PurchaseOrder, Receipt
from .payments import Payment
from .vendors import Vendor, VendorAccount

__all__ = [
    "AccountChange",
    "CallBack",
    "Invoice",
    "InvoiceLine",
    "JournalEntry",
    "JournalLine",
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
