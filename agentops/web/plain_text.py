"""What people type has no zero bytes: the database cannot keep one, and no page of ours sends one."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

ZERO = "\x00"


class PlainTextMiddleware:
    """Answers 400 to a zero byte in the address or in a form; file names are cleaned where files come in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Raises `BadRequest`."""
        if ZERO in request.path_info or any(ZERO in text for text in _texts(request)):
            raise BadRequest("A zero byte is no text.")


def _texts(request: HttpRequest) -> Iterable[str]:
    for form in (request.GET, request.POST):
        for name, values in form.lists():
            yield from (name, *values)
