"""The tools of the invoice agent; importing this declares them."""

from .comparing import check_duplicate, match_invoice
from .explaining import explain_findings
from .look import extract_invoice_data, find_vendor, query_purchase_orders
from .paying import schedule_payment
from .posting import post_to_accounting
from .staging import stage_invoice

__all__ = [
    "check_duplicate",
    "explain_findings",
    "extract_invoice_data",
    "find_vendor",
    "match_invoice",
    "post_to_accounting",
    "query_purchase_orders",
    "schedule_payment",
    "stage_invoice",
]
