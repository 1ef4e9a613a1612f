"""A trading house's paper after DIN 5008: address window, reference block, a full grid that carries over."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, SANS, SERIF, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 25.0, 190.0
COLUMNS = (
    Column("pos", 25, 35, "middle"),
    Column("description", 35, 106),
    Column("quantity", 106, 121, "right"),
    Column("unit", 121, 134),
    Column("price", 134, 162, "right"),
    Column("total", 162, 190, "right"),
)
INK = "#9aa59c"


def draw(sheet: Sheet, printed: Printed) -> None:
    look = Look(size=8.2, row=6, grid=INK, head_fill="#e8eee9", head_ink=printed.vendor.ink, carry=True)
    _head(sheet, printed)
    _window(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _head(sheet, printed)
        sheet.text(LEFT, 47, f"{printed.title} {printed.number}", font=SANS.bold, size=10)
        sheet.text(RIGHT, 47, printed.issued, size=9, align="right")
        return 52

    y = draw_table(sheet, printed, COLUMNS, look, top=124, bottom=252, new_page=new_page)
    if y > 222:
        y = new_page()
    y = draw_sums(
        sheet, printed, left=131, right=RIGHT - 1.5, top=y + 8, size=8.8, leading=5.2, rule=printed.vendor.ink
    )
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y + 1.5, sheet.wrap(sentence, 160, size=8.8), size=8.8)
    _foot(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    marks.carton(sheet, 178, 18, vendor.ink, vendor.accent)
    name, *rest = vendor.name.split(" ", 1)
    sheet.text(LEFT, 22, name, font=SERIF.bold, size=25, ink=vendor.ink)
    sheet.text(LEFT, 28, " ".join(rest), font=SERIF.plain, size=11, ink=vendor.ink)
    sheet.text(LEFT, 33.5, vendor.tagline, font=SERIF.italic, size=9.5, ink=vendor.accent)
    sheet.rule(LEFT, 37, RIGHT, ink=vendor.ink, weight=0.6)


def _window(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.text(LEFT, 49, f"{vendor.name}, {', '.join(printed.sender)}", size=6.6, ink=GREY)
    sheet.rule(LEFT, 50.2, 110, ink=GREY, weight=0.3)
    sheet.stack(LEFT, 57, printed.recipient, size=10.5, leading=5)
    y = 53.0
    for label, value in [*printed.facts, (printed["customer"], "10 4417")]:
        sheet.text(126, y, f"{label}:", size=8.8)
        sheet.text(160, y, value, font=SANS.bold, size=8.8)
        y += 5.2
    sheet.stack(126, y + 2, [vendor.phone, vendor.mail], size=8, ink=GREY)
    sheet.text(LEFT, 105, f"{printed.title} {printed.number}", font=SANS.bold, size=14, ink=vendor.ink)
    sheet.text(LEFT, 113, "Sehr geehrte Damen und Herren, wir berechnen Ihnen wie folgt:", size=9)
    sheet.stroke([(7, 105), (11, 105)], ink=GREY, weight=0.3)  # where the letter is folded


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.rule(LEFT, 268, RIGHT, ink=INK, weight=0.5)
    sheet.stack(LEFT, 272.5, [vendor.name, *printed.sender], size=6.9, leading=3.4, ink=GREY)
    sheet.stack(92, 272.5, [vendor.register, printed.tax_id], size=6.9, leading=3.4, ink=GREY)
    sheet.stack(145, 272.5, printed.bank, size=6.9, leading=3.4, ink=GREY)
    sheet.text(RIGHT, 289, printed.page(sheet.page, sheet.pages), size=7.5, align="right")
