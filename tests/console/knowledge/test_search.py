"""Articles are found by the beginnings of their words, on both databases in the same order."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from console.db.engine import Sessions
from console.knowledge.article import Kind
from console.knowledge.passages import Piece, marked, passage
from console.knowledge.question import MOST_WORDS, Place, for_postgresql, for_sqlite, read
from console.knowledge.search import Answer, find
from tests.console.knowledge.articles import LETTER, article, save


async def ask(sessions: Sessions, typed: str, most: int = 8) -> Answer:
    async with sessions() as session:
        return await find(session, typed, most=most)


async def keys(sessions: Sessions, typed: str) -> list[str]:
    return [each.key for each in (await ask(sessions, typed)).found]


async def test_marks_and_case_do_not_matter(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article("s", title="Pán Šťastný", text="Müller a Łódź"))
    for typed in ("stastny", "ŠŤAST", "pan stas", "muller", "mueller", "lodz a müll"):
        assert await keys(sessions, typed) == ["s"], typed
    assert await keys(sessions, "astny") == []


async def test_title_comes_before_keywords_before_text(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article("text", title="Zebra", text="refund " * 50))
    await save(sessions, now, article("word", title="Yak", keywords="refund", text="Nothing."))
    await save(sessions, now, article("title", title="A refund, in a rather long title with many words"))
    assert await keys(sessions, "refund") == ["title", "word", "text"]
    assert await keys(sessions, "ref") == ["title", "word", "text"]


async def test_all_words_else_any(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article("both", title="Late orders", text="They get a refund."))
    await save(sessions, now, article("one", title="Late again", text="No money back."))
    every = await ask(sessions, "late refund")
    assert ([each.key for each in every.found], every.loosely) == (["both"], False)
    some = await ask(sessions, "refund elephants")
    assert ([each.key for each in some.found], some.loosely) == (["both"], True)
    assert await ask(sessions, "elephants") == Answer([])
    assert await ask(sessions, " ?! ") == Answer([])


async def test_what_changes_is_found_by_what_it_says_now(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article(title="Before", text="Text."))
    await save(sessions, now, article(title="After", text="Text."), on=1)
    assert await keys(sessions, "before") == []
    assert await keys(sessions, "after") == ["returns"]


async def test_more_than_are_shown(sessions: Sessions, now: datetime) -> None:
    for number in range(4):
        await save(sessions, now, article(f"a{number}", title="Same"))
    answer = await ask(sessions, "same", most=3)
    assert ([each.key for each in answer.found], answer.more) == (["a0", "a1", "a2"], True)


async def test_a_letter_is_found_by_its_words_and_not_by_its_values(
    sessions: Sessions, now: datetime
) -> None:
    await save(sessions, now, article("sorry", kind=Kind.LETTER, title="Apology", text=LETTER))
    assert await keys(sessions, "customer") == []
    [found] = (await ask(sessions, "sorry late")).found
    assert found.passage == [
        *(Piece(each) for each in ("Dear", " …, ", "we", " ", "are", " ")),
        Piece("sorry", hit=True),
        *(Piece(each) for each in (" ", "that", " … ", "is", " ")),
        Piece("late", hit=True),
        Piece("."),
    ]


@pytest.mark.parametrize(
    "typed",
    ["\"a'", "a AND", "NOT x", "NEAR(a b)", "title:x", "{a} x*", "a & b | !c", "<->", "\\", "O'Brien",
     "$1 :id", "\ufeff", "²", "日本", "ﬁ"],
)  # fmt: skip
async def test_nothing_typed_is_an_operator(sessions: Sessions, now: datetime, typed: str) -> None:
    await save(sessions, now, article("o", title=f"About {typed} it"))
    answer = await ask(sessions, typed)
    assert [each.key for each in answer.found] == (["o"] if read(typed) else [])


WORDS = st.text(max_size=300)


@given(typed=WORDS)
def test_a_question_is_words_of_letters_and_digits(typed: str) -> None:
    question = read(typed)
    assert len(question.words) <= MOST_WORDS
    assert all(word.isalnum() for word in question.words)
    assert read(" ".join(question.words)) == question
    if question:
        for place in Place:
            assert for_sqlite(question, place).count('"') == 2 * len(question.words)
            assert for_postgresql(question, place).count("'") == 2 * len(question.words)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=WORDS)
async def test_whatever_is_typed_the_databases_take_it(sessions: Sessions, now: datetime, typed: str) -> None:
    question = read(typed)
    if not question:
        return
    async with sessions() as session:
        await find(session, typed)
        if session.get_bind().dialect.name == "postgresql":
            asked = await session.scalar(
                text("SELECT numnode(CAST(:asked AS tsquery))"),
                {"asked": for_postgresql(question, Place.ANYWHERE)},
            )
            assert asked == 2 * len(question.words) - 1


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(min_size=1, max_size=80), word=st.integers(0, 20), letters=st.integers(1, 20))
async def test_whatever_is_written_is_found_by_its_words(
    sessions: Sessions, now: datetime, title: str, word: int, letters: int
) -> None:
    words = read(title.replace("\0", "")).words
    if not words or not title.strip():
        return
    async with sessions.begin() as session:
        for table in ("article_search", "article_versions", "articles"):
            await session.execute(text(f"DELETE FROM {table}"))
    await save(sessions, now, article("w", title=title.replace("\0", "")))
    assert await keys(sessions, words[word % len(words)][:letters]) == ["w"]


def test_a_passage_is_where_most_of_the_words_stand_together() -> None:
    text = "refund " + "x " * 60 + "the Refund of late orders" + " y" * 60
    shown = "".join(each.text for each in passage(text, ("refund", "late")))
    assert shown.startswith("… x x x the Refund of late orders y")
    assert shown.endswith("y …")
    assert [each.text for each in passage(text, ("refund", "late")) if each.hit] == ["Refund", "late"]


def test_a_passage_of_what_has_none_of_the_words_is_the_beginning() -> None:
    assert "".join(each.text for each in passage("One.\n\nTwo, three!", ("four",))) == "One. Two, three!"
    assert passage("…", ("four",)) == []


@given(text=st.text(max_size=200), words=st.lists(st.text("abcxyzš1", min_size=1, max_size=3), max_size=3))
def test_marking_changes_no_letter(text: str, words: list[str]) -> None:
    shown = "".join(each.text for each in marked(text, words))
    assert shown.split() == text.split()
