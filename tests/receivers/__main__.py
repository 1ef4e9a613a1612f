"""`python -m tests.receivers FILE [--settle SECONDS]`: prints the port once it listens."""

import argparse
from pathlib import Path

from tests.receivers.ledger import Ledger
from tests.receivers.server import Receivers


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--settle", type=float, default=0.1)
    asked = parser.parse_args()
    server = Receivers(asked.port, Ledger(asked.file), settle=asked.settle)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
