"""The receivers over HTTP: book and answer, or book and do not answer, or whatever the mood is."""

import contextlib
import json
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.receivers.ledger import KeyUsedOtherwise, Ledger
from tests.receivers.moods import BOOKS, Moods

RECEIVERS = ("idempotent", "askable", "once")
PAUSE = 0.9  # seconds of a slow receiver: longer than the fault agent's tools wait
DRIP = 1.0  # seconds between two bytes


class Receivers(ThreadingHTTPServer):
    """All receivers of one ledger."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, ledger: Ledger, *, settle: float) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.ledger, self.moods, self.settle = ledger, Moods(), settle
        self.read: Counter[str] = Counter()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what these are for."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Receivers

    def do_GET(self) -> None:
        """`/read?what=` answers something to read, `/askable?key=` whether it did K, `/healthz` that it lives."""
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.server.read[url.query] += 1
        trouble = self.server.moods.next(query.get("trouble", ""), self.server.read[url.query])
        if url.path == "/askable":
            number = self.server.ledger.find("askable", query["key"], settled_for=self.server.settle)
            self._answer_as("" if trouble in BOOKS else trouble, {"found": number is not None, "number": number})
        elif url.path == "/read":
            self._answer_as(trouble, {"what": query.get("what", ""), "known": True})
        else:
            self._answer(200, {"ok": True})

    def do_POST(self) -> None:
        """`/idempotent`, `/askable`, `/once` book; `/mood` sets the mood of all."""
        length = int(self.headers.get("content-length", "0"))
        sent = self.rfile.read(length)
        if len(sent) < length:  # whoever sent this died in the middle of it
            self.close_connection = True
            return None
        body = json.loads(sent or b"{}")
        receiver = self.path.strip("/")
        if receiver == "mood":
            self.server.moods.set(**body)
            return self._answer(200, {"ok": True})
        if receiver not in RECEIVERS:
            return self._answer(404, {"error": "nobody is here"})
        self._receive(receiver, body)

    def _receive(self, receiver: str, args: dict[str, Any]) -> None:
        ledger, key, reference = self.server.ledger, self.headers.get("idempotency-key", ""), str(args.get("what"))
        seen = ledger.note(receiver, key, reference, args, str(args.get("trouble", "")))
        trouble = self.server.moods.next(str(args.get("trouble", "")), seen)
        if trouble == "slow":
            time.sleep(PAUSE)
        number = None
        if trouble in BOOKS:
            try:
                number = ledger.book(receiver, key, reference, args, dedupe=receiver == "idempotent")
            except KeyUsedOtherwise:
                return self._answer(422, {"error": "this key was used for something else"})
        if trouble == "late":
            time.sleep(PAUSE)
        self._answer_as(trouble, {"number": number, "what": reference})

    # --- answers ---------------------------------------------------------------------------------

    def _answer_as(self, trouble: str, answer: dict[str, Any]) -> None:
        if trouble in ("lose", "drop"):
            self.close_connection = True
        elif trouble.isdigit():
            headers = {"retry-after": "1"} if trouble in ("429", "503") else {}
            self._answer(int(trouble), {"error": "not now"}, headers)
        elif trouble == "booked500":
            self._answer(500, {"error": "it broke after it was booked"})
        elif trouble == "refuse":
            self._answer(422, {"error": "never"})
        elif trouble == "garbage":
            self._send(200, b"<html>we are back soon</html>")
        elif trouble == "error200":
            self._answer(200, {"error": "it did not work", "number": None})
        elif trouble in ("drip", "huge", "length"):
            getattr(self, f"_{trouble}")(json.dumps(answer).encode())
        else:
            self._answer(200, answer)

    def _answer(self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(answer).encode(), headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        self._send(200, b"", length=len(body))
        with contextlib.suppress(OSError):
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(DRIP)

    def _huge(self, body: bytes) -> None:
        self._begin_chunks()
        piece = b" " * 1_000_000
        with contextlib.suppress(OSError):
            for _ in range(10_000):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.close_connection = True

    def _begin_chunks(self) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _length(self, body: bytes) -> None:
        self._send(200, body, length=len(body) + 500)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
