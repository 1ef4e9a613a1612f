"""A service company's paper: soft cards, a bar of colour on top, the total large."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, VERA, WHITE, WIDTH, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 16.0, 194.0
COLUMNS = (
    Column("description", 16, 92),
    Column("quantity", 92, 108, "right"),
    Column("unit", 108, 124),
    Column("price", 124, 160, "right"),
    Column("total", 160, 194, "right"),
)
CARD = "#f1f6f5"


def draw(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    look = Look(
        face=VERA, size=7.8, head_ink=vendor.ink, head_capitals=True, head_rule=vendor.accent, row=8,
        rule="#e3ebea",
        bold=frozenset({"total"}),
    )  # fmt: skip
    _head(sheet, printed)
    _card_row(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _head(sheet, printed)
        return 48

    y = draw_table(sheet, printed, COLUMNS, look, top=110, bottom=228, new_page=new_page)
    height = 13 + 6 * len(printed.sums)
    sheet.box(112, y + 5, RIGHT - 112, height, fill=CARD, radius=3)
    draw_sums(
        sheet, printed, left=118, right=RIGHT - 5, top=y + 13, face=VERA, size=8.4, leading=6,
        rule=vendor.accent
    )  # fmt: skip
    y += 13
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y, sheet.wrap(sentence, 88, font=VERA.plain, size=7.6), font=VERA.plain, size=7.6) + 2
    _foot(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(0, 0, WIDTH, 5, fill=vendor.accent)
    sheet.box(0, 5, WIDTH, 1.6, fill=vendor.ink)
    marks.snowflake(sheet, 26, 24, vendor.ink, vendor.accent)
    sheet.text(40, 23.5, vendor.name, font=VERA.bold, size=13.5, ink=vendor.ink)
    sheet.text(40, 29.5, f"{', '.join(printed.sender)} · {vendor.phone}", font=VERA.plain, size=7.2, ink=GREY)
    sheet.text(RIGHT, 26, printed.title, font=VERA.plain, size=20, ink=vendor.accent, align="right")


def _card_row(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(LEFT, 42, 84, 56, fill=CARD, radius=3)
    sheet.text(22, 50, printed["to"], font=VERA.bold, size=7.2, ink=vendor.ink)
    sheet.stack(22, 57, printed.recipient, font=VERA.plain, size=9.4, leading=5.2)
    sheet.text(22, 92, f"{vendor.tax_label} {printed.invoice.buyer.vat_id}", font=VERA.plain, size=7.2, ink=GREY)
    sheet.box(106, 42, 88, 56, fill=vendor.ink, radius=3)
    y = 52.0
    for label, value in printed.facts:
        sheet.text(112, y, label, font=VERA.plain, size=7.8, ink="#cfe5e3")
        sheet.text(188, y, value, font=VERA.bold, size=8.6, ink=WHITE, align="right")
        y += 8
    sheet.text(112, 92, printed["gross"], font=VERA.plain, size=7.8, ink="#cfe5e3")
    sheet.text(188, 92, printed.sums[-1][1], font=VERA.bold, size=12, ink=WHITE, align="right")


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(LEFT, 266, RIGHT - LEFT, 20, fill=CARD, radius=3)
    sheet.stack(22, 272.5, printed.bank, font=VERA.plain, size=7.6, leading=4.6)
    sheet.stack(118, 272.5, [printed.tax_id, vendor.register, vendor.mail], font=VERA.plain, size=7.6, leading=4.6)
    if sheet.pages > 1:
        sheet.text(
            RIGHT,
            291,
            printed.page(sheet.page, sheet.pages),
            font=VERA.plain,
            size=7,
            ink=GREY,
            align="right",
        )
