"""A Swiss company's paper: strict columns, much white, and the payment part with its code at the foot."""

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import BLACK, GREY, SANS, WHITE, WIDTH, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT, CUT = 25.0, 190.0, 192.0
COLUMNS = (
    Column("description", 25, 100),
    Column("quantity", 100, 115, "right"),
    Column("unit", 118, 134),
    Column("price", 134, 162, "right"),
    Column("total", 162, 190, "right"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    look = Look(size=8.8, head_rule=BLACK, row=6.4, pad=0, rule="#e4e4e4")
    _head(sheet, printed)
    sheet.stack(118, 52, printed.recipient, size=10.5, leading=4.9)
    sheet.text(LEFT, 88, f"{printed.title} {printed.number}", font=SANS.bold, size=16)
    step = (RIGHT - LEFT) / 4
    for at, (label, value) in enumerate(printed.facts):
        sheet.text(LEFT + at * step, 97, label, size=7.4, ink=GREY)
        sheet.text(LEFT + at * step, 102, value, font=SANS.bold, size=9.4)

    def new_page() -> float:
        sheet.turn()
        _head(sheet, printed)
        return 44

    y = draw_table(sheet, printed, COLUMNS, look, top=110, bottom=156, new_page=new_page)
    y = draw_sums(sheet, printed, left=118, right=RIGHT, top=y + 7, leading=5, rule=BLACK)
    sheet.text(LEFT, CUT - 7, printed.closing[0], size=8, ink=GREY)
    for at, note in enumerate(printed.closing[1:]):
        sheet.text(LEFT, CUT - 16 + 4 * at, note, size=8)
    _payment_part(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    marks.balance(sheet, LEFT, 16, vendor.accent)
    sheet.text(45, 23, vendor.name, font=SANS.bold, size=15)
    sheet.text(45, 29, vendor.tagline, size=9, ink=GREY)
    lines = [*printed.sender, vendor.phone, vendor.mail, f"{vendor.tax_label} {vendor.vat_id}"]
    sheet.stack(RIGHT, 18, lines, size=8, leading=3.9, ink=GREY, align="right")


def _payment_part(sheet: Sheet, printed: Printed) -> None:
    vendor, invoice = printed.vendor, printed.invoice
    sheet.rule(0, CUT, WIDTH, ink=BLACK, weight=0.4)
    sheet.stroke([(62, CUT), (62, 297)], ink=BLACK, weight=0.4)
    sheet.text(5, 200, "Empfangsschein", font=SANS.bold, size=11)
    sheet.text(67, 200, "Zahlteil", font=SANS.bold, size=11)
    payee = [printed.iban, vendor.name, *printed.sender]
    payer = [invoice.buyer.name, invoice.buyer.street, f"{invoice.buyer.postcode} {invoice.buyer.town}"]
    _labelled(sheet, 5, 206, "Konto / Zahlbar an", payee, size=7.6)
    _labelled(sheet, 5, 232, "Zahlbar durch", payer, size=7.6)
    _labelled(sheet, 118, 199, "Konto / Zahlbar an", payee, size=9)
    _labelled(sheet, 118, 224, "Zusätzliche Informationen", [f"{printed.title} {printed.number}"], size=9)
    _labelled(sheet, 118, 236, "Zahlbar durch", payer, size=9)
    for x in (5, 67):
        _labelled(sheet, x, 272, "Währung", [invoice.currency], size=9)
        _labelled(sheet, x + 17, 272, "Betrag", [printed.amount(invoice.gross)], size=9)
    _code(sheet, printed)


def _labelled(sheet: Sheet, x: float, y: float, label: str, lines: list[str], *, size: float) -> None:
    sheet.text(x, y, label, font=SANS.bold, size=size - 1.6)
    sheet.stack(x, y + 4, lines, size=size, leading=3.9)


def _code(sheet: Sheet, printed: Printed) -> None:
    """The square code, with the cross in its middle."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(f"SPC|0200|1|{printed.invoice.iban}|{printed.vendor.name}|{printed.number}")
    code.make()
    count = code.getModuleCount()
    side = 46 / count
    for row in range(count):
        for column in range(count):
            if code.isDark(row, column):
                sheet.box(67 + column * side, 207 + row * side, side + 0.02, side + 0.02, fill=BLACK)
    sheet.box(86.5, 226.5, 7, 7, fill=BLACK, ink=WHITE, weight=1)
    sheet.box(89.4, 227.8, 1.2, 4.4, fill=WHITE)
    sheet.box(87.8, 229.4, 4.4, 1.2, fill=WHITE)
