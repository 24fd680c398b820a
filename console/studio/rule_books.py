"""The kinds of rules that have pages in the studio, and what is different between them: where the pages are,
how a rule is read, and the words. What is the same is in `rule_list_views`, `rule_editor_views`, and
`rule_saving`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from console.handover import rule_document as handover
from console.handover.rule_sets import SETS as HANDOVER_SETS
from console.risk import rule_document as risk
from console.risk.rule_sets import SETS as RISK_SETS
from console.risk.rules import is_of_a_call
from console.rules.sets import Document, Sets
from console.studio.paths import RISK_RULES, RULES
from console.web.i18n import N_
from scripts_engine.conditions import Condition
from scripts_engine.errors import Finding

NEW_KEY = "new-rule"
"""The key of a new rule, until somebody gives it another, or a title."""


class AnyRule(Protocol):
    """What rules of all kinds have."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def when(self) -> Condition | None: ...

    @property
    def archived(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Book:
    """A kind of rules: `top` is where its pages are, `new` what a new rule begins with, `fields` the order of
    its fields; `proposes` says that its rules propose to whom a call goes. `words` are texts of its pages;
    `has_fact` says of a fact whether rules can ask for it."""

    name: str
    top: str
    sets: Sets
    read: Callable[[object], tuple[AnyRule, list[Finding]]]
    write: Callable[..., Document]
    fields: Sequence[str]
    new: str
    proposes: bool
    words: Mapping[str, str]
    has_fact: Callable[[str], bool] = lambda _name: True

    def rule_path(self, key: str) -> str:
        """A rule, to be changed."""
        return f"{self.top}/rules/{key}"

    def version_path(self, number: int) -> str:
        """All rules as of a version, to read."""
        return f"{self.top}/versions/{number}"


HANDOVER = Book(
    name="hand-over",
    top=RULES,
    sets=HANDOVER_SETS,
    read=handover.read_rule,
    write=handover.write_rule,
    fields=handover.FIELDS,
    new=f'rule: {NEW_KEY}\ntitle: ""\nline: 2\n',
    proposes=True,
    words={
        "head": N_("Handing over"),
        "lead": N_(
            "Whom agents are proposed when they hand a call over. The first rule that is for the call "
            "counts; agents see it with the reason."
        ),
        "archived": N_("The rule is put away: it proposes nobody any more. Nothing of it is lost."),
        "none": N_(
            "Without one, agents choose by themselves. Begin with whom not to get wrong: the company with "
            "more than fifty employees goes to the key-account people."
        ),
        "list": N_("Hand-over rules"),
        "new": N_("New hand-over rule"),
        "write": N_("Write a new hand-over rule"),
        "title": N_("Whom does this rule find? Give it a title"),
        "when": N_("Propose this when"),
        "always": N_("Propose this for every call that no rule above it is for."),
    },
)

RISK = Book(
    name="at-risk",
    top=RISK_RULES,
    sets=RISK_SETS,
    read=risk.read_rule,
    write=risk.write_rule,
    fields=risk.FIELDS,
    new=f'rule: {NEW_KEY}\ntitle: ""\nwhen: {{all: ["cases.overdue >= 1"]}}\n',
    proposes=False,
    words={
        "head": N_("Customers at risk"),
        "lead": N_(
            "Who is on the list of customers at risk, and why. All rules count; those that are further up "
            "make a customer more pressing. Facts are those of the customer: nobody is calling."
        ),
        "archived": N_("The rule is put away: it finds nobody any more. Nothing of it is lost."),
        "none": N_(
            "Without one, nobody is on the list. Begin with what hurts most: an open case that is overdue, "
            "of somebody who called three times in seven days."
        ),
        "list": N_("Rules of customers at risk"),
        "new": N_("New rule of customers at risk"),
        "write": N_("Write a new rule of customers at risk"),
        "title": N_("What is wrong with these customers? Give it a title"),
        "when": N_("A customer is at risk when"),
        "always": N_("Say when a customer is at risk."),
    },
    has_fact=lambda name: not is_of_a_call(name),
)
