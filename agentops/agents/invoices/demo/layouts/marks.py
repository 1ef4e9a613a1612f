"""The companies' marks, drawn as vector shapes."""

from math import cos, pi, sin

from agentops.agents.invoices.demo.layouts.sheet import WHITE, Sheet


def _ring(x: float, y: float, radius: float, corners: int, turn: float = 0.0) -> list[tuple[float, float]]:
    return [
        (x + radius * sin(turn + 2 * pi * at / corners), y - radius * cos(turn + 2 * pi * at / corners))
        for at in range(corners)
    ]


def compass(sheet: Sheet, x: float, y: float, ink: str, accent: str) -> None:
    """Nordwind: a hexagon with a course drawn through it."""
    sheet.stroke([*_ring(x, y, 8.5, 6), (x, y - 8.5)], ink=ink, weight=2.6)
    sheet.stroke([(x - 3.6, y + 4.4), (x - 3.6, y - 4.0), (x + 3.6, y + 4.0)], ink=ink, weight=2.6)
    sheet.stroke([(x + 3.6, y + 4.0), (x + 3.6, y - 4.4)], ink=accent, weight=2.6)


def carton(sheet: Sheet, x: float, y: float, ink: str, accent: str) -> None:
    """Falkenhain: an open box seen from the corner."""
    sheet.shape([(x - 9, y - 3), (x, y + 1), (x, y + 10), (x - 9, y + 6)], fill=ink)
    sheet.shape([(x + 9, y - 3), (x, y + 1), (x, y + 10), (x + 9, y + 6)], fill=ink, alpha=0.72)
    sheet.shape([(x - 9, y - 3), (x - 12, y - 7), (x - 3, y - 3.6), (x, y + 1)], fill=accent)
    sheet.shape([(x + 9, y - 3), (x + 12, y - 7), (x + 3, y - 3.6), (x, y + 1)], fill=accent, alpha=0.8)


def bolt(sheet: Sheet, x: float, y: float, ink: str, accent: str) -> None:
    """Brückner: a flash in a disc."""
    sheet.disc(x, y, 8, fill=accent)
    sheet.shape(
        [(x + 1.6, y - 6.5), (x - 4.0, y + 1.2), (x - 0.4, y + 1.2), (x - 1.6, y + 6.5), (x + 4.0, y - 1.4),
        (x + 0.4, y - 1.4)],
        fill=ink,
    )  # fmt: skip


def sprig(sheet: Sheet, x: float, y: float, ink: str, accent: str) -> None:
    """The fine food houses: leaves left and right of a stem, in a double ring."""
    sheet.disc(x, y, 10.5, ink=accent, weight=1.1)
    sheet.disc(x, y, 9.6, ink=accent, weight=0.4)
    sheet.stroke([(x, y + 6.5), (x, y - 6)], ink=ink, weight=1)
    for rise in (3.5, 0.2, -3.1):
        for side in (-1, 1):
            tip = (x + side * 5.2, y + rise - 3.4)
            sheet.shape(
                [(x, y + rise), (x + side * 2.2, y + rise - 3.3), tip, (x + side * 3.4, y + rise - 0.4)],
                fill=ink,
            )


def monogram(sheet: Sheet, x: float, y: float, letters: str, ink: str, accent: str) -> None:
    """Two letters in a square frame, as old firms have it."""
    sheet.box(x - 8, y - 8, 16, 16, ink=ink, weight=1.2)
    sheet.box(x - 6.9, y - 6.9, 13.8, 13.8, ink=accent, weight=0.5)
    sheet.text(x, y + 2.6, letters, font="Times-Bold", size=20, ink=ink, align="middle")


def peak(sheet: Sheet, x: float, y: float, accent: str) -> None:
    """Bluepeak: two summits over a cloud line."""
    sheet.shape([(x - 9, y + 6), (x - 2, y - 7), (x + 5, y + 6)], fill=WHITE)
    sheet.shape([(x - 1, y + 6), (x + 5, y - 3), (x + 11, y + 6)], fill=accent)
    sheet.box(x - 11, y + 7, 24, 1.6, fill=WHITE, radius=0.8)


def aperture(sheet: Sheet, x: float, y: float, accent: str) -> None:
    """Lichtwerk: the blades of a lens."""
    outer, inner = _ring(x, y, 9.5, 6), _ring(x, y, 4, 6, pi / 6)
    for at in range(6):
        fill = WHITE if at % 2 else accent
        sheet.shape([outer[at], outer[(at + 1) % 6], inner[at]], fill=fill)


def balance(sheet: Sheet, x: float, y: float, accent: str) -> None:
    """Alpentor: a square gate with a beam in balance."""
    sheet.box(x, y, 15, 15, fill=accent)
    sheet.stroke([(x + 2.5, y + 5.2), (x + 12.5, y + 5.2)], ink=WHITE, weight=2)
    sheet.stroke([(x + 7.5, y + 5.2), (x + 7.5, y + 12.5)], ink=WHITE, weight=2)
    sheet.shape([(x + 2.2, y + 8.6), (x + 5.2, y + 8.6), (x + 3.7, y + 5.6)], fill=WHITE)
    sheet.shape([(x + 9.8, y + 8.6), (x + 12.8, y + 8.6), (x + 11.3, y + 5.6)], fill=WHITE)


def snowflake(sheet: Sheet, x: float, y: float, ink: str, accent: str) -> None:
    """Van der Meulen: a snow crystal with one warm arm."""
    for at, (tip_x, tip_y) in enumerate(_ring(x, y, 8.5, 6)):
        colour = accent if at == 1 else ink
        sheet.stroke([(x, y), (tip_x, tip_y)], ink=colour, weight=2)
        turn = 2 * pi * at / 6
        for bend in (-0.5, 0.5):
            foot = (x + 5 * sin(turn), y - 5 * cos(turn))
            end = (foot[0] + 3.2 * sin(turn + bend), foot[1] - 3.2 * cos(turn + bend))
            sheet.stroke([foot, end], ink=colour, weight=1.4)


def drop(sheet: Sheet, x: float, y: float, ink: str, accent: str) -> None:
    """The southern producers: a fruit with its leaf."""
    sheet.disc(x, y + 1.5, 7, fill=ink)
    sheet.disc(x - 2.3, y - 0.6, 1.5, fill=WHITE)
    sheet.shape([(x, y - 5), (x + 3, y - 9.5), (x + 8.5, y - 9.5), (x + 5, y - 5.6)], fill=accent)
    sheet.stroke([(x, y - 4.6), (x - 1.2, y - 8.4)], ink=accent, weight=1.6)
