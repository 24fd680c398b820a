"""A browser's page, as far as its topics go: frames change it the way htmx changes a document.

Modelled is what `tests/browser` sees in a real Chromium: fragments go to their target by their swap, so do
the `<hx-partial>`s in them; an element with `hx-morph-skip` stays as it is when its id is drawn again, and so
does one that comes with `data-same` (`static/js/board.js`); a note field shows what is saved for its leg
(`static/js/notes.js`), and so does why a call is handed over (`static/js/packet.js`).
"""

import json
from collections.abc import Iterator
from typing import Any

from console.live.frame import Frame
from tests.console.desk.document import Element, parse

PARTIAL = "hx-partial"
SKIP = "hx-morph-skip"
SAME = "data-same"

Canonical = tuple[str, tuple[tuple[str, str], ...], tuple[Any, ...]]
"""Tag, attributes, and what is in it: text with single blanks, and elements."""


class Page:
    """The roots of the topics, and the number of the last change of each; frames come by `write`."""

    def __init__(self, html: str) -> None:
        self.root = parse(html)
        self.seqs: dict[str, int] = {}
        self.closed = False

    def write(self, frame: Frame) -> bool:
        """Take a frame, as `Wire.write` does."""
        message = json.loads(frame.text)
        topic, seq = message["topic"], message["seq"]
        assert message["snapshot"] or seq == self.seqs[topic] + 1, "a change is missing, or came twice"
        self.seqs[topic] = seq
        if "content" in message:
            self._swap(message["content"], message["target"], message["swap"])
        return True

    def beat(self, frame: Frame) -> bool:
        """See `Wire.beat`."""
        return True

    def close(self, code: int, reason: str) -> None:
        raise AssertionError(f"closed: {code} {reason}")

    @property
    def topics(self) -> list[str]:
        """The topics that it has roots for."""
        return [
            each.attributes["data-topic"] for each in self.root.every() if "data-topic" in each.attributes
        ]

    @property
    def shown(self) -> Canonical:
        """What can be seen, with the notes where they are written."""
        saved = {each.attributes["data-leg"]: _text(each) for each in self.root.every("output")}
        saved |= {
            each.attributes["id"]: _text(each)
            for each in self.root.every("span")
            if "data-handed" in each.attributes
        }
        return _canonical(self.root, saved)

    def _swap(self, html: str, target: str, swap: str) -> None:
        style, *modifiers = swap.split()
        assert modifiers in ([], ["swapEmpty:true"])
        content = parse(html)
        partials = [each for each in content.children if isinstance(each, Element) and each.tag == PARTIAL]
        content.children = [each for each in content.children if each not in partials]
        self._put(content, target, style)
        for partial in partials:
            inside = Element("", {}, partial.children)
            self._put(inside, partial.attributes["hx-target"], partial.attributes["hx-swap"])

    def _put(self, content: Element, target: str, style: str) -> None:
        found = _find(self.root, target)
        if found is None:
            return  # htmx does nothing, either
        parent, index = found
        element = parent.children[index]
        assert isinstance(element, Element)
        if style == "delete":
            del parent.children[index]
        elif style == "beforeend":
            element.children.extend(content.children)
        elif style == "innerMorph":
            _keep_skipped(content, element)
            element.children = content.children
        else:
            assert style == "outerMorph", style
            _keep_skipped(content, element)
            parent.children[index : index + 1] = content.children


def _find(root: Element, selector: str) -> tuple[Element, int] | None:
    if selector.startswith("#"):
        name, value = "id", selector[1:]
    else:
        name, _, value = selector.strip("[]").partition("=")
    for parent in [root, *root.every()]:
        for index, child in enumerate(parent.children):
            if isinstance(child, Element) and child.attributes.get(name) == value.strip('"'):
                return parent, index
    return None


def _keep_skipped(new: Element, old: Element) -> None:
    """Put the old elements that a morph skips in the places of the new ones with their ids."""
    kept = {each.attributes["id"]: each for each in _skipped(old)}
    same = {each.attributes["id"] for each in new.every() if SAME in each.attributes}
    kept |= {each.attributes["id"]: each for each in old.every() if each.attributes.get("id") in same}
    assert same <= kept.keys(), "what is the same is not there"
    for parent in [new, *new.every()]:
        parent.children = [
            kept.get(child.attributes.get("id", ""), child) if isinstance(child, Element) else child
            for child in parent.children
        ]


def _skipped(root: Element) -> Iterator[Element]:
    return (each for each in root.every() if SKIP in each.attributes)


def _canonical(element: Element, saved: dict[str, str]) -> Canonical:
    attributes = dict(element.attributes)
    children: list[Any] = []
    if element.tag == "textarea":
        attributes.pop("data-version", None)  # what was typed on top of: each tab's own business
        kept = attributes.get("data-note") or attributes["id"].replace("hand-over-reason", "handed")
        children = [saved.get(kept, _text(element))]
    else:
        for child in element.children:
            if isinstance(child, Element):
                children.append(_canonical(child, saved))
            elif child.strip():
                children.append(" ".join(child.split()))
    return element.tag, tuple(sorted(attributes.items())), tuple(children)


def _text(element: Element) -> str:
    """The text as it is, but for the line break that HTML drops at the start of a text field."""
    return "".join(child for child in element.children if isinstance(child, str)).removeprefix("\n")
