"""Articles from and to files: YAML, each article as fields with values."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import InvalidError, Problem
from console.knowledge.article import Article, Kind, check, tidy
from console.knowledge.queries import newest_article, newest_articles
from console.knowledge.saving import save_article
from console.scripts.actions import By
from console.scripts.yaml_files import YamlDocument, read_documents
from console.web.i18n import gettext as _
from scripts_engine.facts import nearest_name

FIELDS: Mapping[str, str] = {
    "article": "key",
    "kind": "kind",
    "title": "title",
    "keywords": "keywords",
    "language": "language",
    "link": "link",
    "text": "text",
}
"""The fields of a file, and what they are of an article."""

_NAMES = {of: name for name, of in FIELDS.items()}


class Imported(NamedTuple):
    """What an import did: the articles that it changed, and those that were so already."""

    imported: int
    unchanged: int


class RejectedError(InvalidError):
    """Articles of a file have something wrong in them, `rejected` of them, and nothing of it was imported."""

    def __init__(self, problems: list[Problem], rejected: int) -> None:
        super().__init__(problems)
        self.rejected = rejected


def read_articles(text: str, name: str) -> list[Article]:
    """The articles of a file called `name`. Raises InvalidError with all that is wrong, each at its line."""
    if not text.strip():
        raise InvalidError([Problem(name, _("the file holds no article"))])
    problems, articles, rejected = list[Problem](), list[Article](), 0
    for document in read_documents(text, name):
        wrong = list(_wrong_fields(document))
        if isinstance(document.value, Mapping):
            article = tidy(_article(document.value))
            wrong += _wrong_values(article, articles, {_meant(field) for field, _why in wrong})
            articles.append(article)
        problems += [_placed(document, name, field, why) for field, why in wrong]
        rejected += bool(wrong)
    if problems:
        raise RejectedError(problems, rejected)
    return articles


def _wrong_values(
    article: Article, before: Sequence[Article], already: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with the fields of which nothing was said `already`."""
    for problem in check(article):
        if _NAMES[problem.where] not in already:
            yield _NAMES[problem.where], problem.why
    if article.key and any(article.key == other.key for other in before):
        yield "article", _("this key stands here twice")


def _meant(field: str) -> str:
    """The field that somebody meant."""
    return field if field in FIELDS else nearest_name(field, list(FIELDS)) or field


def _wrong_fields(document: YamlDocument) -> Iterator[tuple[str, str]]:
    if not isinstance(document.value, Mapping):
        yield "", _("an article is written as fields with values: article, kind, title, text")
        return
    for field, value in document.value.items():
        if field not in FIELDS:
            near = nearest_name(field, list(FIELDS))
            why = _(
                'an article has no field "%(field)s", only %(known)s', field=field, known=", ".join(FIELDS)
            )
            yield field, _with_nearest(why, near)
        elif not isinstance(value, str):
            yield field, _("this must be a text: write it in quotes")
    kind = document.value.get("kind")
    if kind not in set(Kind):
        yield (
            "kind",
            _with_nearest(_('"kind" is one of %(kinds)s', kinds=", ".join(Kind)), _nearest_kind(kind)),
        )


def _with_nearest(why: str, near: str | None) -> str:
    return f"{why}. {_('Did you mean %(near)s?', near=near)}" if near else why


def _nearest_kind(kind: object) -> str | None:
    return nearest_name(kind, list(Kind)) if isinstance(kind, str) else None


def _article(fields: Mapping[str, Any]) -> Article:
    """As much of it as can be read; of a wrong kind, the nearest is meant."""
    usual = dict.fromkeys(FIELDS.values(), "")
    given = {of: fields[name] for name, of in FIELDS.items() if isinstance(fields.get(name), str)}
    kind = Kind(_nearest_kind(fields.get("kind")) or Kind.QUESTION)
    return Article(**{**usual, **given, "kind": kind})


def _placed(document: YamlDocument, name: str, field: str, why: str) -> Problem:
    return Problem(f"{name} line {document.line_of((field,))}", f"{field}: {why}" if field else why)


async def import_articles(session: AsyncSession, text: str, *, by: By, name: str) -> Imported:
    """Store the articles of a file. All of it or nothing. The caller commits."""
    return await store_articles(session, read_articles(text, name), by=by)


async def store_articles(session: AsyncSession, articles: Sequence[Article], *, by: By) -> Imported:
    """A new version of each that differs from its newest one. The caller commits."""
    changed = 0
    for article in sorted(articles, key=lambda article: article.key):  # in one order, whoever comes
        newest = await newest_article(session, article.key)
        before = newest.number if newest else None
        changed += await save_article(session, article, based_on=before, by=by) != before
    return Imported(changed, len(articles) - changed)


async def export_articles(session: AsyncSession) -> str:
    """All articles that are not archived, as one file, which imports the same again; empty without any."""
    articles = sorted((each.article for each in await newest_articles(session)), key=lambda each: each.key)
    return write_articles(articles)


def write_articles(articles: Sequence[Article]) -> str:
    """The articles as a file."""
    yaml, out = YAML(), StringIO()
    yaml.width, yaml.allow_unicode = 4_096, True
    for position, article in enumerate(articles):
        out.write("---\n" if position else "")
        fields = {name: str(getattr(article, of)) for name, of in FIELDS.items()}
        given = {name: value for name, value in fields.items() if value}
        yaml.dump({**given, "text": LiteralScalarString(article.text)}, out)
    return out.getvalue()
