"""`python -m agentops.supervisor.fallback_redis PORT`: stands in for Redis where no wheel of it exists."""

import signal
import sys
from typing import Any

from fakeredis import TcpFakeServer
from fakeredis._clients._tcp_server import TCPFakeRequestHandler
from redis.exceptions import ResponseError


class Handler(TCPFakeRequestHandler):
    """Answers a command it does not know with an error, as Redis does; the original hangs up."""

    def setup(self) -> None:
        """Turn what the imitation raises into an answer."""
        super().setup()
        ask = self.current_client.read_response

        def read_response(**kwargs: Any) -> Any:
            try:
                return ask(**kwargs)
            except ResponseError as refusal:
                return refusal

        self.current_client.read_response = read_response  # type: ignore[method-assign]


def main(port: int) -> None:
    """Answer on this machine only, until told to stop."""
    server = TcpFakeServer(("127.0.0.1", port), server_type="redis")
    server.RequestHandlerClass = Handler
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
