"""From a page as it is read (upright, straight, in points) to the page as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin


@dataclass(frozen=True, slots=True)
class Frame:
    """How a scan lies on its page: turned, leaning by `angle`, its base lines fanned out by `fan` per pixel."""

    width: float  # of the upright image, in pixels
    height: float
    turn: int = 0  # how far the shown page was turned left to be upright
    angle: float = 0.0  # radians; positive falls to the right
    fan: float = 0.0
    scale: float = 1.0  # points per pixel

    def straight(self, x: float, y: float) -> tuple[float, float]:
        """A pixel of the upright and level image, in points of the page as it is read."""
        x, y = x - self.width / 2, y - self.height / 2
        y -= self.fan * x * y
        return (x + self.width / 2) * self.scale, (y + self.height / 2) * self.scale

    def shown(self, x: float, y: float) -> tuple[float, float]:
        """The other way: a point of the page as read, in fractions of the page as shown."""
        x, y = x / self.scale - self.width / 2, y / self.scale - self.height / 2
        y /= max(0.2, 1 - self.fan * x)
        x, y = x * cos(self.angle) - y * sin(self.angle), y * cos(self.angle) + x * sin(self.angle)
        x, y = x / self.width + 0.5, y / self.height + 0.5
        return {0: (x, y), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[self.turn % 360]
