"""Whether the web server's port is free, said before anything is started."""

import errno
import socket


class PortTaken(RuntimeError):
    """Another program listens there."""


def require_free(host: str, port: int) -> None:
    """Raises `PortTaken` with what to do."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"Port {port} is in use by another program: choose another with --port"
                    f" (or `make run PORT={port + 1}`)."
                ) from None
            raise PortTaken(f"Cannot listen on {host} port {port}: {error.strerror}.") from None


def free() -> int:
    """A port nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
