"""Stands between a worker and PostgreSQL and cuts connections at the worst moment: when a commit was sent."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from pathlib import Path


class Proxy:
    """Listens on a socket named as PostgreSQL's own, in another folder.

    With chance `chance` it cuts a connection when the client sends something: half of the times before the server
    gets it, half of the times after, with the answer thrown away. Then the client cannot know what happened.
    """

    def __init__(self, folder: Path, server: Path, *, chance: float, seed: int) -> None:
        folder.mkdir()
        self.host, self._server, self._chance = str(folder), str(server / ".s.PGSQL.5432"), chance
        self._random, self._lock = random.Random(seed), threading.Lock()
        self.cuts = {"before": 0, "after": 0}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._server)
        except OSError:
            client.close()
            return
        deaf = threading.Event()
        threading.Thread(target=self._answers, args=(server, client, deaf), daemon=True).start()
        with contextlib.suppress(OSError):
            self._questions(client, server, deaf)
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _questions(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        said = 0
        while data := client.recv(65536):
            said += 1
            how = self._cut(data) if said > 2 else None  # let it sign in
            if how == "before":
                return
            if how == "after":
                deaf.set()
                server.sendall(data)
                threading.Event().wait(0.05)  # let the server do it
                return
            server.sendall(data)

    def _cut(self, data: bytes) -> str | None:
        commits = b"COMMIT" in data
        with self._lock:
            if self._random.random() >= self._chance * (5 if commits else 1):
                return None
            how = self._random.choice(("before", "after"))
            self.cuts[how] += 1
            return how

    def _answers(self, server: socket.socket, client: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if not deaf.is_set():
                    client.sendall(data)
