"""One invoice of the inbox together with the outcome that it should have."""

from dataclasses import dataclass

from agentops.agents.invoices.demo.invoice import Invoice

REVIEW, REJECT = "review", "reject"
ESCALATED, FAILED = "escalated", "failed"


@dataclass(frozen=True)
class Story:
    """One invoice with its right outcome; `reasons` are those a person may be told, the main one first."""

    name: str
    says: str
    invoice: Invoice
    kind: str
    reasons: tuple[str, ...]
    disposition: str = REVIEW
    share: str = ESCALATED
    file: str = ""
