"""To whom a call is handed over: the first rule that applies proposes a line, a queue, a person. Pure.

Rules have the conditions of scripts, so the engine's index picks one, too: a rule is a script without steps,
and those that come first in the list come first in the pick."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scripts_engine.conditions import Condition
from scripts_engine.facts import Facts
from scripts_engine.script import Script
from scripts_engine.selection import Index

FOR_ALL = "It is for every call that no rule before it is for."


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its stable `key`: when it applies (None: always), and whom it proposes. `queue` is a name on
    the phone system, `person` an agent's e-mail. One that is `archived` proposes nothing."""

    key: str
    title: str
    when: Condition | None = None
    line: int | None = None
    queue: str | None = None
    person: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a rule proposes; `title` is the rule's, `sentence` why it applies."""

    line: int | None
    queue: str | None
    person: str | None
    title: str
    sentence: str


class Rules:
    """The rules in force, first to last."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        in_force = [rule for rule in rules if not rule.archived]
        self._rules = {rule.key: rule for rule in in_force}
        self._index = Index(
            Script(key=rule.key, title=rule.title, steps=(), when=rule.when, priority=-place)
            for place, rule in enumerate(in_force)
        )

    def suggest(self, facts: Facts, today: date) -> Target | None:
        """Whom the first rule that applies proposes; None when none does."""
        pick = self._index.pick(facts, today)
        if pick.script is None:
            return None
        rule = self._rules[pick.script.key]
        sentence = FOR_ALL if rule.when is None else pick.sentence
        return Target(rule.line, rule.queue, rule.person, rule.title, sentence)
