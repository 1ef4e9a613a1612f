"""The settings of a desk as a form: its clock, its times, whom lateness goes to, and what happens to what expires."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agentops.core.models import User
from reviews import queries
from reviews.lifecycle import ExpiryRule
from reviews.models import Desk
from runs.agents import agents

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RULES = (
    (ExpiryRule.DENY.value, "Reject it: the run ends, nothing is done"),
    (ExpiryRule.ESCALATE.value, "Hand it over to another desk"),
)


class DeskForm(forms.Form):
    """Fields are named as those of the desk. `holidays` is a list of days, one on each line."""

    name = forms.CharField(max_length=120)
    agents = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    opens = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    weekdays = forms.TypedMultipleChoiceField(
        choices=tuple(enumerate(WEEKDAYS)), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    holidays = forms.CharField(required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 4}))
    zone = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"list": "zones"}))
    due_hours = forms.IntegerField(min_value=1)
    due_hours_stuck = forms.IntegerField(min_value=1, required=False)
    due_hours_clarification = forms.IntegerField(min_value=1, required=False)
    due_hours_sample = forms.IntegerField(min_value=1, required=False)
    expire_hours = forms.IntegerField(min_value=1)
    approval_hours = forms.IntegerField(min_value=1)
    expiry_rule = forms.ChoiceField(choices=RULES)
    escalates_to = forms.ModelChoiceField(Desk.objects.none(), required=False, empty_label="Nowhere")
    risk_to = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody at the desk")
    overdue_to = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody at the desk")
    undo_seconds = forms.IntegerField(min_value=0, max_value=600)
    default_limit = forms.DecimalField(required=False, min_value=0, max_digits=17, decimal_places=2)
    why = forms.CharField(required=False, max_length=500)

    def __init__(self, desk: Desk, typed: QueryDict | None, *, may_change: bool) -> None:
        super().__init__(typed, initial=_initial(desk))
        self.fields["agents"].choices = [(agent.name, agent.label) for agent in agents]  # type: ignore[attr-defined]
        others = Desk.objects.exclude(pk=desk.pk).exclude(slug="unassigned").order_by("name")
        self.fields["escalates_to"].queryset = others  # type: ignore[attr-defined]
        there = User.objects.filter(pk__in=[person.pk for person in queries.people_at(desk)]).order_by("name")
        for name in ("risk_to", "overdue_to"):
            self.fields[name].queryset = there  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = attrgetter("name")  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.disabled = not may_change

    def clean_holidays(self) -> list[date]:
        """The days; raises for a line that is none."""
        days = []
        for line in self.cleaned_data["holidays"].replace(",", "\n").split():
            try:
                days.append(date.fromisoformat(line))
            except ValueError:
                raise ValidationError(f"{line[:40]} is no day. Write each as 2026-12-25, one on a line.") from None
        return sorted(set(days))


def _initial(desk: Desk) -> dict[str, Any]:
    found = {name: getattr(desk, name) for name in DeskForm.base_fields if name not in ("why", "holidays")}
    return found | {"holidays": "\n".join(day.isoformat() for day in sorted(desk.holidays))}
