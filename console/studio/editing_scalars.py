"""How plain values are written as YAML: plainly where that reads back the same, else in quotes. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from console.errors import InvalidError
from console.scripts.yaml_files import read_documents

STEP = 2
"""Columns by which what lies within is set in."""

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What JSON leaves as it is, but YAML wants escaped."""

_FRAMES = {
    (False, False): "- {}",
    (True, False): "- [{}]",
    (False, True): "- {}: x",
    (True, True): "- {{{}: x}}",
}
"""A text in block and in flow style, as a value and as a key."""


class Quoted(str):
    """A text that is written in quotes also where it need not be: what is said to people."""

    __slots__ = ()


def write_scalar(value: object, *, flow: bool = False, key: bool = False, style: str | None = None) -> str:
    """The value on one line. `style` is the quote that it had before."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return "null" if value is None else str(value)
    if style == "'" and _is_plain_in_quotes(value):
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or isinstance(value, Quoted) or not _reads_back(str(value), flow, key):
        return _quoted(value)
    return str(value)


def write_flow(value: object) -> str:
    """The value in flow style: `{wait: voucher, cancel: refund}`."""
    if isinstance(value, Mapping):
        fields = (
            f"{write_scalar(name, flow=True, key=True)}: {write_flow(item)}" for name, item in value.items()
        )
        return "{" + ", ".join(fields) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(write_flow, value)) + "]"
    return write_scalar(value, flow=True)


def write_block(value: object) -> list[str]:
    """The lines of the value in block style, beginning at column 0."""
    if isinstance(value, Mapping) and value:
        return [line for name, item in value.items() for line in write_field(name, item)]
    if isinstance(value, list | tuple) and value:
        return [line for item in value for line in set_in(write_block(item), "- ")]
    return [write_flow(value) if isinstance(value, Mapping | list | tuple) else write_scalar(value)]


def write_field(name: object, value: Any) -> list[str]:
    """The lines of a field in block style."""
    key, lines = write_scalar(name, key=True), write_block(value)
    if isinstance(value, Mapping | list | tuple) and value:
        return [f"{key}:", *set_in(lines, "  ")]
    return [f"{key}: {lines[0]}"]


def set_in(lines: Sequence[str], opening: str, under: int | None = None) -> list[str]:
    """The lines, the first behind `opening`, the others under it, or set in by `under` columns."""
    blank = " " * (len(opening) if under is None else under)
    return [opening + lines[0], *(blank + line if line else "" for line in lines[1:])]


def _quoted(text: str) -> str:
    written = json.dumps(str(text), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _is_plain_in_quotes(text: str) -> bool:
    return text.isprintable() and not _UNPRINTABLE.search(text)


@lru_cache(maxsize=4_096)
def _reads_back(text: str, flow: bool, key: bool) -> bool:
    """Whether the text, written as it is, is read as that text."""
    if not text.isprintable() or _UNPRINTABLE.search(text):
        return False
    try:
        found = read_documents(_FRAMES[flow, key].format(text), "")
    except InvalidError:
        return False
    wanted: object = {text: "x"} if key else text
    return [each.value for each in found] == [[wanted] if flow and not key else wanted]
