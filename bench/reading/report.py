"""What the measurements come to, as numbers and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from .meter import Taken

TARGETS = {"xml-cii": "under 50 ms", "xml-ubl": "under 50 ms", "hybrid-pdf": "under 200 ms a page",
           "pdf-text": "under 200 ms a page", "pdf-scan": "ratio under 1.2", "image": "ratio under 1.2"}  # fmt: skip


def summary(taken: Sequence[Taken], processes: dict[str, float]) -> dict[str, Any]:
    """By kind: p50 and p95 in milliseconds, peak memory in megabytes, the ratio of medians to the bare library's."""
    kinds = sorted({one.kind for one in taken}, key=[*TARGETS].index)
    return {
        "kinds": {kind: _of([one for one in taken if one.kind == kind]) for kind in kinds},
        "processes_mb": {name: round(size, 1) for name, size in processes.items()},
        "sandbox": sorted({one.level for one in taken}),
    }


def _of(taken: list[Taken]) -> dict[str, Any]:
    alone = [one.bare for one in taken if one.bare is not None]
    whole = [one.whole for one in taken]
    return {
        "documents": len({one.name for one in taken}),
        "readings": len(taken),
        "errors": sum(one.error is not None for one in taken),
        "document_ms": _p50_and_p95(whole),
        "page_ms": _p50_and_p95([one.whole / one.pages for one in taken]),
        "child_cpu_ms": _p50_and_p95([one.cpu for one in taken]),
        "child_peak_mb": max(one.peak for one in taken),
        "bare_ms": _p50_and_p95(alone) if alone else None,
        "ratio": round(median(whole) / median(alone), 2) if alone else None,
    }


def _p50_and_p95(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [round(median(ordered), 2), round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2)]


def as_table(report: dict[str, Any]) -> str:
    head = ("kind", "docs", "document ms p50/p95", "page ms p50/p95", "CPU ms p50", "peak MB", "bare ms p50", "ratio")
    rows = [head, *(_row(kind, found) for kind, found in report["kinds"].items())]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    stay = ", ".join(f"{name} {size} MB" for name, size in report["processes_mb"].items())
    wanted = "; ".join(f"{kind} {TARGETS[kind]}" for kind in report["kinds"])
    return "\n".join([*lines, "", f"resident: {stay}", f"sandbox: {', '.join(report['sandbox'])}", f"wanted: {wanted}"])


def _row(kind: str, found: dict[str, Any]) -> tuple[str, ...]:
    bare, ratio = found["bare_ms"], found["ratio"]
    errors = f" ({found['errors']} failed)" if found["errors"] else ""
    return (
        kind,
        f"{found['documents']}{errors}",
        "{} / {}".format(*found["document_ms"]),
        "{} / {}".format(*found["page_ms"]),
        str(found["child_cpu_ms"][0]),
        str(found["child_peak_mb"]),
        str(bare[0]) if bare else "-",
        str(ratio) if ratio else "-",
    )
