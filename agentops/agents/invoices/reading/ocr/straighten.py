"""How far a page's base lines lean, by the angle at which its ink falls into the sharpest rows."""

from __future__ import annotations

import cv2
import numpy as np

MOST = 12.0  # degrees: more is not a page laid down askew
LEAST = 0.08
COARSE, FINE = 500, 1200  # pixels of the longest side that are looked at


def lean(page: np.ndarray) -> float:
    """Degrees by which the grey page leans; positive falls to the right."""
    coarse = _ink(page, COARSE)
    if not coarse.any():
        return 0.0
    about = _sharpest(coarse, np.arange(-MOST, MOST + 0.1, 0.6))
    if abs(about) >= MOST:
        return 0.0
    fine = _sharpest(_ink(page, FINE), about + np.arange(-0.6, 0.61, 0.1))
    return fine if abs(fine) >= LEAST else 0.0


def turned(page: np.ndarray, degrees: float) -> np.ndarray:
    """The page turned about its middle so that what leans by `degrees` is level."""
    if not degrees:
        return page
    height, width = page.shape[:2]
    return cv2.warpAffine(page, _turn(width, height, degrees), (width, height), borderMode=cv2.BORDER_REPLICATE)


def back(points: np.ndarray, page: np.ndarray, degrees: float) -> np.ndarray:
    """Points of the levelled page, n x 2, in the page as it was."""
    height, width = page.shape[:2]
    matrix = _turn(width, height, -degrees)
    moved: np.ndarray = (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return moved


def _turn(width: int, height: int, degrees: float) -> np.ndarray:
    return cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)


def _ink(page: np.ndarray, side: int) -> np.ndarray:
    scale = min(1.0, side / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)


def _sharpest(ink: np.ndarray, angles: np.ndarray) -> float:
    sharpness = [_sharpness(ink, float(angle)) for angle in angles]
    return float(angles[int(np.argmax(sharpness))])


def _sharpness(ink: np.ndarray, degrees: float) -> float:
    height, width = ink.shape
    level = cv2.warpAffine(ink, _turn(width, height, degrees), (width, height), flags=cv2.INTER_NEAREST)
    rows = level.sum(axis=1, dtype=np.int64)
    return float(np.square(np.diff(rows)).sum())
