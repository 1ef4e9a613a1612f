"""Start-up checks: every view says who may open it, and the middleware that asks is in place."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from agentops.web.access import every_view, rule_of

MIDDLEWARE = "agentops.web.access.AccessMiddleware"


@register()
def every_view_declares_who_may_open_it(**kwargs: Any) -> list[Error]:
    """One error per view without a rule."""
    return [
        Error(
            f"The view of /{route} does not say who may open it.",
            hint="Decorate it with @access(Role...), @signed_in or @public.",
            id="web.E001",
        )
        for route, pattern in every_view()
        if rule_of(pattern.callback) is None
    ]


@register()
def the_rules_are_asked_for(**kwargs: Any) -> list[Error]:
    """An error if the middleware that enforces the rules is missing."""
    if MIDDLEWARE in settings.MIDDLEWARE:
        return []
    return [Error(f"{MIDDLEWARE} is missing from MIDDLEWARE: access rules would not be enforced.", id="web.E002")]
