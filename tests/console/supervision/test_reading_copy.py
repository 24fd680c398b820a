"""A call that is looked at: all of it can be read, nothing of it can be pressed."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.desk.drawing import draw_desk
from console.desk.reading import Reader
from console.desk.samples import sample_desk
from console.supervision.reading_copy import read_only
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.fakes.pages import ZONE, templates_in

FIELDS = {"form", "button", "input", "select", "textarea", "script", "option"}


class _Acting(HTMLParser):
    """What acts in a page: elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] * (tag in FIELDS)
        self.found += [name for name, _ in attrs if name.startswith(("on", "hx-", "data-key"))]


def acting(html: str) -> list[str]:
    reader = _Acting()
    reader.feed(html)
    reader.close()
    return reader.found


@pytest.mark.parametrize(
    ("html", "copy"),
    [
        ('<form hx-post="/x"><button name="a">Go</button></form>', "<div><span>Go</span></div>"),
        (
            '<textarea data-testid="t" name="x">a &lt; b</textarea>',
            '<p class="copy-text" data-testid="t">a &lt; b</p>',
        ),
        (
            '<input value="5 &gt; 4"><input type="hidden" value="s"><input>',
            '<span class="copy-text">5 &gt; 4</span>',
        ),
        ('<input type="radio" checked>1<input type="checkbox">2', "☑ 1☐ 2"),
        ("<select><option>a</option><option selected>b</option></select>", "b"),
        ('<p onclick="x()" hx-get="/y" class="a" hidden>z<br></p>', '<p class="a" hidden>z<br></p>'),
        ('<a href="javascript:x()">a</a><a href="/b">b</a>', '<a>a</a><a href="/b">b</a>'),
        ("<script>x()</script><style>p {}</style>y", "y"),
        ("a</option></script>b", "ab"),
        (
            'x<details hx-get="/y"><summary>a</summary><details>b</details></details>z</details>',
            "xz</details>",
        ),
        (
            '<details open><summary data-key="q">Why</summary>x</details>',
            "<details open><summary>Why</summary>x</details>",
        ),
    ],
)
def test_what_becomes_of_what(html: str, copy: str) -> None:
    assert read_only(html) == copy


def test_of_every_pop_all_can_be_read() -> None:
    desk = draw_desk(sample_desk(NOW), Reader("en", ZONE))
    assert desk.pops
    for pop in desk.pops:
        html = templates_in().template("desk/_pop.html", "en").render(pop=pop)
        copy = read_only(html)
        assert acting(html)
        assert acting(copy) == []
        name = parse(copy).one("pop-name").text
        assert name == parse(html).one("pop-name").text
        assert parse(copy).one("pop").attributes["data-state"] == pop.state


@given(st.text(alphabet="<>/=\"' abformbuttonhxonclick-&;"))
def test_whatever_comes_nothing_acts(text: str) -> None:
    assert acting(read_only(text)) == []
