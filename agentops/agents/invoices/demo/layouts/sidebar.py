"""A young company's paper: a coloured column with everything about it, the invoice in the white beside it."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, HEIGHT, VERA, WHITE, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

EDGE, LEFT, RIGHT = 58.0, 68.0, 196.0
COLUMNS = (
    Column("description", 68, 127),
    Column("quantity", 127, 140, "right"),
    Column("unit", 140, 154),
    Column("price", 154, 176, "right"),
    Column("total", 176, 196, "right"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    look = Look(face=VERA, size=7.4, head_fill=vendor.ink, head_ink=WHITE, zebra="#f3f5fa", rule="", row=7.6)
    _column(sheet, printed)
    _top(sheet, printed)

    def new_page() -> float:
        sheet.turn()
        _column(sheet, printed)
        return 24

    y = draw_table(sheet, printed, COLUMNS, look, top=114, bottom=238, new_page=new_page)
    y = draw_sums(
        sheet, printed, left=122, right=RIGHT - 3, top=y + 10, face=VERA, size=8.2, leading=6,
        fill=vendor.accent,
        fill_ink="#12203f",
    )  # fmt: skip
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y + 3, sheet.wrap(sentence, 126, font=VERA.plain, size=7.6), font=VERA.plain, size=7.6)


def _column(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(0, 0, EDGE, HEIGHT, fill=vendor.ink)
    sheet.shape([(0, 250), (EDGE, 214), (EDGE, HEIGHT), (0, HEIGHT)], fill=WHITE, alpha=0.06)
    sheet.shape([(0, 276), (EDGE, 252), (EDGE, HEIGHT), (0, HEIGHT)], fill=WHITE, alpha=0.07)
    if vendor.currency == "USD":
        marks.peak(sheet, 24, 24, vendor.accent)
    else:
        marks.aperture(sheet, 22, 24, vendor.accent)
    y = sheet.stack(
        12,
        46,
        sheet.wrap(vendor.name, 40, font=VERA.bold, size=13),
        font=VERA.bold,
        size=13,
        leading=6,
        ink=WHITE,
    )
    y = sheet.stack(
        12,
        y,
        sheet.wrap(vendor.tagline, 40, font=VERA.italic, size=7.4),
        font=VERA.italic,
        size=7.4,
        ink=vendor.accent,
    )
    address = [line for part in printed.sender for line in sheet.wrap(part, 42, font=VERA.plain, size=7.2)]
    contact = [*address, vendor.phone, vendor.mail, "", printed.tax_id]
    y = sheet.stack(12, y + 8, contact, font=VERA.plain, size=6.9, leading=4.2, ink=WHITE)
    sheet.text(12, y + 10, printed["bank"], font=VERA.bold, size=8, ink=vendor.accent)
    bank = [vendor.bank, "IBAN", printed.iban, f"BIC {vendor.bic}"]
    sheet.stack(12, y + 15.5, bank, font=VERA.plain, size=6.8, leading=4.2, ink=WHITE)
    register = sheet.wrap(vendor.register, 40, font=VERA.plain, size=6.2)
    sheet.stack(12, 280, register, font=VERA.plain, size=6.2, leading=3.4, ink="#c9d3ea")
    sender = f"{vendor.name} · {' · '.join(printed.sender)}"
    sheet.text(LEFT, 288, sender, font=VERA.plain, size=6.2, ink=GREY)
    if sheet.pages > 1:
        sheet.text(
            RIGHT,
            288,
            printed.page(sheet.page, sheet.pages),
            font=VERA.plain,
            size=7,
            ink=GREY,
            align="right",
        )


def _top(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.text(LEFT, 31, printed.title, font=VERA.bold, size=25, ink=vendor.ink)
    sheet.text(LEFT, 46, printed["to"], font=VERA.bold, size=7.6, ink=vendor.ink)
    sheet.stack(LEFT, 51.5, printed.recipient, font=VERA.plain, size=8.8, leading=4.8)
    y = 76.0
    for label, value in printed.facts:
        sheet.text(LEFT, y, label, font=VERA.plain, size=8, ink=GREY)
        sheet.text(LEFT + 44, y, value, font=VERA.bold, size=8.2)
        y += 6.2
    sheet.box(150, 68, 46, 25, fill="#f3f5fa", radius=2)
    sheet.text(173, 76, printed["gross"], font=VERA.plain, size=7.6, ink=GREY, align="middle")
    sheet.text(173, 85.5, printed.sums[-1][1], font=VERA.bold, size=13.5, ink=vendor.ink, align="middle")
