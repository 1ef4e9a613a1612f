"""Text of strangers in a mail or a channel: quoted, on one line, no longer than allowed, and nothing in it works.

A vendor's name can hold a line break (a header of its own), `<!channel>` (a call to everybody), `[here](https://…)`
or a bare address that a program turns into a link. What cannot be seen is left out, what would be understood is
written so that a person still reads it and a program does not.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 160
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
DOTS = ".\u3002\uff0e\uff61"
# `example.com`, not `1.50`: a dot before a letter is what programs make addresses of.
_DOT = re.compile(rf"(?<=\S)[{DOTS}](?=[^\W\d_])")
_BRACKETS = str.maketrans({"<": "\u2039", ">": "\u203a", "[": "(", "]": ")"})
_QUOTES = str.maketrans({"\u201c": "'", "\u201d": "'", '"': "'"})
_EMPHASIS = str.maketrans(dict.fromkeys("*_~`|\\", " "))


def line(text: str, most: int = LONGEST) -> str:
    """One line of what takes ink, cut at `most` characters."""
    seen = "".join(" " if unicodedata.category(sign) in HIDDEN else sign for sign in text[: most * 8])
    words = " ".join(seen.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "\u2026"


def harmless(text: str, most: int = LONGEST) -> str:
    """The same with nothing that a program makes a link, a mention or markup of; at most `most` characters."""
    said = line(text, most).translate(_BRACKETS).translate(_EMPHASIS)
    said = _DOT.sub(" .", said.replace("@", "(at)").replace("://", ": //"))
    return line(said, most)


def quoted(text: str, most: int = LONGEST) -> str:
    """The same between quotation marks, which it cannot close; empty for nothing."""
    said = harmless(text, most - 2).translate(_QUOTES)
    return f"\u201c{said}\u201d" if said else ""
