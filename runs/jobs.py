"""Worker entry points, as RQ names them."""

from runs.drain import drain_here


def drain() -> None:
    """Carry whatever is due, until nothing is; see `runs.drain`."""
    drain_here()
