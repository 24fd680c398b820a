"""The demo's knowledge base is right, and stands beside scripts that there are."""

from pathlib import Path

import pytest

from console import scripts
from console.demo.articles import ARTICLES, BESIDE, with_articles
from console.knowledge.article import Article, Kind, check
from console.scripts.checking import check_text
from scripts_engine.check import Surroundings

FOLDER = Path(scripts.__file__).parent / "demo"
KEYS = {article.key for article in ARTICLES}


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.key)
def test_every_article_is_right(article: Article) -> None:
    assert check(article) == []


def test_there_is_one_of_each_kind() -> None:
    assert {article.kind for article in ARTICLES} == {*Kind}


@pytest.mark.parametrize("key", BESIDE)
def test_they_stand_beside_scripts(key: str) -> None:
    text = with_articles((FOLDER / f"{key}.yaml").read_text(), key)
    checked = check_text(text, key, there=Surroundings(KEYS))
    assert checked.scripts[0].articles == BESIDE[key]
    assert not [each for each in [*checked.problems, *checked.warnings] if "article" in each.why]
