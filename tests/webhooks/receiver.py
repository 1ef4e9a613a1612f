"""Somebody else's program on a real socket: it keeps what it hears, and answers what a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agentops.webhooks import places


@dataclass
class Heard:
    """One request as the receiver got it."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Where it listens, what it heard, and what it will answer."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # used up one by one; then 204


@contextmanager
def listening(settings: Any) -> Iterator[Receiver]:
    """A receiver that webhooks may go to while it listens."""
    there = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            there.heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = there.answers.pop(0) if there.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_port}"
    settings.WEBHOOK_ORIGINS = [there.url]
    _forget_places()
    yield there
    server.shutdown()
    server.server_close()
    _forget_places()


def _forget_places() -> None:
    places.client.cache_clear()
    places._places.cache_clear()
