"""The OCR itself: text lines of one page image, by rapidocr's models that come with its wheel.

Only the OCR worker imports this file. Nothing here opens files or downloads: the models are read once, before
the walls stand, and handed over as bytes.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import onnxruntime
import rapidocr
from omegaconf import flag_override
from rapidocr import RapidOCR

from . import straighten

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
LONGEST_SIDE = 2000  # for finding text; it is read in the image's own resolution
TALL = 2.5  # of a box's width: text that runs up or down, and not a narrow figure
FEWEST_TURNED = 4
LOOKED_AT = 12  # lines asked whether the page is upside down
LEAST_SCORE = 0.5


def models() -> dict[str, bytes]:
    """The models' bytes by part."""
    folder = Path(rapidocr.__file__).parent / "models"
    return {part: (folder / name).read_bytes() for part, name in MODELS.items()}


class Engine:
    """Loaded models, with one thread until `load` gives them more."""

    def __init__(self, models: dict[str, bytes]) -> None:
        logging.disable(logging.CRITICAL)
        cv2.setNumThreads(1)
        # Narrow crops are not padded to the width of a line, which is a fifth of the work.
        shape = {"Rec.rec_img_shape": [3, 48, 96], "Rec.rec_batch_num": 4}
        params = {"Global.log_level": "critical", "Global.return_word_box": True, **shape}
        self._ocr = cast("Any", RapidOCR(params=params))
        with flag_override(self._ocr.cfg, "allow_objects", True):
            for part, data in models.items():
                self._ocr.cfg[part].session = _session(data, 1)
        self._find, self._side, self._text = (
            load() for load in (self._ocr._load_det_model, self._ocr._load_cls_model, self._ocr._load_rec_model)
        )

    def load(self, models: dict[str, bytes], threads: int) -> None:
        """Load the models again, with `threads` threads of their own."""
        for part, model in (("Det", self._find), ("Cls", self._side), ("Rec", self._text)):
            model.session.session = _session(models[part], threads)

    def look(self, page: np.ndarray) -> dict[str, Any]:
        """The lines of a grey page, height x width, in the upright and level page.

        `turn` is how far the page was turned left to be upright, `lean` by how many degrees it leaned then.
        """
        turn, (lean, boxes) = 0, self._found(page)
        if _run_sideways(boxes):
            turn, page = 90, np.ascontiguousarray(np.rot90(page))
            lean, boxes = self._found(page)
        boxes = [box for box in boxes if _height(box) < TALL * _width(box)]
        # Text is cut out of the page as it came: levelling blurs the smallest type.
        crops = [_crop(page, straighten.back(box, page, lean)) for box in boxes]
        if self._upside_down(crops):
            turn += 180
            size = np.array([page.shape[1], page.shape[0]], np.float32)
            boxes = [np.roll(size - box, 2, axis=0) for box in boxes]
            crops = [np.ascontiguousarray(np.rot90(crop, 2)) for crop in crops]
        return {"turn": turn, "lean": round(lean, 2), "lines": self._read(boxes, crops)}

    def _found(self, page: np.ndarray) -> tuple[float, list[np.ndarray]]:
        """How far the page leans, and where text stands on it once it is level."""
        lean = straighten.lean(page)
        return lean, self._boxes(cv2.cvtColor(straighten.turned(page, lean), cv2.COLOR_GRAY2BGR))

    def _boxes(self, image: np.ndarray) -> list[np.ndarray]:
        """Corners of the lines, clockwise from the top left, in the image's own pixels."""
        scale = min(1.0, LONGEST_SIDE / max(image.shape[:2]))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
        found = self._find(small).boxes
        return [] if found is None else [np.asarray(box, np.float32) / scale for box in found]

    def _upside_down(self, crops: list[np.ndarray]) -> bool:
        widest = sorted(crops, key=lambda crop: crop.shape[1] / crop.shape[0])[-LOOKED_AT:]
        if not widest:
            return False
        votes = self._side(widest).cls_res
        turned = [label for label, score in votes if score > 0.8]
        return turned.count("180") > 0.6 * len(turned)

    def _read(self, boxes: list[np.ndarray], crops: list[np.ndarray]) -> list[dict[str, Any]]:
        if not crops:
            return []
        read = self._ocr.recognize_txt(crops)
        found = zip(boxes, read.txts or (), read.scores or (), read.word_results or (), strict=True)
        return [
            {"box": [round(float(side), 1) for side in box.reshape(-1)], "text": text, "score": round(float(score), 4),
             **_places(text, info)}
            for box, text, score, info in found
            if text.strip() and score >= LEAST_SCORE
        ]  # fmt: skip


def rehearse(engine: Engine) -> None:
    """Read a small page of our own."""
    page = np.full((400, 400), 255, np.uint8)
    for line in range(3):
        cv2.putText(page, f"Sample {line} 12.50", (20, 100 + 100 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    engine.look(page)


def _session(data: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A thread that waits lets others work: on a busy machine that is faster, on an idle one it costs next to nothing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(data, sess_options=options, providers=["CPUExecutionProvider"])


def _places(text: str, info: Any) -> dict[str, Any]:
    """For each character that is no blank: the fraction of the line's width where its middle is, and its score."""
    columns = [column for word in info.word_cols for column in word]
    scores = [score for char, score in zip(text, info.confs, strict=False) if not char.isspace()]
    width = max(1.0, float(info.line_txt_len))
    return {
        "places": [round(min(1.0, (column + 0.5) / width), 4) for column in columns],
        "scores": [round(float(score), 3) for score in scores],
    }


def _run_sideways(boxes: list[np.ndarray]) -> bool:
    long = [box for box in boxes if max(_width(box), _height(box)) > TALL * min(_width(box), _height(box))]
    tall = [box for box in long if _height(box) > _width(box)]
    return len(tall) >= FEWEST_TURNED and len(tall) > 0.6 * len(long)


def _width(box: np.ndarray) -> float:
    return max(float(np.linalg.norm(box[0] - box[1])), float(np.linalg.norm(box[2] - box[3])), 1.0)


def _height(box: np.ndarray) -> float:
    return max(float(np.linalg.norm(box[0] - box[3])), float(np.linalg.norm(box[1] - box[2])), 1.0)


def _crop(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The line cut out and straightened."""
    width, height = max(1, int(_width(box))), max(1, int(_height(box)))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turned = cv2.getPerspectiveTransform(box.astype(np.float32), corners)
    line = cv2.warpPerspective(image, turned, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    return cv2.cvtColor(line, cv2.COLOR_GRAY2BGR)
