"""Parse untrusted XML: no document type, no entities, no fetching, no bottomless nesting."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from lxml import etree

from ..refusals import Refused

MAX_DEPTH = 100
MAX_ELEMENTS = 400_000


def parse(data: bytes) -> Any:
    """The root element; raises `Refused`: xml_entities_forbidden, invalid_encoding, corrupt_file, too_large."""
    _inspect(data)
    # lxml comes second and knows paths and line numbers; entities could not have passed the first.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("corrupt_file", str(error)[:120]) from error


class _Gauge:
    """Measures a document while it streams by and keeps nothing of it."""

    def __init__(self) -> None:
        self.depth = self.count = 0

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            raise Refused("too_large", f"elements nested deeper than {MAX_DEPTH}")
        if self.count > MAX_ELEMENTS:
            raise Refused("too_large", f"more than {MAX_ELEMENTS} elements")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def data(self, _text: str) -> None: ...

    def close(self) -> None: ...


def _inspect(data: bytes) -> None:
    parser = DefusedXMLParser(target=_Gauge(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise Refused("xml_entities_forbidden") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _explain(data, error) from error


def _explain(data: bytes, error: Exception) -> Refused:
    declared = declared_encoding(data)
    try:
        data.decode(declared)
    except (UnicodeDecodeError, LookupError):
        return Refused("invalid_encoding", f"declared: {declared[:30]}")
    return Refused("corrupt_file", str(error)[:120])


def declared_encoding(data: bytes) -> str:
    """The encoding that the byte order mark or the XML declaration names; UTF-8 if neither does."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return name
    head = data[:200].split(b"?>")[0]
    _, found, rest = head.partition(b"encoding=")
    return rest[1:].split(rest[:1])[0].decode("ascii", "replace") if found and rest else "utf-8"
