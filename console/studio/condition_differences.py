"""What differs between the conditions of two versions, in plain words. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from console.studio.words import condition_words, parts_of, value_words
from console.web.i18n import gettext as _
from scripts_engine.conditions import All, Any, Compare, Condition


def changed(what: str, before: object, after: object) -> Iterator[str]:
    """What it was and what it is now, if that is not the same."""
    if before != after:
        yield _("%(what)s: %(before)s → %(after)s", what=what, before=before, after=after)


def condition_differences(before: Condition | None, after: Condition | None) -> Iterator[str]:
    """What differs, each in a sentence: `condition changed: orders that are late at least 1 → 2`."""
    if isinstance(before, Any) and isinstance(after, Any):
        yield from _parts(before.parts, after.parts)
    elif isinstance(before, Any) and isinstance(after, All) and before.parts == after.parts:
        yield _("all of the conditions must hold, not just one")
    elif isinstance(before, All) and isinstance(after, Any) and before.parts == after.parts:
        yield _("one of the conditions is enough, not all of them")
    else:
        yield from _parts(parts_of(before), parts_of(after))


def _parts(before: Sequence[Condition], after: Sequence[Condition]) -> Iterator[str]:
    gone, new = _left_over(before, after), _left_over(after, before)
    for old, now in _pairs(gone, new):
        gone.remove(old)
        new.remove(now)
        words = condition_words(old)
        yield _("condition changed: %(before)s → %(after)s", before=words, after=_instead(old, now))
    for condition in gone:
        yield _("condition removed: %(what)s", what=condition_words(condition))
    for condition in new:
        yield _("condition added: %(what)s", what=condition_words(condition))


def _left_over(ours: Sequence[Condition], theirs: Sequence[Condition]) -> list[Condition]:
    """Those of ours that they do not have, each as often as it is missing there."""
    return list((Counter(ours) - Counter(theirs)).elements())


def _pairs(gone: Sequence[Condition], new: Sequence[Condition]) -> list[tuple[Compare, Compare]]:
    """Comparisons of the same fact on both sides, when each side has just one of it."""
    olds = [each for each in gone if isinstance(each, Compare)]
    news = [each for each in new if isinstance(each, Compare)]
    once = {
        fact
        for fact, times in Counter(each.fact for each in olds).items()
        if times == 1 == sum(each.fact == fact for each in news)
    }
    by_fact = {each.fact: each for each in news}
    return [(each, by_fact[each.fact]) for each in olds if each.fact in once]


def _instead(before: Compare, after: Compare) -> str:
    """Only the value where only that differs, and it does not say it all."""
    value_only = before.operator is after.operator and not isinstance(after.value, bool)
    return value_words(after) if value_only else condition_words(after)
