"""An XML tree by local names: versions of CII and UBL differ in their namespaces, not in their meaning."""

from __future__ import annotations

from typing import Any

from ..values import where

LONGEST = 2000  # characters of a value: what is longer is no code, number or name


class Node:
    """One element, its children by name, each looked up once."""

    __slots__ = ("below", "element", "name", "text")

    def __init__(self, element: Any) -> None:
        self.element = element
        self.name = str(element.tag).rpartition("}")[2]
        self.text = " ".join((element.text or "")[:LONGEST].split())
        self.below: dict[str, list[Node]] = {}
        for child in element:
            node = Node(child)
            self.below.setdefault(node.name, []).append(node)

    def all(self, path: str) -> list[Node]:
        """Every element at `path`, names with slashes between."""
        found = [self]
        for step in path.split("/"):
            found = [child for node in found for child in node.below.get(step, ())]
        return found

    def one(self, path: str) -> Node | None:
        """The first element at `path`."""
        return next(iter(self.all(path)), None)

    def value(self, path: str) -> str | None:
        """The text of the first element at `path`; None if there is none or it is blank."""
        node = self.one(path)
        return (node.text or None) if node else None

    def has(self, path: str) -> bool:
        return bool(self.all(path))

    def attribute(self, name: str) -> str | None:
        found = self.element.get(name)
        return None if found is None else str(found)

    @property
    def path(self) -> str:
        return where(self.element)
