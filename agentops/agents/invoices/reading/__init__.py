"""Reading a supplier invoice into typed values with their sources; no Django, no database, nothing trusted.

`read_file` and `render_page` never parse in the calling process: a helper without secrets does (`isolate`).
"""

from .isolate import page_sizes, read_file, render_page, words_shown
from .model import FIELDS, Failure, Finding, Found, Line, PageSize, Reading, Source

__all__ = [
    "FIELDS",
    "Failure",
    "Finding",
    "Found",
    "Line",
    "PageSize",
    "Reading",
    "Source",
    "page_sizes",
    "read_file",
    "render_page",
    "words_shown",
]
