"""Saves a rule: the set of all rules with it is the next version. What somebody else did to other
rules meanwhile stays; of the same rule, whoever comes second is shown both."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import InvalidError, LinesideError, NotFoundError, Problem
from console.rules.sets import MOST_RULES, By, Document, RuleSet
from console.studio.rule_books import Book
from console.web.i18n import gettext as _
from scripts_engine.errors import place_of

KEY_TAKEN = "there is a rule with this key already: choose another one"


class StaleRuleError(LinesideError):
    """Somebody saved the rule meanwhile: `newest` are the rules as they are stored now."""

    def __init__(self, newest: RuleSet) -> None:
        super().__init__()
        self.newest = newest


async def save_rule(
    session: AsyncSession, book: Book, document: Any, *, key: str, based_on: int, by: By
) -> tuple[str, int]:
    """Store a rule in the session's transaction: the one with this `key` ("": a new one), as it was changed
    from what is in version `based_on`. Its key, and the version in which it is.

    Raises InvalidError with all that is wrong, StaleRuleError, and NotFoundError.
    """
    rule, findings = book.read(document)
    if findings:
        raise InvalidError([Problem(place_of(each.path) or "rule", each.sentence) for each in findings])
    before = (await book.sets.of(session, based_on)).rule(key) if key and based_on else None

    def change(newest: RuleSet) -> Sequence[Document]:
        if not key:
            return [*_with_room(newest, rule.key), book.write(rule)]
        stored = newest.rule(key)
        if stored is None:
            raise NotFoundError(_("There is no rule %(key)s.", key=key))
        if stored != before:
            raise StaleRuleError(newest)
        return [book.write(rule) if each is stored else each for each in newest.rules]

    if key and rule.key != key:
        raise InvalidError([Problem("rule", _("The key of a rule stays as it is: calls remember it."))])
    return rule.key, await book.sets.change(session, change, by)


def _with_room(newest: RuleSet, key: str) -> Sequence[Document]:
    if newest.rule(key) is not None:
        raise InvalidError([Problem("rule", KEY_TAKEN)])
    if len(newest.rules) >= MOST_RULES:
        raise InvalidError([Problem("rule", _("There may be %(most)s rules.", most=MOST_RULES))])
    return newest.rules


def moved(rules: Sequence[Document], key: str, by: int) -> list[Document]:
    """The rules with this one so many places further down; the others keep their order."""
    place = _place(rules, key)
    others = [*rules[:place], *rules[place + 1 :]]
    to = min(max(place + by, 0), len(others))
    return [*others[:to], rules[place], *others[to:]]


def archived(rules: Sequence[Document], key: str, *, away: bool) -> list[Document]:
    """The rules with this one put away, or taken back."""
    place = _place(rules, key)
    changed = {name: value for name, value in rules[place].items() if name != "archived"}
    return [*rules[:place], changed | ({"archived": True} if away else {}), *rules[place + 1 :]]


def _place(rules: Sequence[Document], key: str) -> int:
    for place, rule in enumerate(rules):
        if rule.get("rule") == key:
            return place
    raise NotFoundError(_("There is no rule %(key)s.", key=key))
