"""`lineside articles import|export`."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.commands import articles
from console.demo.articles import ARTICLES
from console.knowledge.article import Article, Kind, check, tidy
from console.knowledge.files import read_articles, write_articles
from tests.console.commands.conftest import Run

GOOD = """\
# As agreed with the warehouse.
article: returns
kind: question
title: How to return goods
keywords: refund
text: |
  Within 14 days.

  In any shop.
---
article: sorry
kind: letter
title: Apology
text: Dear {{ customer.name }}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


async def test_import_and_export(run: Run, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(articles, "articles", "import", str(file)) == 0
    assert await run(articles, "articles", "import", str(file)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "imported 2, unchanged 0, rejected 0",
        "imported 0, unchanged 2, rejected 0",
    ]
    assert await run(articles, "articles", "export") == 0
    exported = capsys.readouterr().out
    assert exported == GOOD.split("\n", 1)[1].replace("text: Dear", "text: |-\n  Dear").replace(
        "text: |\n", "text: |-\n"
    )
    file.write_text(exported.replace("14", "30"), encoding="utf-8")
    assert await run(articles, "articles", "import", str(file)) == 0
    assert capsys.readouterr().out == "imported 1, unchanged 1, rejected 0\n"


async def test_all_that_is_wrong_is_listed_and_nothing_is_imported(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = "article: sorry\nkind: leter\ntitel: x\ntext: 5\n"
    wrong = f"{first}---\narticle: a b\nkind: form\ntitle: T\ntext: T\n---\n- x\n"
    file.write_text(f"{GOOD}---{GOOD.split('---')[1]}---\n{wrong}", encoding="utf-8")
    assert await run(articles, "articles", "import", str(file)) == 1
    fields = "article, kind, title, keywords, language, link, text"
    said = capsys.readouterr().out.splitlines()
    assert said[:5] == [
        "a.yaml line 16: article: this key stands here twice",
        f'a.yaml line 23: titel: an article has no field "titel", only {fields}. Did you mean title?',
        "a.yaml line 24: text: this must be a text: write it in quotes",
        'a.yaml line 22: kind: "kind" is one of question, letter, form. Did you mean letter?',
        "a.yaml line 21: article: this key stands here twice",
    ]
    assert said[5].startswith("a.yaml line 26: article: it has letters, digits")
    assert said[6].startswith("a.yaml line 31: an article is written as fields with values")
    assert said[7:] == [
        "Nothing was imported: mend the file and import it again.",
        "imported 0, unchanged 0, rejected 4",
    ]
    assert await run(articles, "articles", "export") == 0
    assert capsys.readouterr().out == ""
    file.write_text(" \n", encoding="utf-8")
    assert await run(articles, "articles", "import", str(file)) == 1
    assert capsys.readouterr().out.splitlines()[::2] == [
        "a.yaml: the file holds no article",
        "imported 0, unchanged 0, rejected 1",
    ]


async def test_a_wrong_field_hides_nothing_else_that_is_wrong(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(
        "article: sorry\nkind: leter\ntitle: ''\nlink: javascript:alert(1)\n"
        "text: '{% for a in orders %}{{ a.ref }}{% endfor %}{{ customer.nme }}'\n",
        encoding="utf-8",
    )
    assert await run(articles, "articles", "import", str(file)) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in said[:-2]] == ["kind", "title", "text", "text", "link"]
    assert "a text may not use a loop" in said[2]
    assert "Did you mean name?" in said[3]
    assert said[-1] == "imported 0, unchanged 0, rejected 1"


def test_what_was_written_reads_the_same() -> None:
    assert read_articles(write_articles(ARTICLES), "x") == [tidy(each) for each in ARTICLES]


WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40)


@given(title=WORDS, lines=st.lists(WORDS, max_size=4), keywords=WORDS)
def test_any_text_reads_the_same(title: str, lines: list[str], keywords: str) -> None:
    text = "\n".join(lines)
    article = tidy(Article(key="x", kind=Kind.QUESTION, title=title, text=text, keywords=keywords))
    if not check(article):
        assert read_articles(write_articles([article]), "x") == [article]
