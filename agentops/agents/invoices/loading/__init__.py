"""Master data from files: each line checked and named by number, all of it loaded or none."""

from .files import BadFile, Mistake

__all__ = ["BadFile", "Mistake"]
