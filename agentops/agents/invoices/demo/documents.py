"""One invoice as a file, in each format that arrives in a real inbox."""

import random
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdfium2
from facturx import generate_from_binary
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from agentops.agents.invoices.demo import layouts, xml_cii, xml_ubl
from agentops.agents.invoices.demo.invoice import Invoice

DPI = 150
FAX_DPI = 40
SKEW = 0.9  # degrees, about what a hurried hand does
# Of a demo file that nobody is meant to open.
PASSWORD = "meridian-2026"  # noqa: S105  # nosec B105  # pragma: allowlist secret


def write(invoice: Invoice, kind: str) -> bytes:
    """The invoice in the format `kind`; raises `KeyError` for a format that does not exist."""
    return WRITERS[kind](invoice)


def hybrid(invoice: Invoice) -> bytes:
    """A PDF with its XML inside (Factur-X, which is ZUGFeRD 2)."""
    whole = generate_from_binary(
        layouts.draw(invoice), xml_cii.write(invoice), flavor="factur-x", level="en16931", check_xsd=False,
        lang=invoice.vendor.language, xmp_compression=False,
        pdf_metadata={
            "author": invoice.vendor.name, "title": f"{invoice.vendor.name} {invoice.number}",
            "subject": "Factur-X invoice", "keywords": "invoice",
        },
    )  # fmt: skip
    return _timeless(whole, invoice.issued)


def scan(invoice: Invoice) -> bytes:
    """A page out of a scanner: an image, a little crooked, with dust and JPEG noise, without text."""
    return _pictured(invoice, _page(invoice, DPI).filter(ImageFilter.GaussianBlur(0.6)))


def fax(invoice: Invoice) -> bytes:
    """A fax of a fax: an image on which hardly a word can be made out."""
    small = _page(invoice, FAX_DPI).filter(ImageFilter.GaussianBlur(1.4))
    return _pictured(invoice, small.resize((small.width * 3, small.height * 3)))


def _page(invoice: Invoice, dpi: int) -> Image.Image:
    page: Image.Image = pypdfium2.PdfDocument(layouts.draw(invoice))[0].render(scale=dpi / 72).to_pil().convert("L")
    return page.rotate(SKEW, resample=Image.Resampling.BICUBIC, fillcolor=244)


def _pictured(invoice: Invoice, grey: Image.Image) -> bytes:
    """A PDF of nothing but this image, with dust on it."""
    # Seeded noise: the same file each time, so that the demo built again is not a new document.
    dust = Image.frombytes("L", grey.size, random.Random(invoice.number).randbytes(grey.width * grey.height))  # noqa: S311  # nosec B311
    picture = BytesIO()
    Image.blend(grey, dust, 0.11).save(picture, "JPEG", quality=46)
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    picture.seek(0)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def encrypted(invoice: Invoice) -> bytes:
    """A PDF that opens only with a password that the sender forgot to send."""
    return layouts.draw(invoice, password=PASSWORD)


def portal_page(invoice: Invoice) -> bytes:
    """What a vendor's portal hands out when the session has ended: a web page that calls itself a PDF."""
    return (
        f"<!DOCTYPE html><html><head><title>{invoice.vendor.name}</title></head><body>"
        f"<h1>Session expired</h1><p>Sign in again to download {invoice.number}.</p></body></html>\n"
    ).encode()


def empty(invoice: Invoice) -> bytes:
    """An attachment that got lost on the way."""
    return b""


WRITERS: dict[str, Callable[[Invoice], bytes]] = {
    "hybrid-pdf": hybrid,
    "pdf-text": layouts.draw,
    "pdf-scan": scan,
    "pdf-fax": fax,
    "xml-cii": xml_cii.write,
    "xml-ubl": xml_ubl.write,
    "pdf-encrypted": encrypted,
    "portal-page": portal_page,
    "empty": empty,
}


def _timeless(pdf: bytes, day: date) -> bytes:
    """Put the invoice's date for the moments of writing; lengths stay, so the offsets hold."""
    pdf = re.sub(rb"(D:|D\\072)\d{14}", rb"\g<1>" + f"{day:%Y%m%d}080000".encode(), pdf)
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", f"{day:%Y-%m-%d}T08:00:00".encode(), pdf)
