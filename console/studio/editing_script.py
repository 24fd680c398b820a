"""Edits of what stands above a script's steps: title, key, priority, where and when in force. Pure."""

import re
import unicodedata

from console.studio.editing_conditions import EditError, split_list
from console.studio.editing_scalars import write_scalar
from console.studio.editing_source import Source
from scripts_engine.codec import FIELDS
from scripts_engine.reading import MAX_NAME
from scripts_engine.script import DEFAULT_PRIORITY, HIGHEST_PRIORITY, LINES

FIRST_KEY = "new-script"
NEW = f"""\
script: {FIRST_KEY}
title: ""
steps:
  - id: greet
    say: ""
    end: resolved
"""
"""What a new script begins with."""


def change_title(source: Source, title: str, *, is_new: bool) -> Source:
    """With another title. As long as nobody has given a `new` script another key, it follows the title."""
    follows = is_new and source.get(("script",)) in {FIRST_KEY, key_for(str(source.get(("title",)) or ""))}
    source = source.put(("title",), title.strip(), FIELDS)
    return source.put(("script",), key_for(title), FIELDS) if follows else source


def change_key(source: Source, key: str) -> Source:
    """With another key; only before the script is stored, because calls remember it."""
    return source.put(("script",), key.strip(), FIELDS)


def key_for(title: str) -> str:
    """The key that a title suggests: `Ďakujeme, že voláte!` becomes `dakujeme-ze-volate`."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    return words[:MAX_NAME].rstrip("-") or FIRST_KEY


def change_priority(source: Source, typed: str) -> Source:
    """With another priority; the usual one is left out, unless it is written already."""
    if not typed.strip().isdecimal() or int(typed) > HIGHEST_PRIORITY:
        raise EditError(f"the priority is a whole number from 0 to {HIGHEST_PRIORITY}")
    if int(typed) == DEFAULT_PRIORITY and source.get(("priority",)) is None:
        return source
    return source.put(("priority",), int(typed), FIELDS)


def change_lines(source: Source, chosen: str) -> Source:
    """For these lines only; for all when none is chosen, or all are."""
    lines = [line for line in LINES if str(line) in chosen.split()]
    return _put_list(source, "lines", lines if len(lines) < len(LINES) else [])


def change_queues(source: Source, typed: str) -> Source:
    """For these queues only; for all when none is named."""
    return _put_list(source, "queues", split_list(typed))


def change_text(source: Source, name: str, typed: str) -> Source:
    """With another `language`, `from` or `until`; without it when nothing was typed."""
    if typed.strip():
        return source.put((name,), typed.strip(), FIELDS)
    return source if source.get((name,)) is None else source.remove((name,))


def _put_list(source: Source, name: str, items: list[int] | list[str]) -> Source:
    if not items:
        return source if source.get((name,)) is None else source.remove((name,))
    if source.get((name,)) is None:  # short lists stand on one line
        before = source.put((name,), "", FIELDS)
        written = ", ".join(write_scalar(item, flow=True) for item in items)
        return Source(before.text.replace(f'\n{name}: ""\n', f"\n{name}: [{written}]\n", 1))
    return source.put((name,), items, FIELDS)
