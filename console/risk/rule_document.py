"""A rule's document (the plain dict that a YAML text holds) to a Rule and back. Pure.

`{rule: key, title: …, when: …}`; conditions are written as in scripts.
"""

from collections.abc import Mapping
from typing import Any

from console.risk.rules import Rule, facts_of_calls
from console.rules.sets import Document
from scripts_engine import condition_codec
from scripts_engine.errors import Finding
from scripts_engine.reading import MAX_NAME, Reading

FIELDS = ("rule", "title", "when", "archived")


def read_rule(document: object) -> tuple[Rule, list[Finding]]:
    """As much of the rule as can be read, and everything that is wrong with its document."""
    reading = Reading("rule")
    fields = reading.fields(document, (), "a rule", FIELDS)
    when = fields.get("when")
    rule = Rule(
        key=reading.key(fields.get("rule"), ("rule",), '"rule", the key,'),
        title=reading.text(fields.get("title"), ("title",), '"title"', MAX_NAME),
        when=None if when is None else condition_codec.read(reading, when, ("when",)),
        archived=fields.get("archived") is True,
    )
    if when is None:
        reading.report(("when",), "it finds everybody: say when a customer is at risk")
    for fact in facts_of_calls(rule.when):
        reading.report(
            ("when",), f'"{fact}" is known only while somebody calls: choose facts of the customer'
        )
    return rule, reading.findings


def write_rule(rule: Rule) -> Document:
    """The rule as a document."""
    document: Document = {"rule": rule.key, "title": rule.title}
    if rule.when is not None:
        document["when"] = condition_codec.write(rule.when)
    return document | ({"archived": True} if rule.archived else {})


def read_rules(documents: list[Mapping[str, Any]] | list[Document]) -> list[Rule]:
    """The rules of a stored set; those that can no longer be read are left out."""
    found = [read_rule(each) for each in documents]
    return [rule for rule, findings in found if not findings]
