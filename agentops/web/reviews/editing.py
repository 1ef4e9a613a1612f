"""The arguments of a proposal as inputs, and a posted form as edits of its actions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentops.web import values
from runs.models import Action

PREFIX = "edit."
ACCOUNTS = ("account", "iban")
# Ids and digests are the program's own; nobody types them.
OURS = re.compile(r"^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Argument:
    """One value that the actions share, with where it comes from; `is_fixed` is not for editing."""

    name: str
    label: str
    value: str
    shown: str
    kind: str
    state: str
    source: str
    differs: str
    is_fixed: bool
    currency: str
    places: tuple[tuple[int, str], ...]  # action ordinal and argument name; none for what only stands beside

    @property
    def input_name(self) -> str:
        return f"{PREFIX}{self.name}"

    @property
    def is_wide(self) -> bool:
        """What somebody should look at gets the room to say where it comes from."""
        return self.state in ("bad", "warn")

    @property
    def is_prose(self) -> bool:
        """A text of several lines, written in a room of its own."""
        return self.kind == "prose"

    @property
    def is_account(self) -> bool:
        return self.kind == "account" or self.name in ACCOUNTS


@dataclass
class _Shared:
    """A value on its way to an argument: the row it was made from, and the actions that take it."""

    name: str
    value: Any
    row: Row
    places: list[tuple[int, str]] = field(default_factory=list)


def arguments_of(actions: Sequence[Action], fields: Iterable[Row]) -> list[Argument]:
    """Every plain argument once, though several actions take it, in the order of the fields they were made from."""
    rows = list(fields)
    shared: list[_Shared] = []
    for action, name, value in sorted(_plain(actions), key=lambda item: _rank(item[1], rows)):
        same = next((item for item in shared if _is_same(item, name, value)), None)
        if same is None:
            taken = {str(item.row.get("name")) for item in shared}
            same = _Shared(name, value, _row_of(name, rows, taken))
            shared.append(same)
        same.places.append((action.ordinal, name))
    found = [_argument(item) for item in shared]
    found += [_beside(row) for row in rows if _is_beside(row)]
    order = {str(row.get("name")): place for place, row in enumerate(rows)}
    return sorted(found, key=lambda argument: order.get(argument.name, len(order)))


def edits_in(form: Mapping[str, str], arguments: Iterable[Argument]) -> dict[int, dict[str, Any]]:
    """What somebody changed, by action; a value left as it was is no edit, an emptied one is None."""
    edits: dict[int, dict[str, Any]] = {}
    for argument in arguments:
        given = form.get(argument.input_name)
        if argument.is_fixed or given is None or values.even(given) in (argument.value, argument.shown.strip()):
            continue
        value = values.typed(given, argument.kind)
        if value == argument.value:
            continue
        for ordinal, name in argument.places:
            edits.setdefault(ordinal, {})[name] = value or None
    return edits


def _plain(actions: Iterable[Action]) -> Iterable[tuple[Action, str, Any]]:
    for action in actions:
        for name, value in action.args.items():
            if not isinstance(value, bool | dict | list) and not OURS.match(str(value)):
                yield action, name, value


def _rank(name: str, rows: Sequence[Row]) -> int:
    """A row's own argument comes before others that may share its value."""
    for place, row in enumerate(rows):
        if name == row.get("name") or name in list(row.get("feeds") or ())[:1]:
            return place
    return len(rows)


def _is_same(item: _Shared, name: str, value: Any) -> bool:
    if value is None or item.value != value:
        return False
    if name in (item.row.get("feeds") or ()):
        return True
    # `number` of the posting and `invoice_number` of the payment are one value to a reader.
    return name == item.name or name.endswith(f"_{item.name}") or item.name.endswith(f"_{name}")


def _row_of(name: str, rows: Sequence[Row], taken: set[str]) -> Row:
    free = [row for row in rows if str(row.get("name")) not in taken]
    own = next((row for row in free if row.get("name") == name), None)
    fed = next((row for row in free if name in (row.get("feeds") or ())), None)
    return own or fed or next((row for row in free if str(row.get("name")).endswith(f"_{name}")), {})


def _argument(item: _Shared) -> Argument:
    row, value = item.row, "" if item.value is None else str(item.value)
    source: Mapping[str, Any] = row.get("source") or {}
    kind, name = str(row.get("kind") or ""), str(row.get("name") or item.name)
    # A vendor's key is shown with its name; everything else is the argument itself.
    is_record = kind == "text" and bool(row.get("shown")) and str(row["shown"]).startswith(f"{value} ")
    differs = row.get("differs")
    return Argument(
        name=name,
        label=str(row.get("label") or item.name.replace("_", " ").capitalize()),
        value=value,
        shown=str(row["shown"]) if is_record else _shown(value, kind, name, row),
        kind=kind,
        state=str(row.get("state") or ""),
        source=source_words(source),
        differs=_shown(str(differs), kind, name, row) if differs else "",
        # Where money goes is the master record's; nobody types it here.
        is_fixed=source.get("kind") == "master" or item.name in (*ACCOUNTS, "vendor"),
        currency=str(row.get("currency") or ""),
        places=tuple(item.places),
    )


def _is_beside(row: Row) -> bool:
    """What the document says of where money goes, where that is not where it goes."""
    return row.get("name") in ACCOUNTS and row.get("state") == "bad" and not row.get("feeds")


def _beside(row: Row) -> Argument:
    value, name = str(row.get("value") or ""), str(row.get("name"))
    source = source_words(row.get("source") or {})
    shown = _shown(value, "account", name, row)
    label = str(row.get("beside") or row.get("label"))
    return Argument(name, label, value, shown, "account", "bad", source, "", True, "", ())


def _shown(value: str, kind: str, name: str, row: Row) -> str:
    return values.shown(value, kind or ("account" if name in ACCOUNTS else ""), str(row.get("currency") or ""))


def source_words(source: Mapping[str, Any]) -> str:
    """`page 1`, `on file, same on page 1`, `order`, `a person`: where a value comes from."""
    kind = str(source.get("kind") or "")
    if kind == "document":
        return f"page {source['page']}" if source.get("page") else "document"
    if kind == "master" and source.get("same_on"):
        return f"on file, same on page {source['same_on']}"
    if kind == "person" and source.get("page"):
        return f"a person, page {source['page']}"
    return {"master": "on file", "order": "order", "rule": "by rule", "person": "a person"}.get(kind, kind)
