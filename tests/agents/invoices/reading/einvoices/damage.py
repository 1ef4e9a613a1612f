"""Break a valid e-invoice in every place, one thing at a time."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

CATEGORIES = ("Z", "AE", "K", "G", "O", "L", "B")


def damaged(xml: str) -> Iterator[tuple[str, bytes]]:
    """A name for each piece of damage, and the document that has it."""
    root = etree.fromstring(xml.encode())
    places = [root.getroottree().getelementpath(node) for node in root.iter() if node is not root]
    for path in places:
        for name, broken in _one_place(root, path):
            yield name, etree.tostring(broken)


def _one_place(root, path) -> Iterator[tuple[str, object]]:
    def fresh():
        tree = copy.deepcopy(root)
        return tree, tree.find(path)

    tree, node = fresh()
    name = _short(tree, node)
    node.getparent().remove(node)
    yield f"without {name}", tree
    tree, node = fresh()
    for attribute in list(node.attrib):
        tree, node = fresh()
        del node.attrib[attribute]
        yield f"{name} without {attribute}", tree
        tree, node = fresh()
        node.set(attribute, "QQ")
        yield f"{name} with {attribute} QQ", tree
    if len(node):
        return
    for said in _other_texts(node):
        tree, node = fresh()
        node.text = said
        yield f"{name} says {said!r}", tree


def _other_texts(node) -> list[str]:
    text, name = node.text or "", etree.QName(node).localname
    if re.fullmatch(r"-?\d+\.\d\d", text):
        return ["1.00", "0.005", str(-float(text)), f"{float(text) + 0.01:.2f}", f"{float(text) + 3:.2f}"]
    if name in ("Percent", "RateApplicablePercent"):
        return ["0", "16"]
    if text in ("S", "E", "VAT"):
        return ["QQ", *CATEGORIES]
    if text in ("true", "false"):
        return ["true" if text == "false" else "false"]
    return ["QQ"]


def _short(root, node) -> str:
    steps = re.sub(r"\w+:|\*", "", root.getroottree().getelementpath(node))
    return "/".join(re.sub(r"\{[^}]*\}", "", steps).split("/")[-3:])
