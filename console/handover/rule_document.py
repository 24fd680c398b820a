"""A rule's document (the plain dict that a YAML text holds) to a Rule and back. Pure.

`{rule: key, title: …, when: …, line: 2, queue: …, person: …}`; conditions are written as in scripts.
"""

from collections.abc import Mapping
from typing import Any

from console.handover.rules import Rule
from console.rules.sets import Document
from scripts_engine import condition_codec
from scripts_engine.errors import Finding
from scripts_engine.reading import MAX_NAME, Fields, Reading
from scripts_engine.script import LINES

FIELDS = ("rule", "title", "when", "line", "queue", "person", "archived")

LONGEST_EMAIL = 320


def read_rule(document: object) -> tuple[Rule, list[Finding]]:
    """As much of the rule as can be read, and everything that is wrong with its document."""
    reading = Reading("rule")
    fields = reading.fields(document, (), "a rule", FIELDS)
    when = fields.get("when")
    rule = Rule(
        key=reading.key(fields.get("rule"), ("rule",), '"rule", the key,'),
        title=reading.text(fields.get("title"), ("title",), '"title"', MAX_NAME),
        when=None if when is None else condition_codec.read(reading, when, ("when",)),
        line=_line(reading, fields),
        queue=reading.optional_text(fields, "queue", (), MAX_NAME),
        person=reading.optional_text(fields, "person", (), LONGEST_EMAIL),
        archived=fields.get("archived") is True,
    )
    if not (rule.line or rule.queue or rule.person):
        reading.report(("line",), "it proposes nobody: choose a line, a queue, or a person")
    return rule, reading.findings


def write_rule(rule: Rule) -> Document:
    """The rule as a document."""
    document: Document = {"rule": rule.key, "title": rule.title}
    if rule.when is not None:
        document["when"] = condition_codec.write(rule.when)
    targets = {"line": rule.line, "queue": rule.queue, "person": rule.person}
    document |= {name: value for name, value in targets.items() if value is not None}
    return document | ({"archived": True} if rule.archived else {})


def read_rules(document: Mapping[str, Any]) -> list[Rule]:
    """The rules of a stored set; those that can no longer be read are left out."""
    found = [read_rule(each) for each in document["rules"]]
    return [rule for rule, findings in found if not findings]


def _line(reading: Reading, fields: Fields) -> int | None:
    if "line" not in fields:
        return None
    return reading.number(fields["line"], ("line",), "a line", min(LINES), max(LINES))
