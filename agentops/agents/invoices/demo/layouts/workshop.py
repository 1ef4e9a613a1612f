"""A craftsman's paper: big name, a yellow edge, everything in one typewriter face."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, HEIGHT, MONO, SANS, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 24.0, 190.0
COLUMNS = (
    Column("quantity", 24, 42, "right"),
    Column("unit", 42, 57),
    Column("description", 57, 132),
    Column("price", 132, 161, "right", "Preis EUR"),
    Column("total", 161, 190, "right", "Summe EUR"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    look = Look(face=MONO, size=8.6, rule="", head_rule=vendor.ink, row=6.2)
    _head(sheet, printed)
    sheet.stack(LEFT, 60, printed.recipient, font=MONO.plain, size=10, leading=5)
    sheet.text(LEFT, 98, printed.title.upper(), font=SANS.bold, size=17, spacing=3)
    _facts(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _head(sheet, printed)
        return 58

    y = draw_table(sheet, printed, COLUMNS, look, top=126, bottom=236, new_page=new_page)
    sheet.rule(LEFT, y + 1.5, RIGHT, ink=vendor.ink, weight=0.9)
    y = draw_sums(sheet, printed, left=112, right=RIGHT - 1.5, top=y + 8, face=MONO, size=9, rule=vendor.ink)
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y + 2.5, sheet.wrap(sentence, 160, font=MONO.plain, size=8.6), font=MONO.plain, size=8.6)
    _foot(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(0, 0, 9, HEIGHT, fill=vendor.accent)
    marks.bolt(sheet, 33, 24, vendor.ink, vendor.accent)
    sheet.text(46, 24, vendor.name, font=SANS.bold, size=20)
    sheet.text(46, 30, vendor.tagline, size=10, ink=GREY)
    sheet.stack(RIGHT, 36.5, [f"{' · '.join(printed.sender)} · {vendor.phone}"], size=8, ink=GREY, align="right")
    sheet.rule(24, 40, RIGHT, ink=vendor.ink, weight=1.6)


def _facts(sheet: Sheet, printed: Printed) -> None:
    y = 106.0
    pairs = printed.facts
    for at, (label, value) in enumerate(pairs):
        x = LEFT if at % 2 == 0 else 112
        sheet.text(x, y, f"{label}:", font=MONO.plain, size=9)
        sheet.text(x + 36, y, value, font=MONO.bold, size=9)
        y += 5.4 if at % 2 else 0


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.rule(24, 272, RIGHT, ink=vendor.ink, weight=0.6)
    sheet.text(LEFT, 277, " · ".join(printed.bank), font=MONO.plain, size=7.6)
    sheet.text(LEFT, 281.5, f"{printed.tax_id} · {vendor.register} · {vendor.mail}", font=MONO.plain, size=7.6)
    if sheet.pages > 1:
        sheet.text(RIGHT, 288, printed.page(sheet.page, sheet.pages), font=MONO.plain, size=7.6, align="right")
