"""An article as somebody on a call reads it: letters and forms with the caller's values."""

import re
from dataclasses import dataclass

from console.knowledge.article import Article
from console.scripts.filling import MAX_OUTPUT, TextError
from console.scripts.rendering import Context, Renderer, with_gaps
from console.scripts.templates import has_values

GAP = "…"
"""Where a value is missing."""

_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filled:
    """The text to read or to send. `missing`: why values were left out, which leaves gaps in it; "": they
    are all there. `cut`: it came out longer than may be, and ends early."""

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
        return Filled(_with_what_there_is(article.text, renderer, context), missing=error.why)
    return Filled(text, cut=len(text) >= MAX_OUTPUT)


def _with_what_there_is(text: str, renderer: Renderer, context: Context) -> str:
    """The values that there are, and gaps for the others; for all, where a text chooses between texts."""
    if "{%" in text or "{#" in text:
        return with_gaps(text)
    return _VALUE.sub(lambda found: _or_gap(found[0], renderer, context), text)[:MAX_OUTPUT]


def _or_gap(value: str, renderer: Renderer, context: Context) -> str:
    try:
        return renderer.fill_in(value, context)
    except TextError:
        return GAP
