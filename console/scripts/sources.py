"""Each script of a file as its author wrote it, with comments: cut out of the file, never written anew."""

import json
import re
from bisect import bisect_right
from itertools import pairwise

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_MARKER = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%.*\n?", re.MULTILINE)
_REMARKS = re.compile(r"(?:[ \t]*(?:#.*)?\n|%.*\n)*")
_DASH = re.compile(r"\s*-\s+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_NOT_TEXT = frozenset({"true", "false", "null"})


class Sources:
    """Cuts the texts of scripts out of a file."""

    def __init__(self, text: str) -> None:
        self._text = text
        markers = [*_MARKER.finditer(text)]
        self._starts = [0, *(marker.end() for marker in markers)]
        self._ends = [*(marker.start() for marker in markers), len(text)]

    def of(self, root: Node) -> list[str | None]:
        """The texts of the scripts in one YAML document. None: this one is written in an unusual way."""
        at = bisect_right(self._starts, root.start_mark.index) - 1
        if not isinstance(root, SequenceNode):
            return [_tidy(self._part(at))]
        if root.flow_style or not root.value:
            return [_tidy(self._text[item.start_mark.index : item.end_mark.index]) for item in root.value]
        return _items(self._text[: self._ends[at]].rstrip().split("\n"), root)

    def _part(self, at: int) -> str:
        """The YAML document between two marks. What stands before the first mark may be comments on it."""
        part = self._text[self._starts[at] : self._ends[at]]
        before = self._text[: self._ends[0]] if at == 1 else ""
        remarks = _DIRECTIVE.sub("", before) if _REMARKS.fullmatch(before) else ""
        return remarks + part.lstrip(" ").removeprefix("\n") if at else part


def _items(lines: list[str], root: SequenceNode) -> list[str | None]:
    """The items of a list, each with the comments above it."""
    begins = [_begin(lines, item) for item in root.value]
    ends = [*(begin for _, begin in pairwise(begins)), len(lines)]
    return [
        _outdented(lines[begin:end], item.start_mark.line - begin, item.start_mark.column)
        for item, begin, end in zip(root.value, begins, ends, strict=True)
    ]


def _begin(lines: list[str], item: Node) -> int:
    """The line in which an item begins, counting the comments right above it."""
    begin: int = item.start_mark.line
    while begin and lines[begin - 1].lstrip().startswith("#"):
        begin -= 1
    return begin


def _outdented(lines: list[str], first: int, column: int) -> str | None:
    """The lines of an item as a document of its own; its dash stands in the line `first`."""
    if not _DASH.fullmatch(lines[first][:column]):
        return None
    cut = [line.lstrip() if line[:column].strip() else line[column:] for line in lines]
    cut[first] = lines[first][column:]
    return _tidy("\n".join(cut))


def _tidy(text: str) -> str:
    return text.strip("\n").rstrip() + "\n"


def with_value(text: str, root: Node, name: str, value: str) -> str:
    """The text of a script with another text in one of its fields; everything else stays as written."""
    assert isinstance(root, MappingNode)  # noqa: S101 - a script that was read is one
    for field, node in root.value:
        if field.value == name and isinstance(node, ScalarNode):
            return f"{text[: node.start_mark.index]}{written(value)}{text[node.end_mark.index :]}"
    raise KeyError(name)


def written(value: str) -> str:
    """A text as YAML: plain where nobody can take it for anything else."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT
    return value if plain else json.dumps(value, ensure_ascii=False)
