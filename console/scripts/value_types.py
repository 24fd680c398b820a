"""What the values of texts are, and so what surely fails, whoever calls: a value below a text, a day as an
amount. Pure.

What may be (an attribute, an answer, what a text chooses between) is left open.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from jinja2 import nodes

from console.scripts.filters import FILTERS
from scripts_engine.facts import NUMERIC, FactType, find_fact, nearest_name


@dataclass(frozen=True, slots=True, eq=False)
class ValueType:
    """What a value is, in words. A record has `fields`; of several, each is an `item`."""

    words: str
    fields: Mapping[str, "ValueType"] | None = None
    item: "ValueType | None" = None


TEXT = ValueType("a text")
NUMBER = ValueType("a number")
DAY = ValueType("a day")
YES_NO = ValueType("yes or no")
OPEN = ValueType("several things")
"""What has names that are not known before."""

_OTHERS: Mapping[ValueType, Sequence[str]] = {
    NUMBER: ("total", "late_days", "line", "reopened", "people", "wait_s", "quantity", "unit_price"),
    DAY: ("birthday", "customer_since", "placed_at", "promised_at", "delivered_at", "opened_at", "due_at"),
    YES_NO: ("birthday_today", "late", "overdue", "transferred", "shared"),
    OPEN: ("attributes",),
}
"""What no text is."""

_FACTS: Mapping[FactType, ValueType] = {
    FactType.YES_NO: YES_NO,
    FactType.TEXT: TEXT,
    FactType.LIST: ValueType("a list", item=TEXT),
    **dict.fromkeys(NUMERIC, NUMBER),
}


class TemplateMistake(NamedTuple):
    """Why a text cannot be used, and the nearest right name. Not `is_sure`: it works for some callers."""

    why: str
    nearest: str | None = None
    is_sure: bool = True


Found = list[TemplateMistake]


class Types:
    """The types of all that texts may name."""

    def __init__(
        self,
        fields: Mapping[str, Sequence[str]],
        parts: Mapping[str, Sequence[str]],
        lists: Sequence[str],
    ) -> None:
        self._parts = parts
        records = {name: ValueType("several things", self._fields(names)) for name, names in fields.items()}
        self._named = {
            name: ValueType("a list", item=record) if name in lists else record
            for name, record in records.items()
        }

    def _fields(self, names: Sequence[str]) -> Mapping[str, ValueType]:
        return {name: self.of_field(name) for name in names}

    def of_field(self, name: str) -> ValueType:
        """What a field is."""
        if name in self._parts:
            return ValueType("a list", item=ValueType("several things", self._fields(self._parts[name])))
        return next((kind for kind, names in _OTHERS.items() if name in names), TEXT)

    def unfit(self, tree: nodes.Template) -> Found:
        """What surely fails, or may, in a text."""
        found: Found = []
        with suppress(RecursionError):  # what is refused may nest as deep as it likes
            self._of(tree, found)
        return found

    def _of(self, node: nodes.Node, found: Found) -> ValueType | None:
        """What an expression is, None where that is open; what is wrong within goes to `found`."""
        if isinstance(node, nodes.Name):
            return self._named.get(node.name)
        if isinstance(node, nodes.Const):
            return _of_constant(node.value)
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            return self._looked_up(node, found)
        if isinstance(node, nodes.Output):
            for shown in node.nodes:
                found += _shown(shown, self._of(shown, found))
            return None
        parts = [self._of(child, found) for child in node.iter_child_nodes()]
        known = _EXPRESSIONS.get(type(node))
        return known(node, parts, found) if known else None

    def _looked_up(self, node: nodes.Getattr | nodes.Getitem, found: Found) -> ValueType | None:
        key = node.attr if isinstance(node, nodes.Getattr) else _constant(node.arg)
        if isinstance(node.node, nodes.Name) and node.node.name == "facts" and isinstance(key, str):
            fact = find_fact(key)
            return _FACTS.get(fact.type) if fact else None
        owner = self._of(node.node, found)
        if owner is None or owner is OPEN or key is None:
            return None
        if isinstance(key, str):
            if owner.fields is not None and key in owner.fields:
                return owner.fields[key]
            if not isinstance(node.node, nodes.Name) and not _is_item_of_named(node.node):
                found.append(_without(node.node, owner, key))
            return None
        if owner.item is None and owner is not TEXT:
            found.append(
                TemplateMistake(f'"{_written(node.node)}" is {owner.words}, and no list', _written(node.node))
            )
        return TEXT if owner is TEXT else owner.item


def _is_item_of_named(node: nodes.Node) -> bool:
    """`orders[0]`: what such a value has not, is told by its name."""
    return isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Name)


def _without(node: nodes.Node, owner: ValueType, key: str) -> TemplateMistake:
    """A name below what has none, or not this one."""
    value = _written(node)
    if owner.fields is not None:
        near = nearest_name(key, list(owner.fields))
        return TemplateMistake(f'"{value}" has no "{key}", only {", ".join(owner.fields)}', near)
    if owner.item is not None:
        return TemplateMistake(f'"{value}" are several', f"{value}[0].{key}")
    near = f"{value} | {key}" if key in FILTERS else value
    return TemplateMistake(f'"{value}" is {owner.words} and has no "{key}"', near)


def _shown(node: nodes.Node, kind: ValueType | None) -> Iterator[TemplateMistake]:
    if kind is None or kind in (TEXT, NUMBER, DAY) or isinstance(node, nodes.Name):
        return
    value = _written(node)
    if kind is YES_NO:
        why = f'"{value}" is yes or no, and no text; say in words what then is to be said'
        yield TemplateMistake(why, f"{{% if {value} %}}…{{% endif %}}")
    elif not _is_item_of_named(node):
        inner = kind.item
        first = f"{value}[0].{next(iter(inner.fields))}" if inner and inner.fields else None
        yield TemplateMistake(f'"{value}" is {kind.words}, and no text; name what of it is to be said', first)


def _of_constant(value: object) -> ValueType | None:
    if isinstance(value, bool):
        return YES_NO
    return TEXT if isinstance(value, str) else NUMBER if isinstance(value, int | float) else None


def _constant(node: nodes.Node) -> str | int | None:
    value = node.value if isinstance(node, nodes.Const) else None
    return value if isinstance(value, str | int) else None


def _written(node: nodes.Node) -> str:
    """An expression as a text names it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        key = _constant(node.arg)
        return f"{_written(node.node)}[{'…' if key is None else repr(key)}]".replace("'", '"')
    if isinstance(node, nodes.Filter) and node.node is not None:
        return f"{_written(node.node)} | {node.name}"
    return repr(node.value) if isinstance(node, nodes.Const) else "…"


_LISTED = "a list"
_USABLE: Mapping[str, Sequence[ValueType]] = {
    "date": (DAY,),
    "money": (NUMBER,),
    **dict.fromkeys(("name", "upper", "lower", "capitalize"), (TEXT,)),
}
_WANTED: Mapping[str, str] = {"date": "day", "money": "amount"}


def _filtered(node: Any, parts: Sequence[ValueType | None], found: Found) -> ValueType | None:
    value = parts[0] if node.node is not None else None
    name = node.name
    if name == "default":
        return value if parts[1:] == [value] else None
    if name in {"first", "last", "length"}:
        if value is not None and value is not TEXT and value.words != _LISTED:
            found.append(_unusable(node, value, "list"))
        end = TEXT if value is TEXT else value and value.item
        return NUMBER if name == "length" else end
    if name not in FILTERS:
        return None  # is told as such
    if value is not None and value not in _USABLE[name]:
        is_sure = value is not TEXT  # a text may hold a day or an amount, as attributes do
        found.append(_unusable(node, value, _WANTED.get(name, "text"), is_sure=is_sure))
    return TEXT


def _unusable(node: nodes.Filter, value: ValueType, wanted: str, *, is_sure: bool = True) -> TemplateMistake:
    name = _written(node.node) if node.node is not None else ""
    fits = next((each for each, usable in _USABLE.items() if value in usable and each != "name"), None)
    near = f"{name} | {fits}" if fits in {"date", "money"} else name
    why = f'the filter "{node.name}" cannot use "{name}": it is {value.words}, and no {wanted}'
    return TemplateMistake(why, near, is_sure)


def _added(node: Any, parts: Sequence[ValueType | None], found: Found) -> ValueType | None:
    one, other = parts
    if one is None or other is None:
        return None
    kinds = {NUMBER if kind is YES_NO else kind for kind in (one, other)}
    if len(kinds) > 1 or DAY in kinds or any(kind.fields is not None or kind is OPEN for kind in kinds):
        found.append(_apart(node, "+", one, other))
        return None
    return kinds.pop()


def _subtracted(node: Any, parts: Sequence[ValueType | None], found: Found) -> ValueType | None:
    kinds = {NUMBER if kind is YES_NO else kind for kind in parts}
    if kinds - {NUMBER, DAY, None} or kinds == {NUMBER, DAY}:
        found.append(_apart(node, "-", *parts))
    return NUMBER if kinds == {NUMBER} else None


def _apart(node: nodes.BinExpr, sign: str, *kinds: ValueType | None) -> TemplateMistake:
    one, other = (kind.words if kind else "something" for kind in kinds)
    shown = f"{_written(node.left)} {sign} {_written(node.right)}"
    return TemplateMistake(f'"{shown}" cannot be worked out: {one} {sign} {other}; take it out')


_ORDERING = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


def _compared(node: Any, parts: Sequence[ValueType | None], found: Found) -> ValueType:
    if len(parts) > 1 and node.ops[0].op in _ORDERING and None not in parts[:2]:
        one, other = (NUMBER if kind is YES_NO else kind for kind in parts[:2])
        if one != other and one and other:
            sign = _ORDERING[node.ops[0].op]
            shown = f"{_written(node.expr)} {sign} {_written(node.ops[0].expr)}"
            found.append(TemplateMistake(f'"{shown}" cannot be worked out: {one.words} {sign} {other.words}'))
    return YES_NO


def _operand(_node: Any, parts: Sequence[ValueType | None], _found: Found) -> ValueType | None:
    return parts[0]


def _either(_node: Any, parts: Sequence[ValueType | None], _found: Found) -> ValueType | None:
    """One of two texts: the condition comes before them."""
    return parts[1] if len(parts) == 3 and parts[1] == parts[2] else None


def _is(kind: ValueType) -> "_Known":
    return lambda _node, _parts, _found: kind


_Known = Callable[[Any, Sequence[ValueType | None], Found], ValueType | None]
_EXPRESSIONS: Mapping[type[nodes.Node], _Known] = {
    nodes.Filter: _filtered,
    nodes.Add: _added,
    nodes.Sub: _subtracted,
    nodes.Compare: _compared,
    nodes.Operand: _operand,
    nodes.CondExpr: _either,
    nodes.Test: _is(YES_NO),
    nodes.Not: _is(YES_NO),
    nodes.Concat: _is(TEXT),
}
