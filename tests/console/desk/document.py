"""Reads drawn HTML as a browser would, as far as tests need it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "meta", "link", "br", "img"}


@dataclass
class Element:
    """An element with its attributes, and the elements and texts in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, the elements a blank apart, blanks made one."""
        return " ".join(" ".join(self._texts()).split())

    def every(self, tag: str = "", **attributes: str) -> list["Element"]:
        """The elements in it with this tag and these attributes (`data_state="ringing"`)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self._elements()
            if (not tag or element.tag == tag) and wanted.items() <= element.attributes.items()
        ]

    def one(self, testid: str, **attributes: str) -> "Element":
        """The only element with this test id."""
        found = self.every(data_testid=testid, **attributes)
        assert len(found) == 1, f"{len(found)} elements with data-testid={testid}"
        return found[0]

    def has(self, testid: str) -> bool:
        return bool(self.every(data_testid=testid))

    def _elements(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._elements()

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, Element):
                yield from child._texts()
            else:
                yield child


def parse(html: str) -> Element:
    """The elements of `html`. An element that is not closed, or closed twice, is an AssertionError."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"not closed: {[element.tag for element in reader.open[1:]]}"
    return reader.open[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
