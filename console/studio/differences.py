"""Two versions of a script: what differs, in plain words, and line by line. Pure.

Steps go by their id: a step of another id is another step.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from console.studio.words import KINDS, condition_words, list_words, parts_of, step_words, value_words
from console.web.i18n import gettext as _
from scripts_engine.conditions import All, Any, Compare, Condition
from scripts_engine.script import Capture, Script, Step

AROUND = 3
"""So many lines around a changed one are shown, too."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either text: `same`, `gone` or `new`, with its number there (None: it is not there);
    `gap`: lines that are the same were left out."""

    kind: str
    before: int | None
    after: int | None
    text: str


def differences(before: Script, after: Script) -> list[str]:
    """What differs, each in a sentence: `priority: 50 → 80`, `step greet: text changed`."""
    return [
        *_heads(before, after),
        *_articles(before, after),
        *_conditions(before.when, after.when),
        *_steps(before, after),
    ]


def _changed(what: str, before: object, after: object) -> Iterator[str]:
    if before != after:
        yield _("%(what)s: %(before)s → %(after)s", what=what, before=before, after=after)


def _heads(before: Script, after: Script) -> Iterator[str]:
    every, nothing = _("all"), _("none")
    yield from _changed(_("title"), before.title, after.title)
    yield from _changed(_("priority"), before.priority, after.priority)
    yield from _changed(_("lines"), list_words(before.lines, every), list_words(after.lines, every))
    yield from _changed(_("queues"), list_words(before.queues, every), list_words(after.queues, every))
    yield from _changed(_("language"), before.language or _("any"), after.language or _("any"))
    yield from _changed(_("first day in force"), before.starts_on or nothing, after.starts_on or nothing)
    yield from _changed(_("last day in force"), before.ends_on or nothing, after.ends_on or nothing)


def _articles(before: Script, after: Script) -> Iterator[str]:
    for key in after.articles:
        if key not in before.articles:
            yield _("article added: %(key)s", key=key)
    for key in before.articles:
        if key not in after.articles:
            yield _("article removed: %(key)s", key=key)
    if sorted(before.articles) == sorted(after.articles) and before.articles != after.articles:
        yield _("the articles stand in another order")


def _conditions(before: Condition | None, after: Condition | None) -> Iterator[str]:
    if isinstance(before, Any) and isinstance(after, Any):
        yield from _parts(before.parts, after.parts)
    elif isinstance(before, Any) and isinstance(after, All) and before.parts == after.parts:
        yield _("all of the conditions must hold, not just one")
    elif isinstance(before, All) and isinstance(after, Any) and before.parts == after.parts:
        yield _("one of the conditions is enough, not all of them")
    else:
        yield from _parts(parts_of(before), parts_of(after))
        if before is not None and after is None:
            yield _("it always applies now: a fallback")


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


def _steps(before: Script, after: Script) -> Iterator[str]:
    olds = {step.id: step for step in before.steps}
    news = {step.id: step for step in after.steps}
    for name, step in news.items():
        if name not in olds:
            yield _("step %(step)s added: %(what)s", step=name, what=step_words(step))
        else:
            yield from _step(olds[name], step)
    for name in olds:
        if name not in news:
            yield _("step %(step)s removed", step=name)
    stayed = [name for name in news if name in olds]
    if stayed != [name for name in olds if name in news]:
        yield _("the steps stand in another order")


def _step(before: Step, after: Step) -> Iterator[str]:
    """What differs between two steps of the same id."""

    def said(what: str) -> str:
        return _("step %(step)s: %(what)s", step=after.id, what=what)

    nowhere = _("nowhere")
    if before.kind is not after.kind:
        yield said(_("%(before)s → %(after)s", before=_(KINDS[before.kind]), after=_(KINDS[after.kind])))
    if before.action is not after.action:
        yield said(_("%(before)s → %(after)s", before=step_words(before), after=step_words(after)))
    elif before.text != after.text:
        yield said(_("text changed"))
    if before.fallback != after.fallback:
        yield said(_("text for when a value is missing changed"))
    yield from map(said, chain(_answers(before, after), _captures(before.capture, after.capture)))
    if before.branches != after.branches:
        yield said(_("its conditions changed"))
    if before.arguments != after.arguments:
        yield said(_("what it is done with changed"))
    yield from map(said, _changed(_("next"), before.next or nowhere, after.next or nowhere))
    yield from map(said, _changed(_("outcome"), before.end or _("none"), after.end or _("none")))


def _answers(before: Step, after: Step) -> Iterator[str]:
    olds = {answer.text: answer.next for answer in before.answers}
    news = {answer.text: answer.next for answer in after.answers}
    for text, onwards in news.items():
        if text not in olds:
            yield _("answer added: %(answer)s", answer=text)
        else:
            yield from _changed(_("the answer %(answer)s leads to", answer=text), olds[text], onwards)
    for text in olds:
        if text not in news:
            yield _("answer removed: %(answer)s", answer=text)
    if set(olds) == set(news) and list(olds) != list(news):
        yield _("the answers stand in another order")


def _captures(before: Capture | None, after: Capture | None) -> Iterator[str]:
    if before != after:
        yield from _changed(_("takes down"), _capture_words(before), _capture_words(after))


def _capture_words(capture: Capture | None) -> str:
    if capture is None:
        return _("nothing")
    choices = f": {', '.join(capture.choices)}" if capture.choices else ""
    return f"{capture.name} ({capture.type}{choices})"


def line_differences(before: str, after: str) -> list[Line]:
    """What differs line by line, with the lines around it. Empty when nothing does."""
    olds, news = before.split("\n"), after.split("\n")
    found: list[Line] = []
    for group in SequenceMatcher(None, olds, news).get_grouped_opcodes(AROUND):
        if found or group[0][1] > 0:
            found.append(Line("gap", None, None, ""))
        for kind, from_old, to_old, from_new, to_new in group:
            found += _lines(kind == "equal", olds, news, (from_old, to_old), (from_new, to_new))
    return found


def _lines(
    same: bool, olds: Sequence[str], news: Sequence[str], old: tuple[int, int], new: tuple[int, int]
) -> Iterator[Line]:
    if same:
        for at, other in zip(range(*old), range(*new), strict=True):
            yield Line("same", at + 1, other + 1, olds[at])
        return
    for at in range(*old):
        yield Line("gone", at + 1, None, olds[at])
    for at in range(*new):
        yield Line("new", None, at + 1, news[at])
