"""Edits of the articles that are at hand beside a script. Pure."""

from collections.abc import Mapping

from console.knowledge.article import KINDS, Kind
from console.studio.editing_conditions import EditError
from console.studio.editing_pieces import item_piece
from console.studio.editing_scalars import write_scalar
from console.studio.editing_source import Source
from console.studio.wording import Option
from console.web.i18n import gettext as _
from scripts_engine.codec import FIELDS, MAX_ARTICLES
from scripts_engine.errors import Path

PLACE: Path = ("articles",)


def add_article(source: Source, key: str) -> Source:
    """With one more article, the last."""
    given = source.get(PLACE)
    if not given:
        before = (source if given is None else source.remove(PLACE)).put(PLACE, "", FIELDS)
        written = f"[{write_scalar(key, flow=True)}]"  # a short list stands on one line
        return Source(before.text.replace('\narticles: ""\n', f"\narticles: {written}\n", 1))
    if key in given:
        raise EditError(_("this article is there already"))
    if len(given) >= MAX_ARTICLES:
        raise EditError(_("a script has at most %(most)s articles", most=MAX_ARTICLES))
    return source.insert(PLACE, len(given), item_piece(key))


def remove_article(source: Source, at: Path) -> Source:
    """Without the article at this place."""
    return source.remove(PLACE if len(source.get(PLACE)) == 1 else at)


def article_options(titles: Mapping[str, tuple[Kind, str]]) -> list[tuple[str, list[Option]]]:
    """The articles of a menu, by their kind."""
    groups = [
        (_(label), [(key, title) for key, (its, title) in titles.items() if its is kind])
        for kind, label in KINDS.items()
    ]
    return [(label, options) for label, options in groups if options]
