"""What people type to set up a way in; whether it can be so is the service's to say."""

import json
from typing import Any

from django import forms
from django.conf import settings

from agentops.core.models import User, UserKind
from agentops.intake import secrets
from agentops.intake.models import CatchUp, Tls
from reviews.models import Desk
from runs.agents import agents


class JsonObject(forms.CharField):
    """A JSON object, or nothing."""

    def to_python(self, value: Any) -> Any:
        """Raises `ValidationError` for what is no JSON object."""
        text = (super().to_python(value) or "").strip()
        try:
            found = json.loads(text or "{}")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise forms.ValidationError('Write a JSON object, such as {"month": "last"}; or leave it empty.')
        return found


def _agents(*, files: bool) -> list[tuple[str, str]]:
    return [(agent.name, agent.label) for agent in (agents.taking_files() if files else agents)]


def _desks() -> list[tuple[str, str]]:
    return list(Desk.objects.order_by("name").values_list("slug", "name"))


def _services() -> Any:
    return User.objects.filter(kind=UserKind.SERVICE, is_active=True).order_by("name", "email")


class MailboxForm(forms.Form):
    """One folder of an IMAP account."""

    name = forms.CharField(max_length=80)
    host = forms.ChoiceField(label="Server", help_text="Those that AGENTOPS_MAIL_HOSTS names.")
    port = forms.IntegerField(min_value=1, max_value=65535, initial=993)
    tls = forms.ChoiceField(choices=Tls.choices, label="Protection", initial=Tls.TLS)
    user = forms.CharField(max_length=254, label="Account")
    secret = forms.ChoiceField(
        label="Secret", help_text="The file with the password, in the folder that AGENTOPS_SECRETS_DIR names."
    )
    folder = forms.CharField(max_length=200, initial="INBOX")
    done_folder = forms.CharField(max_length=200, initial="Processed", label="Folder for what is done")
    agent = forms.ChoiceField(required=False)
    desk = forms.ChoiceField(help_text="Whose people see what could not be taken.")
    requester = forms.ModelChoiceField(
        User.objects.none(), label="In the name of", help_text="A service user: manage.py create_user --role service."
    )
    every_seconds = forms.IntegerField(min_value=10, max_value=86_400, initial=60, label="Look every (seconds)")
    acknowledge = forms.BooleanField(
        required=False, label="Acknowledge", help_text="A fixed text to the sender, at most once a day."
    )
    address = forms.EmailField(required=False, max_length=254, label="Sender of acknowledgements")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "host", [(host, host) for host in settings.MAIL_HOSTS])
        _offer(self, "secret", [(name, name) for name in secrets.names()])
        taking = [(agent.name, agent.label) for agent in agents.taking_mail()]
        _offer(self, "agent", [("", "None: everything goes to triage"), *taking])
        _offer(self, "desk", _desks())
        self.fields["requester"].queryset = _services()  # type: ignore[attr-defined]


class WatchForm(forms.Form):
    """One folder below the house's root."""

    name = forms.CharField(max_length=80)
    path = forms.CharField(max_length=400, help_text="Below the root that AGENTOPS_WATCH_ROOT names: suppliers/inbox.")
    agent = forms.ChoiceField()
    desk = forms.ChoiceField(help_text="Whose people see what could not be taken.")
    requester = forms.ModelChoiceField(
        User.objects.none(), label="In the name of", help_text="A service user: manage.py create_user --role service."
    )
    settle_seconds = forms.IntegerField(
        min_value=0, max_value=3600, initial=5, label="Complete after (seconds)", help_text="Unchanged for so long."
    )
    every_seconds = forms.IntegerField(min_value=1, max_value=86_400, initial=10, label="Look every (seconds)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "agent", _agents(files=True))
        _offer(self, "desk", _desks())
        self.fields["requester"].queryset = _services()  # type: ignore[attr-defined]


class ScheduleForm(forms.Form):
    """A run at set times."""

    name = forms.CharField(max_length=80)
    agent = forms.ChoiceField()
    cron = forms.CharField(
        max_length=120,
        label="When",
        help_text="Minute, hour, day, month, weekday: 30 7 * * MON-FRI is half past seven.",
    )
    time_zone = forms.CharField(max_length=60, initial=settings.TIME_ZONE)
    goal = forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    given = JsonObject(required=False, label="Input", widget=forms.Textarea(attrs={"rows": 3}), help_text="As JSON.")
    catch_up = forms.ChoiceField(choices=CatchUp.choices, label="If the house was not at work")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "agent", _agents(files=False))


def _offer(form: forms.Form, field: str, choices: list[tuple[str, str]]) -> None:
    kept = form.initial.get(field)  # what is set stays on offer, though its setting may be gone
    if kept and kept not in dict(choices):
        choices = [*choices, (kept, kept)]
    form.fields[field].choices = choices  # type: ignore[attr-defined]
