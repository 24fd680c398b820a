"""A script's YAML that is edited in place: what an edit does not touch stays as it is, to the letter. Pure.

ruamel.yaml tells where each value stands; an edit takes out, puts in or replaces just that. Comments and
blank lines above an entry of a list or a mapping, and a comment behind it, belong to it and go where it
goes.

Entries of a block stand on lines of their own; those of a flow collection (`{a: b}`) stand between commas.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from console.errors import InvalidError, Problem
from console.scripts.yaml_files import YamlDocument, read_documents
from console.studio.editing_pieces import (
    Piece,
    all_nodes,
    entries,
    field_piece,
    hoisted,
    indent_at,
    is_collection,
    is_flow,
    item_piece,
    place_for,
    position_of,
    set_out,
    set_under,
    value_of,
)
from console.studio.editing_scalars import STEP, set_in, write_block, write_flow, write_scalar
from scripts_engine.errors import Path

NAME = "YAML"
"""What the text is called where it is said what is wrong in it."""

KEPT = 16
"""Texts of which it is remembered how they were read; nothing changes what was read."""

_BEHIND_NOTHING = re.compile(r"(?<=[:-])\s+#.*$")
_DASH = re.compile(r"[ -]*-(\s|$)")
_BLOCK_TEXTS = frozenset({"|", ">"})


@lru_cache(KEPT)
def _read(text: str) -> list[YamlDocument]:
    """Reading takes longer than any edit, and the next edit, or its undoing, reads the same text again."""
    return read_documents(text, NAME)


class Source:
    """The YAML of one script. Edits return a new one. Raises InvalidError when it is no such text."""

    def __init__(self, text: str) -> None:
        self.text = _tidy(text)
        documents = _read(self.text)
        if len(documents) > 1:
            raise _wrong("here are several scripts: the studio edits one at a time; import them as a file")
        self.document = documents[0]
        self.value: Any = self.document.value
        if not isinstance(self.document.node, MappingNode):
            raise _wrong("a script is written as fields with values: `script:`, `title:`, `steps:`")
        self.root: Node = self.document.node
        nodes = all_nodes(self.root)
        if len(nodes) != len({id(node) for node in nodes}):
            raise _wrong("what & and * repeat cannot be edited here: write it out")

    # ---- looking ----

    def get(self, path: Path) -> Any:
        """The plain value at `path`; None when there is none."""
        value: Any = self.value
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
                value = value[part]
            else:
                return None
        return value

    def node(self, path: Path) -> Node:
        """The node at `path`. Raises KeyError."""
        node = self.root
        for part in path:
            node = value_of(entries(node)[position_of(node, part)])
        return node

    def is_block(self, path: Path) -> bool:
        """Whether the value at `path` is a list or a mapping on lines of its own."""
        node = self.node(path)
        return bool(entries(node)) and not is_flow(node)

    def piece(self, path: Path) -> Piece:
        """The entry at `path`, as it can be put in elsewhere."""
        parent, value = self.node(path[:-1]), self.get(path)
        name = str(path[-1]) if isinstance(parent, MappingNode) else None
        position = position_of(parent, path[-1])
        if is_flow(parent):
            piece = item_piece(value) if name is None else field_piece(name, value)
            return replace(piece, written=self._flow_pieces(path[:-1], parent)[position])
        start, (begin, end) = self._start(parent, position), self._region(parent, position)
        lead = set_out(self.text[begin : self._line_start(start)], parent.start_mark.column)
        own = start if name is not None else value_of(entries(parent)[position]).start_mark.index
        if self._line_start(own) != self._line_start(start):  # the dash stands on a line of its own
            lead += set_out(self.text[self._line_end(start) : self._line_start(own)], STEP)
        column = own - self._line_start(own)
        return Piece(value, set_out(" " * column + self.text[own:end], column), lead, name)

    def lines_of(self, path: Path) -> tuple[str, ...]:
        """The lines of the value at `path` from column 0, with the comment behind it."""
        if not isinstance(path[-1], str):
            return self.piece(path).lines
        parent, node = self.node(path[:-1]), self.node(path)
        header = parent.value[position_of(parent, path[-1])][0].end_mark.index
        end = self._line_end(self._end(node))
        if node.start_mark.index < self._line_end(header):
            column = parent.start_mark.column
            return set_out(" " * column + self.text[node.start_mark.index : end], column)
        return set_out(self.text[self._line_end(header) : end], node.start_mark.column)

    # ---- editing ----

    def put(self, path: Path, value: Any, order: Sequence[str] = ()) -> "Source":
        """With `value` at `path`. A new field comes behind those that stand before it in `order`."""
        parent, last = self.node(path[:-1]), path[-1]
        try:
            position = position_of(parent, last)
        except KeyError:
            return self.insert(path[:-1], place_for(parent, str(last), order), field_piece(str(last), value))
        if is_collection(value) and value and not is_flow(parent):
            return Source(self._with_lines(parent, position, write_block(value)))
        node = value_of(entries(parent)[position])
        style = node.style if isinstance(node, ScalarNode) else None
        flow = is_flow(parent)
        written = write_flow(value) if is_collection(value) else write_scalar(value, flow=flow, style=style)
        return Source(self._with_value(parent, position, written))

    def put_lines(self, path: Path, lines: Sequence[str], *, inline: bool = False) -> "Source":
        """With the lines, made of `lines_of` it, as the value at `path`, which stands in a block.

        `inline`: on the line of the field's name.
        """
        parent = self.node(path[:-1])
        position = position_of(parent, path[-1])
        return Source(self._with_lines(parent, position, lines, made_of_it=True, inline=inline))

    def rename(self, path: Path, name: str) -> "Source":
        """With the field at `path` called `name`."""
        parent = self.node(path[:-1])
        key = parent.value[position_of(parent, path[-1])][0]
        written = write_scalar(name, flow=is_flow(parent), key=True, style=key.style)
        return Source(self.text[: key.start_mark.index] + written + self.text[key.end_mark.index :])

    def remove(self, path: Path) -> "Source":
        """Without the entry at `path`."""
        parent = self.node(path[:-1])
        position = position_of(parent, path[-1])
        if is_flow(parent):
            pieces = self._flow_pieces(path[:-1], parent)
            return Source(self._with_flow(parent, pieces[:position] + pieces[position + 1 :]))
        if len(entries(parent)) == 1:
            around, empty = self.node(path[:-2]), "{}" if isinstance(parent, MappingNode) else "[]"
            return Source(self._with_value(around, position_of(around, path[-2]), empty))
        begin, end = self._region(parent, position)
        if position == 0 and begin == self._start(parent, 0) != self._line_start(begin):
            return Source(self._without_first(parent, begin))
        return Source(self.text[:begin] + self.text[end:])

    def insert(self, path: Path, position: int, piece: Piece) -> "Source":
        """With `piece` as the entry at `position` of the list or mapping at `path`."""
        parent = self.node(path)
        if not entries(parent):  # written as [], {} or nothing
            return self._with_first(path, piece)
        if is_flow(parent):
            pieces = self._flow_pieces(path, parent)
            return Source(self._with_flow(parent, [*pieces[:position], piece.flow, *pieces[position:]]))
        column = parent.start_mark.column
        at = self._region(parent, position - 1)[1] if position else self._region(parent, 0)[0]
        if position == 0 and at == self._start(parent, 0) != self._line_start(at):  # on the line of a dash
            first = set_under(piece.lines, column).lstrip(" ")
            return Source(self.text[:at] + first + " " * column + self.text[at:])
        return Source(self.text[:at] + set_under(piece.block, column) + self.text[at:])

    def cut(self, path: Path) -> "tuple[Source, Piece]":
        """Without the entry at `path`, and that entry."""
        return self.remove(path), self.piece(path)

    def move(self, path: Path, to: int) -> "Source":
        """With the entry at `path` in another place among those around it."""
        source, piece = self.cut(path)
        return source.insert(path[:-1], to, piece)

    # ---- what belongs to an entry ----

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        return self.text.find("\n", index) + 1 or len(self.text)

    def _end(self, node: Node) -> int:
        """Where the node's own characters end: behind them may come comments and blank lines."""
        if entries(node) and not is_flow(node):
            return self._end(value_of(entries(node)[-1]))
        end: int = node.end_mark.index
        if isinstance(node, ScalarNode) and node.start_mark.index == end:
            return self._end_of_nothing(end)
        is_block = isinstance(node, ScalarNode) and node.style in _BLOCK_TEXTS
        return len(self.text[:end].rstrip()) if is_block else end

    def _begin(self, node: Node) -> int:
        """Where the node's own characters begin."""
        return min(int(node.start_mark.index), self._end(node))

    def _end_of_nothing(self, index: int) -> int:
        """Behind the colon or the dash that no value follows; the node says where the next thing begins."""
        at = len(self.text[:index].rstrip())
        while (line := self.text[self._line_start(at) : at]).lstrip().startswith("#"):
            at = len(self.text[: self._line_start(at)].rstrip())
        comment = _BEHIND_NOTHING.search(line)
        return at - len(comment[0]) if comment else at

    def _start(self, parent: Node, position: int) -> int:
        """Where the entry begins: its name, or its dash."""
        entry = entries(parent)[position]
        if isinstance(parent, MappingNode):
            index: int = entry[0].start_mark.index
            return index
        column, line = parent.start_mark.column, self._line_start(entry.start_mark.index)
        while not _DASH.match(self.text[line : line + column + 2]) or self.text[line + column] != "-":
            line = self._line_start(line - 1)
        return int(line + column)

    def _region(self, parent: Node, position: int) -> tuple[int, int]:
        """From where to where lines belong to the entry; from its own start where a dash stands before it."""
        start = self._start(parent, position)
        end = self._line_end(self._end(value_of(entries(parent)[position])))
        if position:
            return self._line_end(self._end(value_of(entries(parent)[position - 1]))), end
        begin = self._line_start(start)
        if self.text[begin:start].strip():
            return start, end
        while parent is not self.root and self._is_blank_above(begin):
            begin = self._line_start(begin - 1)
        return begin, end

    def _is_blank_above(self, line: int) -> bool:
        """Whether the line above is blank, or a comment."""
        above = self.text[self._line_start(line - 1) : line].strip()
        return not above or above.startswith("#")

    # ---- blocks ----

    def _with_lines(
        self,
        parent: Node,
        position: int,
        lines: Sequence[str],
        *,
        made_of_it: bool = False,
        inline: bool = False,
    ) -> str:
        """With the lines as the value of an entry of a block."""
        node, start = value_of(entries(parent)[position]), self._start(parent, position)
        end = self._line_end(self._end(node))
        column = start - self._line_start(start)
        if isinstance(parent, SequenceNode):
            return self.text[:start] + set_under(set_in(lines, "- "), column).lstrip(" ") + self.text[end:]
        at = self._after_name(parent, position)
        comment = self._comment_behind(node, at, taken=made_of_it)
        if inline:
            above = set_under([comment.strip()], column) if comment else ""
            line = self._line_start(start)
            new = f" {lines[0]}\n" + set_under(lines[1:], column + STEP)
            return self.text[:line] + above + self.text[line:at] + new + self.text[end:]
        return self.text[:at] + comment + "\n" + set_under(lines, column + STEP) + self.text[end:]

    def _with_value(self, parent: Node, position: int, written: str) -> str:
        """With what is written on one line as the value of an entry."""
        node = value_of(entries(parent)[position])
        start, end = self._begin(node), self._end(node)
        if isinstance(parent, MappingNode) and entries(node) and not is_flow(node):
            at = self._after_name(parent, position)
            rest = self.text[at : self._line_end(at)]
            return self.text[:at] + f" {written}" + rest + self.text[self._line_end(end) :]
        space = " " if self.text[start - 1 : start] in {":", "-"} else ""
        return self.text[:start] + space + written + self.text[end:]

    def _after_name(self, parent: Node, position: int) -> int:
        """Behind the colon of a field."""
        return self.text.index(":", parent.value[position][0].end_mark.index) + 1

    def _comment_behind(self, node: Node, at: int, *, taken: bool) -> str:
        """The comment on the line of a field, which stays; if it is the value's, it may be `taken` along."""
        on_the_line = self._line_end(self._begin(node)) == self._line_end(at)
        if on_the_line and taken:
            return ""
        end = max(at, self._end(node)) if on_the_line else at
        rest = self.text[end : self._line_end(end)].strip()
        return f"  {rest}" if rest.startswith("#") else ""

    def _without_first(self, parent: Node, begin: int) -> str:
        """Without the first entry, which stands on the line of a dash: the next one takes its place."""
        after, line = self._start(parent, 1), self._line_start(begin)
        comments = hoisted(self.text[self._line_end(begin) : after], indent_at(self.text, begin))
        return self.text[:line] + comments + self.text[line:begin] + self.text[after:]

    def _with_first(self, path: Path, piece: Piece) -> "Source":
        """With a single entry instead of none."""
        around = self.node(path[:-1])
        if is_flow(around):
            return self.put(path, [piece.value] if piece.name is None else {piece.name: piece.value})
        position = position_of(around, path[-1])
        if piece.written is not None:
            opening, closing = "[]" if piece.name is None else "{}"
            return Source(self._with_value(around, position, opening + piece.flow + closing))
        return Source(self._with_lines(around, position, piece.block))

    # ---- flow collections ----

    def _flow_pieces(self, path: Path, parent: Node) -> list[str]:
        """The entries between the commas, as they are written; those of several lines on one."""
        pieces = []
        for position, entry in enumerate(entries(parent)):
            first = entry[0] if isinstance(entry, tuple) else entry
            piece = self.text[first.start_mark.index : self._end(value_of(entry))]
            if "\n" in piece:
                name = first.value if isinstance(entry, tuple) else None
                value = self.get((*path, position if name is None else name))
                piece = (item_piece(value) if name is None else field_piece(name, value)).flow
            pieces.append(piece)
        return pieces

    def _with_flow(self, parent: Node, pieces: Sequence[str]) -> str:
        """With other entries; comments between them go above the line."""
        start, end = parent.start_mark.index, parent.end_mark.index
        opening, closing = "{}" if isinstance(parent, MappingNode) else "[]"
        line = self._line_start(start)
        comments = hoisted(self.text[start:end], indent_at(self.text, start))
        new = opening + ", ".join(pieces) + closing
        return self.text[:line] + comments + self.text[line:start] + new + self.text[end:]


def _wrong(why: str) -> InvalidError:
    return InvalidError([Problem(NAME, why)])


def _tidy(text: str) -> str:
    """Lines end with a line feed, also the last one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return text if text.endswith("\n") or not text else f"{text}\n"
