"""The text that somebody wrote in a mail, as plain text: the first part that is text, with HTML reduced to its words.

Nothing is interpreted: no link is followed, no picture fetched, no style obeyed. What a reader of the HTML would not
see is not told apart here; whoever works on the text treats all of it as a stranger's.
"""

from __future__ import annotations

from html.parser import HTMLParser

from agentops.intake.mail.parse import Part
from agentops.intake.mail.parts import _data, is_text_of_the_mail, leaves, name_of

LONGEST = 40_000  # characters
MOST_BYTES = 400_000  # of one part that are decoded
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_BREAKING = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table"})


def text_of(mail: Part) -> str:
    """What was written, empty where there is no text; never raises on what `parse` let through."""
    written = {"text/plain": "", "text/html": ""}
    for part in leaves(mail):
        kind = part.get_content_type()
        if kind in written and not written[kind] and is_text_of_the_mail(part, kind, name_of(part)):
            written[kind] = _decoded(part)[:LONGEST]
    return (written["text/plain"].strip() or _words_in(written["text/html"])).replace("\r\n", "\n")[:LONGEST]


def _decoded(part: Part) -> str:
    data = _data(part, part.get_content_type())[:MOST_BYTES]
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BREAKING:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def _words_in(html: str) -> str:
    if not html:
        return ""
    words = _Words()
    words.feed(html)
    lines = (" ".join(line.split()) for line in "".join(words.said).splitlines())
    return "\n".join(line for line in lines if line)
