"""Reads the code of the runtime, the reviews, the ways in and the webhooks: where it writes, and whether a crash point
stands around it.

A write is covered where it stands inside `with durable(...)` or `with single(...)`, or in a function that `durable`
decorates; or where everybody who calls its function does so from a covered place.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("runs", "reviews", "agentops/intake", "agentops/webhooks")
MAKERS = {"durable", "single", "point"}
ORM_WRITES = {
    *("save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
}
SQL_WRITES = {"insert_run", "claim", "renew", "checkpoint", "append_event", "insert_proposal"}
SQL_WRITES |= {"fence_and_propose", "fence_and_consume", "approve"}
ELSEWHERE = {"payloads", "trail", "connection", "blobs"}  # write only inside a transaction, or nothing of ours
NOT_MODELS = {"hashlib", "tried", "answers", "client", "__dict__", "policy", "_reached", "registry"}
WRITING = re.compile(r"\b(INSERT INTO|UPDATE \w|DELETE FROM)", re.IGNORECASE)


@dataclass
class Function:
    """One function: what it writes uncovered, and whom it calls from where."""

    module: str
    name: str
    place: str
    is_method: bool
    writes: list[int] = field(default_factory=list)
    calls: list[tuple[str, str, bool]] = field(default_factory=list)  # name, its owner, from a covered place

    def may_be(self, name: str, owner: str, caller: str, siblings: set[tuple[str, str]]) -> bool:
        """Whether a call by this name, on this owner, from this module, may mean this function."""
        if name != self.name or owner in ELSEWHERE:
            return False
        if not owner:
            return not self.is_method and (self.module == caller or (caller, name) not in siblings)
        return self.module == owner if (owner, name) in siblings else self.is_method


def points() -> dict[str, str]:
    """Every named point with its maker."""
    found: dict[str, str] = {}
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    assert name.value not in found or node.func.id == "point", f"{name.value} twice: {file}"
                    found[name.value] = node.func.id
    return found


def names() -> list[str]:
    """Every name a test may ask to crash at."""
    after = {"durable": (".begin", ".commit", ".committed"), "single": (".begin", ".committed"), "point": ("",)}
    return sorted(f"{name}{end}" for name, maker in points().items() for end in after[maker])


def trees() -> list[tuple[Path, ast.Module]]:
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    return [(file, ast.parse(file.read_text())) for file in files if "migrations" not in file.parts]


def functions() -> list[Function]:
    """All functions and methods of these rooms."""
    found = []
    for file, tree in trees():
        if file.name in ("points.py", "sql.py") or file.parent.name == "sql":
            continue
        constants = _writing_constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                first = node.args.args[0].arg if node.args.args else ""
                place = f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
                function = Function(file.stem, node.name, place, first in ("self", "cls"))
                decorated = any(_makes(decorator) for decorator in node.decorator_list)
                _read(node.body, function, constants, covered=decorated)
                found.append(function)
    return found


def uncovered(allowed: dict[str, str]) -> list[str]:
    """Entry points from which a write can be reached with no crash point around it."""
    everything = functions()
    siblings = {(function.module, function.name) for function in everything if not function.is_method}
    calls = [
        (caller, called, covered)
        for caller in everything
        for name, owner, covered in caller.calls
        for called in everything
        if called.may_be(name, owner, caller.module, siblings)
    ]
    needs = {id(function) for function in everything if function.writes}
    while more := {id(caller) for caller, called, covered in calls if id(called) in needs and not covered} - needs:
        needs |= more
    called_somewhere = {id(called) for _, called, _ in calls}
    entries = [function for function in everything if id(function) in needs - called_somewhere]
    return sorted(function.place for function in entries if function.name not in allowed)


def _writing_constants(tree: ast.Module) -> set[str]:
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr)
        for target in node.targets
        if isinstance(target, ast.Name) and WRITING.search(ast.unparse(node.value))
    }


def _makes(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("durable", "single")


def _read(body: list[ast.stmt], function: Function, constants: set[str], *, covered: bool) -> None:
    for statement in body:
        _visit(statement, function, constants, covered)


def _visit(node: ast.AST, function: Function, constants: set[str], covered: bool) -> None:
    if isinstance(node, ast.FunctionDef):
        return  # a function of its own
    if isinstance(node, ast.With):
        covered = covered or any(_makes(item.context_expr) for item in node.items)
    if isinstance(node, ast.Call):
        name, owner = _name_of(node)
        if name:
            function.calls.append((name, owner, covered))
        if not covered and _is_write(node, name, owner, constants):
            function.writes.append(node.lineno)
    for child in ast.iter_child_nodes(node):
        _visit(child, function, constants, covered)


def _name_of(node: ast.Call) -> tuple[str, str]:
    if isinstance(node.func, ast.Name):
        return node.func.id, ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr, ast.unparse(node.func.value)
    return "", ""


def _is_write(node: ast.Call, name: str, owner: str, constants: set[str]) -> bool:
    if owner == "sql" and name in SQL_WRITES:
        return True
    if name in ("query", "execute") and node.args:
        first = node.args[0]
        return (isinstance(first, ast.Name) and first.id in constants) or bool(WRITING.search(ast.unparse(first)))
    if name not in ORM_WRITES or not owner or any(word in owner for word in NOT_MODELS):
        return False
    return name != "update" or "objects" in owner or "filter" in owner
