"""Two versions of a script: what differs, in plain words, and line by line. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from console.studio.condition_differences import changed, condition_differences
from console.studio.step_differences import step_differences
from console.studio.words import list_words
from console.web.i18n import gettext as _
from scripts_engine.script import Script

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
    """What differs, each in a sentence: `priority: 50 → 80`, `condition removed: open cases none`."""
    return [
        *_heads(before, after),
        *_articles(before, after),
        *condition_differences(before.when, after.when),
        *_always(before, after),
        *step_differences(before, after),
    ]


def _heads(before: Script, after: Script) -> Iterator[str]:
    every, nothing = _("all"), _("none")
    yield from changed(_("title"), before.title, after.title)
    yield from changed(_("priority"), before.priority, after.priority)
    yield from changed(_("lines"), list_words(before.lines, every), list_words(after.lines, every))
    yield from changed(_("queues"), list_words(before.queues, every), list_words(after.queues, every))
    yield from changed(_("language"), before.language or _("any"), after.language or _("any"))
    yield from changed(_("first day in force"), before.starts_on or nothing, after.starts_on or nothing)
    yield from changed(_("last day in force"), before.ends_on or nothing, after.ends_on or nothing)


def _articles(before: Script, after: Script) -> Iterator[str]:
    for key in after.articles:
        if key not in before.articles:
            yield _("article added: %(key)s", key=key)
    for key in before.articles:
        if key not in after.articles:
            yield _("article removed: %(key)s", key=key)
    if sorted(before.articles) == sorted(after.articles) and before.articles != after.articles:
        yield _("the articles stand in another order")


def _always(before: Script, after: Script) -> Iterator[str]:
    if before.when is not None and after.when is None:
        yield _("it always applies now: a fallback")


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
