"""What differs between the steps of two versions, in plain words: each step by its place and text. Pure.

Steps go by their id; one that has another id but says and does the same was renamed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, takewhile

from console.scripts.value_words import text_in_words
from console.studio.condition_differences import changed, condition_differences
from console.studio.finding_words import PARTS
from console.studio.wording import argument_words
from console.studio.words import KINDS, condition_words, numbered_step, step_called, step_words
from console.web.i18n import gettext as _
from scripts_engine.script import Branch, Capture, Script, Step

WORDS_AROUND = 3
"""So many words around those that changed are repeated."""

MOST_WORDS = 25
"""Words of a text that are repeated."""


def step_differences(before: Script, after: Script) -> Iterator[str]:
    """What differs, each in a sentence: `step 2, “Wait or cancel?”: answer added: later`."""
    names = _renamed(before, after)
    before = replace(before, steps=tuple(_with_names(step, names) for step in before.steps))
    olds, news = _by_id(before), _by_id(after)
    was = {new: old for old, new in names.items()}
    for number, step in enumerate(after.steps, start=1):
        if step.id not in olds:
            yield _("added: step %(number)s: %(what)s", number=number, what=_told(step))
            continue
        called = numbered_step(number, step)
        told = chain(
            changed(_(PARTS["id"]), was.get(step.id, step.id), step.id),
            _step(before, after, olds[step.id], step),
        )
        yield from (_("%(step)s: %(what)s", step=called, what=what) for what in told)
    for name in olds:
        if name not in news:
            yield _("removed: %(step)s", step=step_called(before, name))
    stayed = [name for name in news if name in olds]
    if stayed != [name for name in olds if name in news]:
        yield _("the steps stand in another order")


def _by_id(script: Script) -> dict[str, Step]:
    return {step.id: step for step in script.steps}


def _told(step: Step) -> str:
    return step_words(step) or _(KINDS[step.kind])


def _renamed(before: Script, after: Script) -> dict[str, str]:
    """The new names of steps by their old ones."""
    olds, news = _by_id(before), _by_id(after)
    left = [step for step in after.steps if step.id not in olds]
    names: dict[str, str] = {}
    for step in before.steps:
        same = [each for each in left if _says(each) == _says(step)]
        if step.id not in news and same:
            names[step.id] = same[0].id
            left.remove(same[0])
    return names


def _says(step: Step) -> tuple[object, ...]:
    return step.kind, step.text, step.action


def _with_names(step: Step, names: Mapping[str, str]) -> Step:
    """The step as it is called, and leads to others as they are called, by these names."""
    return replace(
        step,
        id=names.get(step.id, step.id),
        next=names.get(step.next or "", step.next),
        answers=tuple(replace(each, next=names.get(each.next, each.next)) for each in step.answers),
        branches=tuple(replace(each, next=names.get(each.next, each.next)) for each in step.branches),
    )


def _step(scripts_before: Script, scripts_after: Script, before: Step, after: Step) -> Iterator[str]:
    """What differs between two steps of the same id."""
    where = _Ways(scripts_before, scripts_after)
    if before.kind is not after.kind:
        yield _("%(before)s → %(after)s", before=_(KINDS[before.kind]), after=_(KINDS[after.kind]))
    if before.action is not after.action:
        yield _("%(before)s → %(after)s", before=step_words(before), after=step_words(after))
    elif before.text != after.text:
        yield from _texts(_("text"), before.text, after.text)
    if before.fallback != after.fallback:
        yield from _texts(_(PARTS["fallback"]), before.fallback or "", after.fallback or "")
    yield from _answers(before, after, where)
    yield from _captures(before.capture, after.capture)
    yield from _branches(before.branches, after.branches, where)
    yield from _arguments(before, after)
    yield from where.changed(_("leads to"), before.next, after.next)
    yield from changed(_("outcome"), before.end or _("none"), after.end or _("none"))


class _Ways:
    """Where ways lead, in the words of either version."""

    def __init__(self, before: Script, after: Script) -> None:
        self._before, self._after = before, after

    def changed(self, what: str, before: str | None, after: str | None) -> Iterator[str]:
        if before != after:
            nowhere = _("nowhere")
            old = nowhere if before is None else step_called(self._before, before)
            new = nowhere if after is None else step_called(self._after, after)
            yield _("%(what)s: %(before)s → %(after)s", what=what, before=old, after=new)

    def to(self, name: str) -> str:
        return step_called(self._after, name)


def _texts(what: str, before: str, after: str) -> Iterator[str]:
    """The words that changed, with a few around them."""
    olds, news = text_in_words(before).split(), text_in_words(after).split()
    if olds == news:
        yield _("%(what)s changed", what=what)
        return
    start = _same(olds, news)
    end = min(_same(olds[::-1], news[::-1]), min(len(olds), len(news)) - start)
    yield from changed(what, _excerpt(olds, start, end), _excerpt(news, start, end))


def _same(olds: Sequence[str], news: Sequence[str]) -> int:
    """So many words at the beginning are the same."""
    return sum(1 for _each in takewhile(lambda pair: pair[0] == pair[1], zip(olds, news, strict=False)))


def _excerpt(words: Sequence[str], start: int, end: int) -> str:
    """What stands between so many words that are the same at the start and at the end."""
    if not words:
        return _("nothing")
    first, last = max(0, start - WORDS_AROUND), len(words) - max(0, end - WORDS_AROUND)
    last = min(last, first + MOST_WORDS)
    return f"“{'… ' * (first > 0)}{' '.join(words[first:last])}{' …' * (last < len(words))}”"


def _answers(before: Step, after: Step, where: _Ways) -> Iterator[str]:
    olds = {answer.text: answer.next for answer in before.answers}
    news = {answer.text: answer.next for answer in after.answers}
    for text, onwards in news.items():
        if text not in olds:
            yield _("answer added: “%(answer)s”, to %(step)s", answer=text, step=where.to(onwards))
        else:
            yield from where.changed(_("the answer “%(answer)s” leads to", answer=text), olds[text], onwards)
    for text in olds:
        if text not in news:
            yield _("answer removed: “%(answer)s”", answer=text)
    if set(olds) == set(news) and list(olds) != list(news):
        yield _("the answers stand in another order")


def _captures(before: Capture | None, after: Capture | None) -> Iterator[str]:
    yield from changed(_("takes down"), _capture_words(before), _capture_words(after))


def _capture_words(capture: Capture | None) -> str:
    if capture is None:
        return _("nothing")
    choices = f": {', '.join(capture.choices)}" if capture.choices else ""
    return f"{capture.name} ({capture.type}{choices})"


def _branches(before: Sequence[Branch], after: Sequence[Branch], where: _Ways) -> Iterator[str]:
    """Branches by their place: the first whose condition holds is taken."""
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        branch = _("branch %(number)s", number=number)
        told = chain(
            condition_differences(old.when, new.when), where.changed(_("leads to"), old.next, new.next)
        )
        yield from (_("%(step)s: %(what)s", step=branch, what=what) for what in told)
    for new in after[len(before) :]:
        yield _("branch added: %(what)s, to %(step)s", what=_when(new), step=where.to(new.next))
    for old in before[len(after) :]:
        yield _("branch removed: %(what)s", what=_when(old))


def _when(branch: Branch) -> str:
    return _("always") if branch.when is None else condition_words(branch.when)


def _arguments(before: Step, after: Step) -> Iterator[str]:
    olds, news = dict(before.arguments), dict(after.arguments)
    for name in {**olds, **news}:
        old, new = (text_in_words(str(each.get(name, _("none")))) for each in (olds, news))
        yield from changed(argument_words(name), old, new)
