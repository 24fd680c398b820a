"""What an article is, and what can be wrong with it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from console.customers.folding import words_of
from console.errors import Problem
from console.scripts.templates import mistakes
from console.web.i18n import N_
from console.web.i18n import gettext as _
from scripts_engine.reading import MAX_NAME, MAX_TEXT

MOST_IN_ANSWER = 20_000
"""Characters of an answer. Letters and forms are templates, so they have what templates may have."""

MOST_IN_TITLE = 150
MOST_IN_KEYWORDS = 1_000
MOST_IN_LINK = 1_000

NEW_KEY = "new"
"""Where an article that there is not yet is written: no article may have this key."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class Kind(StrEnum):
    """What an article is there for."""

    QUESTION = "question"
    LETTER = "letter"
    FORM = "form"


KINDS: Mapping[Kind, str] = {
    Kind.QUESTION: N_("Question and answer"),
    Kind.LETTER: N_("Letter"),
    Kind.FORM: N_("Form"),
}

FILLED_IN = frozenset({Kind.LETTER, Kind.FORM})
"""Kinds whose text is a template for the caller's values; an answer stands as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What somebody wrote. `keywords` are other words that people would type; `link` leads to a file or a
    page."""

    key: str
    kind: Kind
    title: str
    text: str
    keywords: str = ""
    language: str = ""
    link: str = ""

    @property
    def is_filled_in(self) -> bool:
        """Whether a caller's values are put into its text."""
        return self.kind in FILLED_IN


def tidy(article: Article) -> Article:
    """Without blanks around, and with line ends as we store them."""
    return Article(
        key=article.key.strip(),
        kind=article.kind,
        title=" ".join(article.title.split()),
        text=article.text.replace("\r\n", "\n").replace("\r", "\n").strip(),
        keywords=" ".join(article.keywords.split()),
        language=article.language.strip(),
        link=article.link.strip(),
    )


def key_for(title: str) -> str:
    """The key that a title suggests: `Ďakujeme, že voláte!` becomes `dakujeme-ze-volate`."""
    words = "-".join(word for word in words_of(title) if word.isascii())[:MAX_NAME].rstrip("-")
    return f"{words}-1" if words == NEW_KEY else words or "article"


def check(article: Article) -> list[Problem]:
    """What keeps an article from working, with the field where it is."""
    return [*_check_names(article), *_check_text(article), *_check_link(article.link)]


def _check_names(article: Article) -> Iterator[Problem]:
    if not _KEY.fullmatch(article.key) or len(article.key) > MAX_NAME:
        why = _(
            "it has letters, digits, -, _ and . only, at most %(most)s of them, no sign first", most=MAX_NAME
        )
        yield Problem("key", why)
    if article.key == NEW_KEY:
        yield Problem("key", _("this word is taken: choose another one"))
    if not article.title:
        yield Problem("title", _("it is empty: write in a few words what this is about"))
    yield from _check_length("title", article.title, MOST_IN_TITLE)
    yield from _check_length("keywords", article.keywords, MOST_IN_KEYWORDS)
    if article.language and not _LANGUAGE.fullmatch(article.language):
        yield Problem("language", _("write a language as sk or en-GB, or leave it empty"))


def _check_text(article: Article) -> Iterator[Problem]:
    if not article.text:
        yield Problem("text", _("it is empty: write what agents are to say or to send"))
    if not article.is_filled_in:
        yield from _check_length("text", article.text, MOST_IN_ANSWER)
        return
    yield from _check_length("text", article.text, MAX_TEXT)
    if len(article.text) > MAX_TEXT:
        return
    for why, nearest in [found[:2] for found in mistakes(article.text, ()) if found.is_sure]:
        yield Problem("text", why if nearest is None else _("%(why)s. Did you mean %(nearest)s?", why=why,
                                                            nearest=nearest))  # fmt: skip


def _check_length(field: str, text: str, most: int) -> Iterator[Problem]:
    if len(text) > most:
        yield Problem(
            field, _("it may have %(most)s characters, not %(have)s: shorten it", most=most, have=len(text))
        )


def _check_link(link: str) -> Iterator[Problem]:
    yield from _check_length("link", link, MOST_IN_LINK)
    if link and not is_https(link):
        yield Problem("link", _("a link is a whole address that begins with https://"))


def is_https(link: str) -> bool:
    """Whether it is a whole https address, and nothing else that a browser would follow."""
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"[\s\\\"<>]", link)
    except ValueError:
        return False
