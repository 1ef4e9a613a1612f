"""What a person types from an invoice that cannot be read: as much as a posting needs, in the words of the paper."""

from runs.agents import KeyInField

TYPES = (("invoice", "Invoice"), ("credit_note", "Credit note"))
KEY_IN_FIELDS = (
    KeyInField("document_type", "Kind of document", "choice", required=True, choices=TYPES),
    KeyInField("supplier_name", "Vendor", required=True),
    KeyInField("invoice_number", "Invoice number", required=True),
    KeyInField("issue_date", "Invoice date", "date", required=True),
    KeyInField("due_date", "Due date", "date"),
    KeyInField("currency", "Currency", "currency", required=True),
    KeyInField("net_total", "Net amount", "amount", required=True),
    KeyInField("tax_total", "Tax", "amount"),
    KeyInField("gross_total", "Gross amount", "amount", required=True),
    KeyInField("order_reference", "Order"),
    KeyInField("supplier_vat_id", "VAT id of the vendor"),
    KeyInField("iban", "Account on the invoice"),
)
