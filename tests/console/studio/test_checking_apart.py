"""A large file is checked in another process, with the same result."""

import sys
from pathlib import Path

import pytest

from console.errors import InvalidError
from console.knowledge.files import read_articles
from console.scripts.checking import check_text
from console.studio.checking_apart import LARGE, check_apart, work_apart
from tests.console.studio.scripts import DEMO, USUAL

ALL = "\n---\n".join(file.read_text() for file in DEMO)
OTHERS = check_text(ALL, "others").scripts


def large(text: str) -> str:
    """As long as it takes, by a comment."""
    return f"{text}# {'x' * LARGE}\n"


@pytest.mark.slow
@pytest.mark.parametrize("text", [ALL, USUAL, USUAL.replace("next: wish", "next: wsh")])
async def test_it_finds_the_same(text: str) -> None:
    for each in (text, large(text)):
        assert await check_apart(each, "file", OTHERS) == check_text(each, "file", OTHERS)


@pytest.mark.slow
async def test_why_it_cannot_be_read() -> None:
    for text in ("x: [", large("x: [\n")):
        with pytest.raises(InvalidError) as caught:
            await check_apart(text, "file", ())
        assert [problem.where.startswith("file line") for problem in caught.value.problems] == [True]


@pytest.mark.slow
async def test_articles_are_read_apart_too() -> None:
    text = "article: a\nkind: question\ntitle: A\ntext: X\n"
    assert await work_apart(read_articles, large(text), "file") == read_articles(text, "file")
    with pytest.raises(InvalidError, match="file line 2"):
        await work_apart(read_articles, large(text.replace("question", "x")), "file")


async def test_only_a_large_one_needs_a_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert await check_apart(USUAL, "file", ()) == check_text(USUAL, "file")
    with pytest.raises(FileNotFoundError):
        await check_apart(large(USUAL), "file", ())
