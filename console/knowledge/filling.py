"""An article as somebody on a call reads it: letters and forms with the caller's values."""

from dataclasses import dataclass

from console.knowledge.article import Article
from console.scripts.filling import MAX_OUTPUT, TextError
from console.scripts.rendering import Context, Renderer, with_gaps
from console.scripts.templates import has_values


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
        return Filled(with_gaps(article.text), missing=error.why)
    return Filled(text, cut=len(text) >= MAX_OUTPUT)
