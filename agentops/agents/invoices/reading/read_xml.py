"""Read a stand-alone invoice XML."""

from __future__ import annotations

from dataclasses import replace

from .figures import judge
from .findings import dates_in_order, missing_fields, no_such_values, of_document_type, suspicious_text
from .model import Reading
from .structured import read, safe
from .structured.read import Structured


def read_xml(data: bytes, facts: Reading) -> Reading:
    """Raises `Refused` for anything but a well-formed CII or UBL invoice."""
    return as_reading(read.read(safe.parse(data)), facts)


def as_reading(said: Structured, facts: Reading) -> Reading:
    """What the XML says, with what is odd about it."""
    findings = [
        *of_document_type(said.document_type),
        *missing_fields(said.fields),
        *no_such_values(said.fields),
        *dates_in_order(said.fields),
        *judge(said.fields, said.lines, said.figures),
        *suspicious_text(said.notes),
        *said.broken,
    ]
    return replace(
        facts,
        kind=said.kind,
        profile=said.profile,
        document_type=said.document_type,
        fields=said.fields,
        lines=said.lines,
        findings=tuple(findings),
    )
