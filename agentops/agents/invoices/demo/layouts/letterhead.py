"""An old firm's paper: a centred letterhead over double rules, serif type, a boxed account at the end."""

from agentops.agents.invoices.demo.layouts import marks
from agentops.agents.invoices.demo.layouts.sheet import GREY, SERIF, Sheet
from agentops.agents.invoices.demo.layouts.table import Column, Look, draw_sums, draw_table
from agentops.agents.invoices.demo.printed import Printed

LEFT, RIGHT = 20.0, 190.0
COLUMNS = (
    Column("quantity", 20, 34, "middle"),
    Column("description", 34, 118),
    Column("unit", 118, 134),
    Column("price", 134, 162, "right"),
    Column("total", 162, 190, "right"),
)


def draw(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    look = Look(face=SERIF, size=10, head_rule=vendor.ink, head_ink=vendor.accent, row=7.2, rule="")
    _head(sheet, printed)
    _who(sheet, printed)

    def new_page() -> float:
        _foot(sheet, printed)
        sheet.turn()
        _head(sheet, printed)
        return 62

    y = draw_table(sheet, printed, COLUMNS, look, top=122, bottom=222, new_page=new_page)
    sheet.rule(LEFT, y + 2, RIGHT, ink=vendor.ink, weight=0.9)
    sheet.rule(LEFT, y + 2.9, RIGHT, ink=vendor.ink, weight=0.3)
    y = draw_sums(sheet, printed, left=130, right=RIGHT - 1.5, top=y + 11, face=SERIF, size=10.5, rule=vendor.ink)
    for sentence in printed.closing:
        y = sheet.stack(LEFT, y + 1, sheet.wrap(sentence, 165, font=SERIF.plain, size=10), font=SERIF.plain, size=10)
    _account(sheet, printed)
    _foot(sheet, printed)


def _head(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    letters = "".join(word[0] for word in vendor.name.replace("& ", "").split()[:2])
    marks.monogram(sheet, 105, 19, letters, vendor.ink, vendor.accent)
    sheet.text(105, 36.5, vendor.name, font=SERIF.bold, size=21, ink=vendor.ink, align="middle")
    sheet.text(105, 42, vendor.tagline, font=SERIF.italic, size=11, ink=vendor.accent, align="middle")
    sheet.text(
        105, 47.5, ", ".join([*printed.sender]) + f"  ·  {vendor.phone}  ·  {vendor.mail}", font=SERIF.plain,
        size=9,
        ink=GREY, align="middle",
    )  # fmt: skip
    sheet.rule(LEFT, 51, RIGHT, ink=vendor.ink, weight=0.3)
    sheet.rule(LEFT, 52, RIGHT, ink=vendor.ink, weight=1.1)


def _who(sheet: Sheet, printed: Printed) -> None:
    sheet.text(LEFT, 63, printed["to"], font=SERIF.italic, size=10, ink=GREY)
    sheet.stack(LEFT, 69, printed.recipient, font=SERIF.plain, size=11.5, leading=5.3)
    sheet.text(RIGHT, 66, printed.title.upper(), font=SERIF.bold, size=20, ink=printed.vendor.accent, align="right")
    y = 76.0
    for label, value in [*printed.facts, (printed.vendor.tax_label, printed.tax_id.split(" ")[-1])]:
        sheet.text(132, y, label, font=SERIF.plain, size=10.5, ink=GREY)
        sheet.text(RIGHT, y, value, font=SERIF.bold, size=10.5, align="right")
        y += 5.8


def _account(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.box(LEFT, 246, RIGHT - LEFT, 23, ink=vendor.ink, weight=0.6)
    sheet.text(LEFT + 4, 252, printed["bank"], font=SERIF.bold, size=10, ink=vendor.accent)
    sheet.stack(LEFT + 4, 257.5, [vendor.name, *printed.bank[:1]], font=SERIF.plain, size=10, leading=5)
    sheet.stack(104, 257.5, printed.bank[1:], font=SERIF.plain, size=10, leading=5)


def _foot(sheet: Sheet, printed: Printed) -> None:
    vendor = printed.vendor
    sheet.text(
        105,
        279,
        f"{vendor.register}  ·  {printed.tax_id}",
        font=SERIF.plain,
        size=8.5,
        ink=GREY,
        align="middle",
    )
    if sheet.pages > 1:
        sheet.text(
            105,
            285,
            printed.page(sheet.page, sheet.pages),
            font=SERIF.plain,
            size=8.5,
            ink=GREY,
            align="middle",
        )
