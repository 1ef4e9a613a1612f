"""The editor of one cell of the matrix, and the answer to a change that waits."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from tools_registry.facts import Grant
from tools_registry.kinds import Mode

GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
LIMITS = (
    ("item_limit", "Amount up to, {base}"),
    ("day_limit_counterparty", "A day per counterparty"),
    ("day_limit_order", "A day per order"),
    ("day_limit_agent", "A day in all"),
    ("min_confidence", "Confidence from, 0 to 1"),
    ("second_signature_over", "2nd signature above"),
    ("sampling_rate", "Checked at random, 0 to 1"),
)


class AmountField(forms.DecimalField):
    """A number that people may write as `15,000.00`; a comma anywhere else is refused, not guessed at."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Raises `ValidationError` for anything that is not one plain number."""
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and GROUPED.match(text):
            text = text.replace(",", "")
        return super().to_python(text)


class GrantForm(forms.Form):
    """Mode and limits of one agent and one tool, and why they change."""

    mode = forms.ChoiceField(
        choices=[(Mode.DENY.value, "Denied"), (Mode.REVIEW.value, "Review"), (Mode.AUTO.value, "Auto")]
    )
    why = forms.CharField(max_length=500, min_length=3, strip=True, label="Why")

    def __init__(self, data: Any = None, *, cell_id: str, base: str, grant: Grant | None = None) -> None:
        first = {"mode": grant.mode.value} if grant else {}
        for name, _ in LIMITS:
            value = getattr(grant, name) if grant else None
            first[name] = f"{value.normalize():f}" if value is not None else ""
        super().__init__(data, initial=first, auto_id=f"{cell_id}-%s")
        self.cell_id = cell_id
        for name, label in LIMITS:
            top = Decimal(1) if name in ("min_confidence", "sampling_rate") else None
            self.fields[name] = AmountField(
                required=False,
                min_value=Decimal(0),
                max_value=top,
                max_digits=15,
                label=label.format(base=base),
            )

    @property
    def limits(self) -> list[forms.BoundField]:
        """The number fields in the order of the page."""
        return [self[name] for name, _ in LIMITS]

    def grant(self, agent: str, tool: str) -> Grant:
        """What was asked for; only after `is_valid`."""
        said = self.cleaned_data
        return Grant(
            agent=agent,
            tool=tool,
            mode=Mode(said["mode"]),
            **{name: said[name] for name, _ in LIMITS if name != "sampling_rate"},
            sampling_rate=said["sampling_rate"] or Decimal(0),
        )
