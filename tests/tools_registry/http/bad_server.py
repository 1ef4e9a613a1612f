"""A real server on this machine that behaves as badly as it is told."""

import socket
import threading
import time
from collections.abc import Callable

Behaviour = Callable[[socket.socket, bytes], None]


class BadServer:
    """Answers each connection's request with the next behaviour, or with the last one for ever."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = []
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def will(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)

    def stop(self) -> None:
        self._stopped.set()
        # accept() would hold the port open; a last connection wakes it.
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            connection, _ = self._listener.accept()
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = received(connection)
                self.requests.append(request)
                behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
                behave(connection, request)
            except OSError:
                pass  # the client had enough


def received(connection: socket.socket) -> bytes:
    """One whole request; raises `ConnectionError` where there is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    while len(body) < (int(lengths[0].split(b":")[1]) if lengths else 0):
        body += more(connection)
    return head + b"\r\n\r\n" + body


def more(connection: socket.socket) -> bytes:
    if not (data := connection.recv(65_536)):
        raise ConnectionError
    return data


def answers(status: int = 200, body: bytes = b"{}", **headers: str) -> Behaviour:
    """A well-formed answer; header names are written with underscores."""
    told = {
        "content-length": str(len(body)),
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    lines = "".join(f"{name}: {text}\r\n" for name, text in told.items())
    whole = f"HTTP/1.1 {status} Told\r\n{lines}connection: close\r\n\r\n".encode() + body
    return lambda connection, request: connection.sendall(whole)


def says(raw: bytes) -> Behaviour:
    return lambda connection, request: connection.sendall(raw)


def drips(start: bytes, drop: bytes = b"x", every: float = 0.02) -> Behaviour:
    """Slow loris: after `start`, a little now and then, for ever."""

    def drip(connection: socket.socket, request: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(every)

    return drip


def is_silent(connection: socket.socket, request: bytes) -> None:
    connection.settimeout(30)
    connection.recv(1)


def hangs_up(connection: socket.socket, request: bytes) -> None:
    connection.shutdown(socket.SHUT_RDWR)
