"""The page on which one rule is written, put together: its conditions as sentences with menus, whom it
proposes where it does, what is wrong with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from console.queues.directory import Directory
from console.studio.drawing_conditions import ConditionView, draw_condition
from console.studio.editing import EDITS, Edit, Edited
from console.studio.editing_script import key_for
from console.studio.editing_source import Source
from console.studio.rule_books import NEW_KEY, AnyRule, Book
from console.studio.wording import Option
from scripts_engine.errors import Finding, place_of


def edits_of(book: Book) -> Mapping[str, Edit]:
    """Every edit that the page offers."""
    put = partial(_put, book.fields)

    def title(source: Source, at: Sequence[Any], value: str) -> Edited:
        """As long as nobody gave a new rule (`at` is not empty) another key, it follows the title."""
        key, before = source.get(("rule",)), str(source.get(("title",)) or "")
        source = source.put(("title",), value.strip(), book.fields)
        follows = bool(at) and key in {NEW_KEY, key_for(before)}
        return Edited(source.put(("rule",), key_for(value), book.fields) if follows else source)

    return {
        **{name: done for name, done in EDITS.items() if name.startswith("condition.")},
        "rule.title": title,
        "rule.key": lambda source, _at, value: Edited(put(source, "rule", value.strip() or None)),
        "rule.line": lambda source, _at, value: Edited(put(source, "line", _LINES.get(value))),
        "rule.name": lambda source, at, value: Edited(put(source, str(at[0]), value.strip() or None)),
    }


_LINES = {"1": 1, "2": 2}


def _put(fields: Sequence[str], source: Source, name: str, value: str | int | None) -> Source:
    if value is not None:
        return source.put((name,), value, fields)
    return source if source.get((name,)) is None else source.remove((name,))


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is wrong: the line in the text, where and why in words."""

    line: int
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as the page shows it; `problems` keep it from being saved."""

    rule: AnyRule
    condition: ConditionView | None
    queues: Sequence[Option]
    people: Sequence[Option]
    problems: Sequence[Found]


def draw_rule(book: Book, source: Source, directory: Directory, queues: Sequence[Option]) -> RuleView:
    """The rule that a text says, with the `queues` and agents that it may name."""
    rule, findings = book.read(source.value)
    people = sorted((agent.email, agent.name) for agent in directory.agents())
    return RuleView(
        rule,
        draw_condition(source, ("when",)),
        _with(queues, getattr(rule, "queue", None)),
        _with(people, getattr(rule, "person", None)),
        [_found(source, each) for each in findings],
    )


def _with(options: Sequence[Option], value: str | None) -> list[Option]:
    """The options, and the value itself if it is none of them."""
    known = value is None or any(each == value for each, _ in options)
    return [*options] if known else [*options, (str(value), str(value))]


def _found(source: Source, finding: Finding) -> Found:
    return Found(
        source.document.line_of(finding.path), place_of(finding.path) or finding.script, finding.sentence
    )
