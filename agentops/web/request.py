"""The request as a view behind `@access` or `@signed_in` sees it: with a person, and htmx may have asked."""

from django_htmx.middleware import HtmxDetails

from agentops.core import access


class PersonRequest(access.PersonRequest):
    """A type only: nobody makes one. The access rules have let this person pass."""

    htmx: HtmxDetails
