"""Script files: YAML 1.2 to plain documents that know their lines, and back.

A file holds one script, a list of them, or several YAML documents. Only plain values are made of it: no tag
makes an object, `no` stays a text, days stay texts. Size, depth and number of values are bounded. What each
script looks like in the file is kept beside, for its comments (`sources`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.scanner import Scanner

from console.errors import InvalidError, Problem
from console.scripts.sources import Sources, with_value
from scripts_engine.codec import Document
from scripts_engine.errors import Path

MAX_CHARACTERS = 4_000_000
"""Characters of one script file."""

MAX_VALUES = 400_000
"""Values in one script file, counting those that aliases repeat."""

MAX_REPEATED = 1_000
"""Values that a file may have, by its aliases, beyond one for each of its characters."""

MAX_DOCUMENTS = 20_000
"""Scripts in one file."""

MAX_DEPTH = 60
"""Levels of lists and mappings within each other."""

_MOST_OPEN = MAX_DEPTH + 2
"""Open levels at which reading stops; which of them count is known once all is read."""

MOST_NUMBER = 10**15
"""Numbers of so many digits do not survive every program."""

_TRUTH = {"true": True, "false": False}
_ODD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAG = "tag:yaml.org,2002:"
_INDENT = {"mapping": 2, "sequence": 4, "offset": 2}
_LINE_WIDTH = 4_096
_TOO_DEEP = f"lists and mappings are nested deeper than {MAX_DEPTH} levels"


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One script's document, in which line of the file each place of it begins (the first is 1), its text
    there, with comments (None: it cannot stand by itself), and its node, for those who edit it in place."""

    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    source: str | None = None
    node: Node | None = field(default=None, compare=False, repr=False)

    def line_of(self, path: Path) -> int:
        """The line of the place at `path`, or of the nearest place around it; 0 where there are no lines."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1 if self.lines else 0)


def read_documents(text: str, name: str) -> list[YamlDocument]:
    """The scripts' documents in a file called `name`. Raises InvalidError when it is no such file."""
    if len(text) > MAX_CHARACTERS:
        raise _invalid(name, f"the file has {len(text):,} characters, more than {MAX_CHARACTERS:,}")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        roots = list(_compose(text, name))
        conversion = _Conversion(name, min(MAX_VALUES, len(text) + MAX_REPEATED))
        documents = _with_sources(text, roots, [[*conversion.documents(root)] for root in roots])
    except _TooDeepError as error:
        raise _invalid(name, _TOO_DEEP, error.line) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise _invalid(name, f"this is not YAML: {error.problem or error.context}", line) from error
    except YAMLError as error:
        raise _invalid(name, f"this is not YAML: {error}") from error
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _invalid(
            name, f"this is not YAML: {error}"
        ) from error  # the reader trips over odd escapes and tags
    if not documents:
        raise _invalid(name, "the file holds no script")
    return documents


def rewrite(text: str, name: str, value: str) -> str:
    """The text of one script with another text in the field called `name`; all else stays as written."""
    return with_value(text, _yaml().compose(text), name, value)


def write_documents(documents: Sequence[Document]) -> str:
    """The documents as a script file that reads back the same."""
    out = StringIO()
    yaml = _yaml()
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # a script's order stays
    yaml.allow_unicode = True
    yaml.width = _LINE_WIDTH
    yaml.indent(**_INDENT)
    for position, document in enumerate(documents):
        if position:
            out.write("---\n")
        yaml.dump(document, out)
    return out.getvalue()


def _compose(text: str, name: str) -> Iterator[Node]:
    yaml = _yaml()
    yaml.composer.warn_double_anchors = False
    for count, root in enumerate(yaml.compose_all(text)):
        if count == MAX_DOCUMENTS:
            raise _invalid(name, f"the file holds more than {MAX_DOCUMENTS:,} documents; part it")
        if root is not None and str(root.tag) != f"{_TAG}null":
            yield root


def _with_sources(
    text: str, roots: Sequence[Node], documents: Sequence[Sequence[YamlDocument]]
) -> list[YamlDocument]:
    cut, found = Sources(text), []
    for root, inside in zip(roots, documents, strict=True):
        doubtful = isinstance(root, SequenceNode) or text.startswith("%") or "\n%" in text
        for document, source in zip(inside, cut.of(root), strict=True):
            good = isinstance(document.value, dict) and source is not None
            good = good and not (doubtful and _plain(source or "") != document.value)
            found.append(replace(document, source=source if good else None))
    return found


def _plain(text: str) -> Any:
    """What a text reads as by itself; None when it cannot stand by itself."""
    try:
        return next(document.value for document in _Conversion("").documents(_yaml().compose(text)))
    except (InvalidError, YAMLError, StopIteration):
        return None


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _Scanner
    return yaml


class _TooDeepError(YAMLError):
    """More is within each other than any script has; in which line that begins (the first is 1)."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(_TOO_DEEP)


class _Scanner(Scanner):
    """Stops at the first bracket, dash or field that lies too deep: each one makes as much work as there are
    open ones around it, long before anything is made of them."""

    def fetch_flow_collection_start(self, token: Any, to_push: str) -> None:
        super().fetch_flow_collection_start(token, to_push)
        self._stop_when_deep()

    def add_indent(self, column: int) -> bool:
        added: bool = super().add_indent(column)
        self._stop_when_deep()
        return added

    def _stop_when_deep(self) -> None:
        if len(self.indents) + self.flow_level > _MOST_OPEN:
            raise _TooDeepError(self.reader.line + 1)


def _invalid(name: str, why: str, line: int = 0) -> InvalidError:
    where = f"{name} line {line}" if line else name
    return InvalidError([Problem(where.strip() or "file", why, line)])


class _Conversion:
    """YAML nodes to plain values, counted, with the line of every place noted."""

    def __init__(self, name: str, most: int = MAX_VALUES) -> None:
        self._name = name
        self._most = most
        self._count = 0

    def documents(self, root: Node) -> Iterator[YamlDocument]:
        """The documents in one YAML document: a list of scripts is as good as several documents."""
        nodes = root.value if isinstance(root, SequenceNode) else [root]
        if len(nodes) > MAX_DOCUMENTS:
            raise self._problem(root, f"the list holds more than {MAX_DOCUMENTS:,} scripts; part it")
        for node in nodes:
            lines: dict[Path, int] = {}
            yield YamlDocument(self._value(node, (), lines), lines, node=node)

    def _value(self, node: Node, path: Path, lines: dict[Path, int]) -> Any:
        lines[path] = node.start_mark.line + 1
        self._count += 1
        if self._count > self._most:
            raise self._problem(node, f"the file holds more than {self._most:,} values")
        if len(path) > MAX_DEPTH:
            raise self._problem(node, _TOO_DEEP)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if str(node.tag) not in {f"{_TAG}seq", f"{_TAG}map"}:
            raise self._marked(node)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, at), lines) for at, item in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, path, lines)
        raise AssertionError(node)

    def _mapping(self, node: MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self._problem(key, "the name of a field must be a text")
            self._storable(key)
            if key.value in found:
                raise self._problem(key, f'"{key.value}" stands here twice')
            found[key.value] = self._value(value, (*path, key.value), lines)
            lines[(*path, key.value)] = key.start_mark.line + 1
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        kind = str(node.tag).removeprefix(_TAG)
        text = self._storable(node)
        if kind == "null":
            return None
        if kind == "bool":
            return _TRUTH.get(text.lower(), text)
        if kind in {"int", "float"}:
            return _number(text)
        if kind in {"str", "timestamp", "merge", "value"}:
            return text
        raise self._marked(node)

    def _storable(self, node: ScalarNode) -> str:
        text: str = node.value
        if (why := odd_character(text)) is not None:
            raise self._problem(node, why)
        return text

    def _marked(self, node: Node) -> InvalidError:
        return self._problem(node, f"a script file holds plain values, nothing marked {node.tag}")

    def _problem(self, node: Node, why: str) -> InvalidError:
        return _invalid(self._name, why, node.start_mark.line + 1)


def without_odd_characters(text: str) -> str:
    """The text without the characters that nobody can read."""
    return _ODD.sub("", text)


def odd_character(text: str) -> str | None:
    """What is wrong with a text that an escape gave a character which no database keeps and no screen
    shows."""
    odd = _ODD.search(text)
    return odd and f"a text holds the character U+{ord(odd[0]):04X}, which nobody can read; take it out"


def _number(text: str) -> int | float | str:
    """The number; a form that only YAML knows (0x1F, .inf), and what is no number of people, stay texts,
    which no field takes for one."""
    for kind in (int, float):
        try:
            number = kind(text)
        except (OverflowError, ValueError):
            continue
        if abs(number) < MOST_NUMBER:
            return number
    return text
