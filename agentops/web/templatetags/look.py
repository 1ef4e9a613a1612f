"""Template tags of every page: icons, avatars, and the formats of `agentops.web.formatting`."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agentops.web import formatting

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, css: str = "icon") -> SafeString:
    """One picture of the sprite; always beside a word, so it is hidden from screen readers."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static("icons.svg"), name)


@register.simple_tag
def avatar(name: str, key: object = "", size: str = "") -> SafeString:
    """The initials of a person in their colour."""
    small = format_html(' data-size="{}"', size) if size else ""
    shown = formatting.initials(name)
    return format_html(
        '<span class="avatar"{} data-h="{}" aria-hidden="true">{}</span>',
        small,
        formatting.hue(key or name),
        shown,
    )


@register.filter
def money(value: Any, currency: str) -> str:
    """`{{ amount|money:currency }}`; empty for None."""
    number = _decimal(value)
    return "" if number is None else formatting.money(number, currency)


@register.filter
def amount(value: Any, currency: str = "EUR") -> str:
    """An amount without its currency."""
    number = _decimal(value)
    return "" if number is None else formatting.amount(number, currency)


@register.filter
def percent(value: Any) -> str:
    """`6.2 %` from 0.062; empty for None."""
    number = _decimal(value)
    return "" if number is None else formatting.percent(number)


@register.filter
def day(value: date | datetime | str | None) -> SafeString | str:
    """A `<time>` that reads `12 Dec 2026`."""
    when = _local(value)
    return "" if when is None else format_html('<time datetime="{}">{}</time>', when.isoformat(), formatting.day(when))


@register.filter
def moment(value: datetime | str | None) -> SafeString | str:
    """A `<time>` that reads `12 Dec 2026, 10:58:40`."""
    return _time(value, formatting.moment)


@register.filter
def clock(value: datetime | str | None) -> SafeString | str:
    """A `<time>` that reads `10:58:40`, with the day as its title."""
    return _time(value, lambda when: f"{when:%H:%M:%S}")


@register.filter
def started(value: datetime | str | None) -> SafeString | str:
    """A `<time>` that reads `10:58` for today and `12 Dec` for earlier days."""
    today = timezone.localdate()
    return _time(value, lambda when: f"{when:%H:%M}" if when.date() == today else formatting.day(when)[:-5])


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """A `<time>` that reads `38 m`, with the moment as its title."""
    return _time(value, lambda when: formatting.age(timezone.now() - when))


@register.filter
def span(seconds: Any) -> str:
    """`1 m 12 s`; empty for None."""
    return "" if seconds is None else formatting.span(seconds)


@register.filter
def milliseconds(value: Any) -> str:
    """A duration given in milliseconds; empty for None."""
    return "" if value is None else formatting.span(Decimal(str(value)) / 1000)


@register.filter
def iban(value: Any) -> str:
    """An account number in groups of four."""
    return formatting.iban(str(value)) if value else ""


@register.filter
def run_id(number: Any) -> str:
    """`R-20931`."""
    return "" if number is None else formatting.run_id(int(number))


@register.filter
def thousands(value: Any) -> str:
    """`17.6k`."""
    return "" if value is None else formatting.thousands(int(value))


@register.filter
def counted(value: Any) -> str:
    """`1,204`."""
    return "" if value is None else formatting.count(int(value))


@register.filter
def filesize(value: Any) -> str:
    """`214 KB`."""
    return "" if value is None else formatting.size(int(value))


@register.filter
def words(value: Any) -> str:
    """`Awaiting review` from `awaiting_review`."""
    return formatting.words(str(value))


CALLS = {"value": "answered", "empty": "looked, there is none", "refused": "refused", "failed": "could not look"}


@register.filter
def call_result(value: Any) -> str:
    """What became of a call, in words: "there is none" is not "could not look"."""
    return CALLS.get(str(value), "nobody can tell" if value == "unknown" else formatting.words(str(value)).lower())


@register.filter
def initials(name: Any) -> str:
    """`MK`."""
    return formatting.initials(str(name))


@register.filter
def hue(key: Any) -> int:
    """One of five avatar colours."""
    return formatting.hue(key)


@register.filter(is_safe=False)
def untrusted(text: Any) -> SafeString | str:
    """Text from a document, a mail or a tool: always escaped, whatever marked it safe; nothing is hidden."""
    return "" if text is None else _untrusted(str(text))


@lru_cache(maxsize=2048)
def _untrusted(text: str) -> SafeString:
    parts = formatting.pieces(text)
    # <bdi> keeps right-to-left text from reordering the words around it.
    return format_html("<bdi>{}</bdi>", format_html_join("", "{}", ((_piece(*part),) for part in parts)))


@register.filter
def visible(text: Any) -> str:
    """The same for an attribute or a text field: plain text, hidden characters written as `[U+202E]`."""
    return "" if text is None else _visible(str(text))


_visible = lru_cache(maxsize=2048)(formatting.visible)


def _piece(hidden: bool, text: str) -> SafeString | str:
    if not hidden:
        return text
    return format_html('<span class="unseen" title="{}">{}</span>', formatting.name_of(text), text)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None


def _local(value: date | datetime | str | None) -> date | datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if value else None
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _time(value: Any, write: Any) -> SafeString | str:
    when = _local(value)
    if not isinstance(when, datetime):
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), formatting.moment(when), write(when)
    )
