"""Articles beside a script: added and taken out, and everything else stays as it is written."""

import pytest

from console.knowledge.article import Kind
from console.studio.differences import differences
from console.studio.drawing import draw_script
from console.studio.editing import edit
from console.studio.editing_articles import article_options
from console.studio.editing_conditions import EditError
from console.studio.editing_source import Source
from scripts_engine.codec import script_from_dict
from scripts_engine.script import Script

BARE = "script: x\ntitle: X\nwhen: cases.open >= 1\nsteps:\n- {id: a, say: Hi, end: b}\n"
BLOCK = """\
script: x
title: X
articles:
  # what to say
  - returns   # as agreed
  - sorry
steps:
- {id: a, say: Hi, end: b}
"""


def add(source: Source, key: str) -> Source:
    return edit(source, "article.add", ("articles",), key).source


def remove(source: Source, at: int) -> Source:
    return edit(source, "article.remove", ("articles", at)).source


def test_the_first_one_stands_on_one_line_before_the_conditions() -> None:
    one = add(Source(BARE), "returns")
    assert one.text == BARE.replace("when:", "articles: [returns]\nwhen:")
    assert add(one, "sorry").text == BARE.replace("when:", "articles: [returns, sorry]\nwhen:")
    assert remove(one, 0).text == BARE
    empty = Source(BARE.replace("when:", "articles: []\nwhen:"))
    assert add(empty, "returns").text == one.text


def test_comments_stay() -> None:
    more = add(Source(BLOCK), "form")
    assert more.text == BLOCK.replace("  - sorry\n", "  - sorry\n  - form\n")
    assert remove(Source(BLOCK), 1).text == BLOCK.replace("  - sorry\n", "")


def test_what_cannot_be_added() -> None:
    with pytest.raises(EditError, match="there already"):
        add(Source(BLOCK), "sorry")
    many = "".join(f"  - a{number}\n" for number in range(20))
    with pytest.raises(EditError, match="at most 20"):
        add(Source(BLOCK.replace("  - sorry\n", "").replace("  - returns   # as agreed\n", many)), "sorry")


def test_they_are_drawn_with_their_places() -> None:
    drawn = draw_script(Source(BLOCK)).articles
    assert [(each.mark, each.at, each.key) for each in drawn] == [
        ("at-articles-0", '["articles", 0]', "returns"),
        ("at-articles-1", '["articles", 1]', "sorry"),
    ]


def test_a_menu_has_them_by_kind() -> None:
    titles = {"b": (Kind.LETTER, "B"), "a": (Kind.QUESTION, "A"), "c": (Kind.LETTER, "C")}
    assert article_options(titles) == [
        ("Question and answer", [("a", "A")]),
        ("Letter", [("b", "B"), ("c", "C")]),
    ]


def test_what_differs_is_said_in_words() -> None:
    def script(text: str) -> Script:
        return script_from_dict(Source(text).value)

    before, after = script(BLOCK), script(BLOCK.replace("  - sorry\n", "  - form\n"))
    assert differences(before, after) == ["article added: form", "article removed: sorry"]
    turned = script(
        BLOCK.replace("returns ", "sorrow ").replace("sorry", "returns").replace("sorrow", "sorry")
    )
    assert differences(before, turned) == ["the articles stand in another order"]
