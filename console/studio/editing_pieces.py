"""What a script's YAML is edited by: entries of lists and mappings, as lines and as values. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from console.studio.editing_scalars import set_in, write_block, write_field, write_flow, write_scalar

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*$", re.MULTILINE)
_IN_QUOTES = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """An entry by itself: the comments and blank lines above it, its lines from column 0, and what it says.

    Of a field, `name` is its name, and the lines are those of name and value. `written` is how it stood in a
    flow collection, when it did.
    """

    value: Any
    lines: tuple[str, ...]
    lead: tuple[str, ...] = ()
    name: str | None = None
    written: str | None = None

    @property
    def block(self) -> list[str]:
        """Its lines in a block."""
        return [*self.lead, *(self.lines if self.name is not None else set_in(self.lines, "- "))]

    @property
    def flow(self) -> str:
        """Its text in a flow collection."""
        if self.written is not None:
            return self.written
        value = write_flow(self.value)
        return value if self.name is None else f"{write_scalar(self.name, flow=True, key=True)}: {value}"


def item_piece(value: Any) -> Piece:
    """An item of a list that says `value`."""
    return Piece(value, tuple(write_block(value)))


def field_piece(name: str, value: Any) -> Piece:
    """A field that says `value`."""
    return Piece(value, tuple(write_field(name, value)), name=name)


def is_collection(value: object) -> bool:
    """Whether a plain value is a list or a mapping."""
    return isinstance(value, Mapping | list | tuple)


def entries(node: Node) -> list[Any]:
    """The items of a list, or the pairs of name and value of a mapping; none of a text."""
    found: list[Any] = node.value if isinstance(node, MappingNode | SequenceNode) else []
    return found


def is_flow(node: Node) -> bool:
    """Whether it is written as `[...]` or `{...}`."""
    return bool(getattr(node, "flow_style", False))


def value_of(entry: Any) -> Node:
    """The node of an entry's value."""
    node: Node = entry[1] if isinstance(entry, tuple) else entry
    return node


def position_of(node: Node, part: str | int) -> int:
    """The place of an entry among those of the node. Raises KeyError."""
    found = entries(node)
    if isinstance(node, MappingNode):
        for position, (key, _) in enumerate(found):
            if key.value == part:
                return position
    elif isinstance(part, int) and 0 <= part < len(found):
        return part
    raise KeyError(part)


def place_for(parent: Node, name: str, order: Sequence[str]) -> int:
    """Where a new field goes: behind the last of those that come before it in `order`, else at the end."""
    if name not in order:
        return len(entries(parent))
    before = order[: order.index(name)]
    places = [at for at, (key, _) in enumerate(entries(parent)) if key.value in before]
    return places[-1] + 1 if places else 0


def all_nodes(node: Node) -> list[Node]:
    """The node, and the values within it."""
    found = [node]
    for entry in entries(node):
        found += all_nodes(value_of(entry))
    return found


def indent_at(text: str, index: int) -> int:
    """The blanks at the beginning of the line."""
    line = text[text.rfind("\n", 0, index) + 1 :]
    return len(line) - len(line.lstrip(" "))


def hoisted(text: str, column: int) -> str:
    """The comments in a text, on lines of their own."""
    return "".join(f"{' ' * column}{each}\n" for each in _COMMENT.findall(_IN_QUOTES.sub("", text)))


def set_under(lines: Sequence[str], column: int) -> str:
    """The lines, set in by so many columns."""
    return "".join(f"{' ' * column}{line}\n" if line else "\n" for line in lines)


def set_out(text: str, column: int) -> tuple[str, ...]:
    """The lines of a text, set out by `column`, or as far as they are blank."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return tuple(line[min(column, len(line) - len(line.lstrip(" "))) :] for line in lines)
