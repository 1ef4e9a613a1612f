"""JSON as every answer of the API has it: compact, times in UTC with Z."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest
from ninja.renderers import BaseRenderer


class Compact(BaseRenderer):
    """For what ninja renders; what is kept for repeats is rendered alike (repeats.py)."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The bytes of an answer."""
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)
