"""The page on which one hand-over rule is written, put together: its conditions as sentences with menus, whom
it proposes, what is wrong with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.handover.rule_document import FIELDS, read_rule
from console.handover.rules import Rule
from console.queues.directory import Directory
from console.studio.drawing_conditions import ConditionView, draw_condition
from console.studio.editing import EDITS, Edit, Edited
from console.studio.editing_script import key_for
from console.studio.editing_source import Source
from console.studio.wording import Option
from scripts_engine.errors import Finding, place_of

NEW = 'rule: new-rule\ntitle: ""\nline: 2\n'
"""What a new rule begins with."""

FIRST_KEY = "new-rule"


def _line(source: Source, _at: object, value: str) -> Edited:
    return Edited(_put(source, "line", int(value) if value in {"1", "2"} else None))


def _name(source: Source, at: Sequence[Any], value: str) -> Edited:
    return Edited(_put(source, str(at[0]), value.strip() or None))


def _title(source: Source, at: Sequence[Any], value: str) -> Edited:
    """As long as nobody gave a new rule (`at` is not empty) another key, it follows the title."""
    key, title = source.get(("rule",)), str(source.get(("title",)) or "")
    source = source.put(("title",), value.strip(), FIELDS)
    follows = bool(at) and key in {FIRST_KEY, key_for(title)}
    return Edited(source.put(("rule",), key_for(value), FIELDS) if follows else source)


def _put(source: Source, name: str, value: str | int | None) -> Source:
    if value is not None:
        return source.put((name,), value, FIELDS)
    return source if source.get((name,)) is None else source.remove((name,))


RULE_EDITS: Mapping[str, Edit] = {
    **{name: done for name, done in EDITS.items() if name.startswith("condition.")},
    "rule.title": _title,
    "rule.key": lambda source, _at, value: _name(source, ("rule",), value),
    "rule.line": _line,
    "rule.name": _name,
}
"""Every edit that the page offers."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is wrong: the line in the text, where and why in words."""

    line: int
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as the page shows it; `problems` keep it from being saved."""

    rule: Rule
    condition: ConditionView | None
    queues: Sequence[Option]
    people: Sequence[Option]
    problems: Sequence[Found]


def draw_rule(source: Source, directory: Directory, queues: Sequence[Option]) -> RuleView:
    """The rule that a text says, with the `queues` and agents that it may name."""
    rule, findings = read_rule(source.value)
    people = sorted((agent.email, agent.name) for agent in directory.agents())
    return RuleView(
        rule,
        draw_condition(source, ("when",)),
        _with(queues, rule.queue),
        _with(people, rule.person),
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
