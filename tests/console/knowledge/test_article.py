"""What can be wrong with an article is named with its field."""

from typing import Any

import pytest

from console.knowledge.article import Kind, check, is_https, tidy
from scripts_engine.reading import MAX_TEXT
from tests.console.knowledge.articles import LETTER, article


def test_a_right_one_has_nothing_wrong() -> None:
    assert (
        check(article(keywords="refund, send back", language="en-GB", link="https://shop.example/r.pdf"))
        == []
    )
    assert check(article(kind=Kind.LETTER, text=LETTER)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": "no spaces"}, "key: it has letters, digits, -, _ and . only"),
        ({"key": "k" * 101}, "key: it has letters"),
        ({"title": ""}, "title: it is empty"),
        ({"title": "t" * 151}, "title: it may have 150 characters, not 151"),
        ({"text": ""}, "text: it is empty"),
        ({"text": "t" * 20_001}, "text: it may have 20000 characters"),
        ({"kind": Kind.LETTER, "text": "t" * (MAX_TEXT + 1)}, "text: it may have 4000 characters"),
        ({"kind": Kind.LETTER, "text": "{{ custmer.name }}"}, "Did you mean customer"),
        ({"kind": Kind.FORM, "text": "{{ answers.wish }}"}, "text: "),
        ({"kind": Kind.FORM, "text": "{% for a in orders %}{% endfor %}"}, "text: a text may not use a loop"),
        ({"keywords": "k" * 1_001}, "keywords: it may have 1000 characters"),
        ({"language": "Klingon!"}, "language: write a language as sk or en-GB"),
        ({"link": "http://shop.example"}, "link: a link is a whole address that begins with https://"),
        ({"link": "javascript:alert(1)"}, "link: a link is"),
        ({"link": "https://"}, "link: a link is"),
        ({"link": 'https://shop.example/"onclick'}, "link: a link is"),
        ({"link": "https://[shop"}, "link: a link is"),
    ],
)
def test_what_cannot_work_is_named(fields: dict[str, Any], said: str) -> None:
    assert said in str(check(article(**{"key": "returns", **fields}))[0])


def test_an_answer_may_hold_braces() -> None:
    assert check(article(text="Type {{ in the field")) == []


def test_what_a_browser_makes_of_it_is_put_right() -> None:
    typed = article(
        title="  Two \t words ", text="\r\n one\r\ntwo \r\n", keywords=" a,\n b ", link=" https://a.b "
    )
    assert tidy(typed) == article(title="Two words", text="one\ntwo", keywords="a, b", link="https://a.b")


def test_https_only() -> None:
    assert is_https("https://shop.example/form.pdf?a=1#b")
    assert not is_https("//shop.example")
