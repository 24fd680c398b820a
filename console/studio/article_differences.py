"""Two versions of an article: what differs, in plain words, and line by line. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.knowledge.article import KINDS, Article
from console.knowledge.queries import WrittenArticle
from console.studio.differences import Line, line_differences
from console.studio.values import readable
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Conflict:
    """The newest version (`theirs`) and what `they` changed since the one that ours was made from (None: it
    cannot be told); `lines` lead from their text to ours."""

    theirs: WrittenArticle
    they: Sequence[str] | None
    lines: Sequence[Line]


def shown_text(article: Article) -> str:
    """The text as people read and write it: values called by their names."""
    return readable(article.text) if article.is_filled_in else article.text


def differences(before: Article, after: Article) -> list[str]:
    """What differs, each in a sentence: `title: Returns → Return goods`."""
    return [*_changes(before, after)]


def _changes(before: Article, after: Article) -> Iterator[str]:
    nothing = _("none")
    pairs = {
        _("kind"): (_(KINDS[before.kind]), _(KINDS[after.kind])),
        _("title"): (before.title, after.title),
        _("other words"): (before.keywords or nothing, after.keywords or nothing),
        _("language"): (before.language or _("any"), after.language or _("any")),
        _("link"): (before.link or nothing, after.link or nothing),
    }
    for what, (old, new) in pairs.items():
        if old != new:
            yield _("%(what)s: %(before)s → %(after)s", what=what, before=old, after=new)
    if before.text != after.text:
        yield _("text changed")


def lines_between(before: Article, after: Article) -> list[Line]:
    """What differs in the texts, line by line."""
    return line_differences(shown_text(before), shown_text(after))


def compare(theirs: WrittenArticle, mine: Article, base: WrittenArticle | None) -> Conflict:
    """What somebody is shown whose article was overtaken by another version."""
    they = None if base is None else differences(base.article, theirs.article)
    return Conflict(theirs, they, lines_between(theirs.article, mine))
