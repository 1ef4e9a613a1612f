"""A fine house's paper: a band of colour with the mark in it, serif type, much air."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, SERIF, WHITE, WIDTH, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 22.0, 188.0
COLUMNS = (
    Column("description", 22, 92),
    Column("quantity", 92, 107, "right"),
    Column("unit", 107, 121),
    Column("tax_rate", 121, 136, "right"),
    Column("price", 136, 164, "right"),
    Column("total", 164, 188, "right"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    look = Look(
        face=SERIF, size=9.6, head_rule=vendor.accent, head_ink=vendor.ink, row=7.6, pad=0.8, rule="#e6dfd2",
        bare=True,
    )  # fmt: skip
    _band(sheet, printed)
    _who(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _band(sheet, printed)
        return 62

    y = draw_table(sheet, printed, COLUMNS, look, top=121, bottom=232, new_page=new_page)
    y = draw_sums(
        sheet, printed, left=118, right=RIGHT - 3, top=y + 10, face=SERIF, size=10, leading=6, fill=vendor.ink
    )  # fmt: skip
    for sentence in printed.closing:
        y = sheet.stack(
            LEFT, y + 3, sheet.wrap(sentence, 166, font=SERIF.italic, size=10), font=SERIF.italic, size=10,
        )  # fmt: skip
    _foot(sheet, printed)


def _band(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(0, 0, WIDTH, 38, fill=vendor.ink)
    sheet.rule(0, 39, WIDTH, ink=vendor.accent, weight=1.2)
    sheet.disc(36, 19, 12, fill=WHITE)
    marks.sprig(sheet, 36, 19, vendor.ink, vendor.accent)
    size = 25 if len(vendor.name) < 22 else 18
    sheet.text(56, 20, vendor.name, font=SERIF.plain, size=size, ink=WHITE)
    sheet.text(56.5, 27.5, vendor.tagline, font=SERIF.italic, size=11, ink="#f0e6d2")


def _who(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    house = [*printed.sender, vendor.phone, vendor.mail, printed.tax_id]
    sheet.stack(LEFT, 51, house, font=SERIF.plain, size=9.2, leading=4.3, ink=GREY)
    sheet.text(118, 51, printed["to"], font=SERIF.italic, size=9.5, ink=vendor.ink)
    sheet.stack(118, 56.5, printed.recipient, font=SERIF.plain, size=11, leading=5)
    sheet.text(LEFT, 92, printed.title, font=SERIF.italic, size=26, ink=vendor.ink)
    step = (RIGHT - LEFT) / 4
    for at, (label, value) in enumerate(printed.facts):
        x = LEFT + at * step
        sheet.text(x, 102, label, font=SERIF.italic, size=9, ink=GREY)
        sheet.text(x, 107.5, value, font=SERIF.bold, size=11)
    sheet.rule(LEFT, 112, RIGHT, ink=vendor.accent, weight=0.6)


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.rule(60, 270, 150, ink=vendor.accent, weight=0.8)
    sheet.text(105, 275, " · ".join(printed.bank), font=SERIF.plain, size=8.6, align="middle")
    sheet.text(
        105,
        280,
        f"{vendor.name} · {vendor.register} · {printed.tax_id}",
        font=SERIF.plain,
        size=8.2,
        ink=GREY,
        align="middle",
    )
    sheet.text(105, 288, printed.page(sheet.page, sheet.pages), font=SERIF.italic, size=8.5, ink=GREY, align="middle")
