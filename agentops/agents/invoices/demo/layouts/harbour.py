"""A forwarder's paper: mark on the left, address on the right, thin rules, three columns at the foot."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, SANS, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 18.0, 192.0
COLUMNS = (
    Column("pos", 18, 27),
    Column("description", 27, 104),
    Column("quantity", 104, 122, "right"),
    Column("unit", 122, 138),
    Column("price", 138, 165, "right"),
    Column("total", 165, 192, "right"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    look = Look(size=8.8, head_rule=printed.vendor.ink, head_ink=printed.vendor.ink, row=7.4, pad=0.6)
    _head(sheet, printed)
    _addresses(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _head(sheet, printed)
        return 52

    y = draw_table(sheet, printed, COLUMNS, look, top=118, bottom=238, new_page=new_page)
    y = draw_sums(sheet, printed, left=126, right=RIGHT - 0.6, top=y + 9, size=9.2, rule=printed.vendor.ink)
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y + 2, sheet.wrap(sentence, 150))
    _foot(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    marks.compass(sheet, 26.5, 23, vendor.ink, vendor.accent)
    sheet.text(40, 22, vendor.name.split()[0].upper(), font=SANS.bold, size=19, ink=vendor.ink, spacing=0.8)
    sheet.text(40.3, 28, f"{vendor.tagline} GMBH", size=9.5, ink=vendor.ink, spacing=2.1)
    lines = [*printed.sender, vendor.phone, vendor.mail, printed.tax_id]
    sheet.text(RIGHT, 15, vendor.name, font=SANS.bold, size=8.5, align="right")
    sheet.stack(RIGHT, 19.2, lines, size=8.5, ink=GREY, align="right")
    sheet.rule(LEFT, 41, RIGHT, ink=vendor.accent, weight=1.4)


def _addresses(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.text(LEFT, 53, f"{vendor.name} · {' · '.join(printed.sender)}", size=6.8, ink=GREY)
    sheet.stack(LEFT, 60, printed.recipient, size=10.5, leading=5)
    sheet.text(LEFT, 104, printed.title, font=SANS.bold, size=19, ink=vendor.ink)
    y = 60.0
    for label, value in printed.facts:
        sheet.text(128, y, label, size=9, ink=GREY)
        sheet.text(RIGHT, y, value, font=SANS.bold, size=9.5, align="right")
        y += 5.8


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.rule(LEFT, 268, RIGHT, ink=vendor.ink, weight=0.8)
    sheet.stack(LEFT, 273, [vendor.name, *printed.sender], size=7.4, leading=3.7, ink=GREY)
    sheet.stack(82, 273, printed.bank, size=7.4, leading=3.7, ink=GREY)
    register = [vendor.register, printed.tax_id, vendor.mail]
    sheet.stack(RIGHT, 273, register, size=7.4, leading=3.7, ink=GREY, align="right")
    sheet.text(105, 289, printed.page(sheet.page, sheet.pages), size=7.4, ink=GREY, align="middle")
