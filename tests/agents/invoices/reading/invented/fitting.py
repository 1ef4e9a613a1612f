"""Weigh the grounds: `python -m tests.agents.invoices.reading.invented.fitting` writes reading/page/weights.py.

Logistic regression by Newton's steps over invented pages, whole and damaged; a small penalty keeps a ground that
was never wrong from becoming certainty, and a ground may speak for a value but never against it.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from agentops.agents.invoices.reading.page import certainty

from .judging import Verdict, reliability, verdicts

SEEDS = range(10_000, 10_400)
PENALTY = 1.0
HEAD = '''"""What each ground adds to the odds (log) that a value is right; written by tests/.../invented/fitting.py."""

WEIGHTS: dict[str, dict[str, float]] = {
'''


def main() -> None:
    found = [*verdicts(SEEDS, harmed=False), *verdicts(range(SEEDS.stop, SEEDS.stop + 800), harmed=True)]
    weights = fit_all(found)
    lines = []
    for kind, own in weights.items():
        inside = ", ".join(f'"{ground}": {weight:.2f}' for ground, weight in own.items())
        lines.append(f'    "{kind}": {{{inside}}},\n')
    Path(certainty.__file__).with_name("weights.py").write_text(HEAD + "".join(lines) + "}  # fmt: skip\n")
    for name, own in weights.items():
        certainty.WEIGHTS[name] = own
    again = verdicts(range(SEEDS.stop + 800, SEEDS.stop + 1000), harmed=True)
    sys.stdout.writelines(
        f"{low:.2f}-{high:.2f} {count:6} said {mean:.3f} right {right:.3f}\n"
        for low, high, count, mean, right in reliability(again)
    )


def fit_all(found: Iterable[Verdict]) -> dict[str, dict[str, float]]:
    rows: dict[str, list[tuple[dict[str, float], bool]]] = defaultdict(list)
    for one in found:
        if one.value is not None and one.grounds:
            rows[certainty.KINDS.get(one.field, one.field)].append((dict(one.grounds), one.right))
    return {kind: fit(rows[kind]) for kind in sorted(rows)}


def fit(rows: list[tuple[dict[str, float], bool]]) -> dict[str, float]:
    """Weights per ground; those that would speak against a value are left out and the rest weighed again."""
    names = ["always", *sorted({ground for grounds, _ in rows for ground in grounds})]
    while True:
        weights = _newton(
            [[1.0, *(grounds.get(name, 0.0) for name in names[1:])] for grounds, _ in rows],
            [float(right) for _, right in rows],
        )
        against = [name for name, weight in zip(names, weights, strict=True) if weight < 0 and name != "always"]
        if not against:
            return dict(zip(names, weights, strict=True))
        names = [name for name in names if name not in against]


def _newton(rows: list[list[float]], wanted: list[float]) -> list[float]:
    size = len(rows[0])
    weights = [0.0] * size
    for _ in range(25):
        slope = [-PENALTY * weight * (1 if at else 0.05) for at, weight in enumerate(weights)]
        bend = [[PENALTY * (i == j) * (1 if i else 0.05) for j in range(size)] for i in range(size)]
        for row, target in zip(rows, wanted, strict=True):
            likely = 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row, strict=True))))
            for i in range(size):
                slope[i] += (target - likely) * row[i]
                for j in range(size):
                    bend[i][j] += likely * (1 - likely) * row[i] * row[j]
        step = _solve(bend, slope)
        weights = [weight + part for weight, part in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-5:
            break
    return weights


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss, with the largest pivot."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for other in range(size):
            if other != at:
                factor = rows[other][at] / rows[at][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at], strict=True)]
    return [rows[at][size] / rows[at][at] for at in range(size)]


if __name__ == "__main__":
    main()
