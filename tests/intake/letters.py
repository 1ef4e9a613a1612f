"""Mails as strangers write them, and what the audit trail says became of them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

from agentops.core.audit.models import AuditEntry

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.4 one page"


def letter(
    *files: tuple[str, bytes, str], subject: str = "Our invoice", number: int = 1, sender: str = "sales@vendor.test"
) -> EmailMessage:
    """A mail with these files: name, content, media type."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Sales <{sender}>", "invoices@office.test", subject
    mail["Date"], mail["Message-ID"] = "Fri, 20 Nov 2026 08:00:00 +0000", f"<{number}@vendor.test>"
    mail["Authentication-Results"] = "mx.office.test; dkim=pass header.d=vendor.test"
    mail.set_content("Please find our invoice attached.")
    for name, content, media_type in files:
        main, _, sub = media_type.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail


def pdf(name: str, content: bytes = PDF) -> tuple[str, bytes, str]:
    return name, content, "application/pdf"


def trail(stream: str = "ways") -> list[str]:
    """What the audit trail says happened, in order."""
    return list(AuditEntry.objects.filter(stream=stream).order_by("seq").values_list("action", flat=True))
