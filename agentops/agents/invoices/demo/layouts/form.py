"""A southern producer's paper: a printed form whose every cell names what stands in it."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, SANS, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 14.0, 196.0
COLUMNS = (
    Column("pos", 14, 24, "middle"),
    Column("description", 24, 104),
    Column("unit", 104, 118, "middle"),
    Column("quantity", 118, 136, "right"),
    Column("price", 136, 166, "right"),
    Column("total", 166, 196, "right"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    look = Look(size=8.6, head_fill=vendor.ink, head_ink="#ffffff", grid="#b9b9b9", row=6.8)
    _head(sheet, printed)
    _cells(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _head(sheet, printed)
        return 52

    draw_table(sheet, printed, COLUMNS, look, top=104, bottom=212, new_page=new_page)
    _sums(sheet, printed)
    y = 250.0
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y, sheet.wrap(sentence, 176, size=8.4), size=8.4)
    _foot(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    marks.drop(sheet, 25, 25, vendor.ink, vendor.accent)
    sheet.text(40, 21.5, vendor.name, font=SANS.bold, size=16, ink=vendor.ink)
    sheet.text(40, 27, vendor.tagline, font=SANS.italic, size=9.5, ink=GREY)
    sheet.text(40, 32, f"{', '.join(printed.sender)} · {vendor.phone}", size=8, ink=GREY)
    sheet.text(40, 36, f"{printed.tax_id} · {vendor.mail}", size=8, ink=GREY)
    sheet.text(RIGHT, 25, printed.title.upper(), font=SANS.bold, size=18, ink=vendor.ink, align="right")


def _cells(sheet: Sheet, printed: Printed) -> None:
    buyer = printed.invoice.buyer
    sheet.box(108, 43, 88, 31, ink="#b9b9b9", radius=1.5)
    sheet.text(111, 47.5, printed["to"], size=7, ink=GREY)
    sheet.stack(111, 53, [*printed.recipient, buyer.vat_id], size=9.6, leading=4.6)
    width = (RIGHT - LEFT) / 4
    for at, (label, value) in enumerate(printed.facts):
        x = LEFT + at * width
        sheet.box(x, 83, width, 13, ink="#b9b9b9")
        sheet.text(x + 2, 87, label, size=7, ink=GREY)
        sheet.text(x + 2, 93, value, font=SANS.bold, size=10)


def _sums(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sums = printed.sums
    width = (RIGHT - LEFT) / len(sums)
    for at, (label, amount) in enumerate(sums):
        x, last = LEFT + at * width, at == len(sums) - 1
        sheet.box(x, 222, width, 17, ink=vendor.ink, fill=vendor.accent if last else "", weight=0.7)
        sheet.text(x + 3, 227.5, label, size=8, ink="#3a3a3a" if last else GREY)
        size = 13 if last else 11
        sheet.text(x + width - 3, 235.5, amount, font=SANS.bold, size=size, align="right")


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.rule(LEFT, 268, RIGHT, ink=vendor.ink, weight=1.2)
    sheet.text(LEFT, 273.5, printed["bank"], font=SANS.bold, size=8)
    sheet.text(LEFT, 278, " · ".join(printed.bank), size=8)
    sheet.text(LEFT, 283, f"{vendor.name} · {vendor.register}", size=7.4, ink=GREY)
    sheet.text(RIGHT, 283, printed.page(sheet.page, sheet.pages), size=7.4, ink=GREY, align="right")
