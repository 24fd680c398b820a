"""What goes over the wire to browsers: built once, written to many. Pure."""

import json
from dataclasses import dataclass

from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page: `html` goes to the element `target` (a CSS selector) in the way `swap` (htmx 4:
    outerMorph, innerMorph, beforeend, afterbegin, delete ...)."""

    html: str
    target: str
    swap: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One message to browsers: `text` is its JSON, `raw` the whole WebSocket frame (RFC 6455 section 5.2,
    unmasked and not compressed, as a server may send it)."""

    text: str
    raw: bytes


def build_frame(topic: str, seq: int, fragment: Fragment | None, *, snapshot: bool = False) -> Frame:
    """The frame for change `seq` of a topic, or for its snapshot after change `seq`.

    The envelope is that of htmx 4's hx-ws (`content`, `target`, `swap`) with our fields in it. Without a
    fragment the frame changes nothing in the page, but keeps the numbers without gaps.
    """
    envelope: dict[str, object] = {"topic": topic, "seq": seq, "snapshot": snapshot}
    if fragment is not None:
        # hx-ws leaves the page as it is when there is no content, unless told so: an emptied list must empty.
        swap = f"{fragment.swap} swapEmpty:true"
        envelope |= {"content": fragment.html, "target": fragment.target, "swap": swap}
    text = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return Frame(text, WireFrame(Opcode.TEXT, text.encode()).serialize(mask=False))


def root_of(topic: str) -> str:
    """The CSS selector of the element that shows `topic`; a snapshot replaces what is in it."""
    return f'[data-topic="{topic}"]'
