"""An article as somebody on a call reads it: letters and forms with the caller's values."""

import re
from dataclasses import dataclass

from console.knowledge.article import Article
from console.scripts.filling import MAX_OUTPUT, TextError
from console.scripts.filters import NO_VALUE
from console.scripts.rendering import Context, Renderer, with_gaps
from console.scripts.templates import has_values
from console.scripts.value_words import why_in_words

GAP = "…"
"""Where a value is missing."""

_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filled:
    """The text to read or to send. `missing`: which values were left out, in words, which leaves gaps in it;
    "": they are all there. `cut`: it came out longer than may be, and ends early."""

    text: str
    missing: str = ""
    cut: bool = False


def fill_in(article: Article, renderer: Renderer, context: Context) -> Filled:
    """The article's text for one caller. A value that is missing is no error: there is a gap, and a word."""
    if not article.is_filled_in or not has_values(article.text):
        return Filled(article.text)
    try:
        text = renderer.fill_in(article.text, context)
    except TextError as error:
        return _with_what_there_is(article.text, renderer, context, error)
    return Filled(text, cut=len(text) >= MAX_OUTPUT)


def _with_what_there_is(text: str, renderer: Renderer, context: Context, first: TextError) -> Filled:
    """The values that there are, and gaps for the others; for all, where a text chooses between texts."""
    if "{%" in text or "{#" in text:
        return Filled(with_gaps(text), _in_words(first))
    missing: dict[str, None] = {}

    def or_gap(found: re.Match[str]) -> str:
        try:
            return renderer.fill_in(found[0], context)
        except TextError as error:
            missing[_in_words(error)] = None
            return GAP

    return Filled(_VALUE.sub(or_gap, text)[:MAX_OUTPUT], ", ".join(missing))


def _in_words(error: TextError) -> str:
    """`late order's number`; what is wrong with a value that there is, is said, too."""
    return why_in_words(error.why).removesuffix(f" {NO_VALUE}")
