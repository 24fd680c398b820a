"""What goes over the wire to browsers: built once, written to many. Pure."""

import json
import zlib
from dataclasses import dataclass
from functools import cached_property

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CONTROLS = bytes(code for code in range(0x20) if code != ord("\n"))
"""Characters that JSON escapes each in its own way."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page: `html` goes to the element `target` (a CSS selector) in the way `swap` (htmx 4:
    outerMorph, innerMorph, beforeend, afterbegin, delete ...)."""

    html: str
    target: str
    swap: str


PACKED_FROM_BYTES = 1_000
"""What is shorter fits in one packet anyway."""

_PACKING = PerMessageDeflate(
    remote_no_context_takeover=True,
    local_no_context_takeover=True,
    remote_max_window_bits=zlib.MAX_WBITS,
    local_max_window_bits=zlib.MAX_WBITS,
    compress_settings={"level": 1},
)
"""At its fastest it makes a twentieth of HTML, in the time in which that is written a few times. It keeps
nothing from one frame to the next."""


@dataclass(frozen=True)
class Frame:
    """One message to browsers: `payload` is its JSON, `raw` the whole WebSocket frame (RFC 6455 section 5.2,
    unmasked and not compressed, as a server may send it)."""

    payload: bytes
    raw: bytes

    @cached_property
    def packed(self) -> bytes:
        """The frame compressed (RFC 7692 section 7.2.1) without anything of earlier ones, so that it is the
        same for all who may get it so; a short one as it is."""
        if len(self.payload) < PACKED_FROM_BYTES:
            return self.raw
        return WireFrame(Opcode.TEXT, self.payload).serialize(mask=False, extensions=[_PACKING])

    @property
    def text(self) -> str:
        """The JSON as text."""
        return self.payload.decode()


def build_frame(topic: str, seq: int, fragment: Fragment | None, *, snapshot: bool = False) -> Frame:
    """The frame for change `seq` of a topic, or for its snapshot after change `seq`.

    The envelope is that of htmx 4's hx-ws (`content`, `target`, `swap`) with our fields in it. Without a
    fragment the frame changes nothing in the page, but keeps the numbers without gaps.
    """
    envelope: dict[str, object] = {"topic": topic, "seq": seq, "snapshot": snapshot}
    content = b""
    if fragment is not None:
        # hx-ws leaves the page as it is when there is no content, unless told so: an emptied list must empty.
        envelope |= {"target": fragment.target, "swap": f"{fragment.swap} swapEmpty:true"}
        content = b',"content":"%b"' % _escaped(fragment.html)
    return _frame(b"%b%b}" % (_encode(envelope)[:-1].encode(), content))


def _frame(payload: bytes) -> Frame:
    return Frame(payload, WireFrame(Opcode.TEXT, payload).serialize(mask=False))


def _escaped(html: str) -> bytes:
    """The text as it stands in a JSON string: four passes at the speed of memory, as `json` takes a third of
    the time of drawing."""
    raw = html.encode(errors="replace")  # half a character (a lone surrogate) cannot be sent
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        return _encode(raw.decode())[1:-1].encode()
    return raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")


def root_of(topic: str) -> str:
    """The CSS selector of the element that shows `topic`; a snapshot replaces what is in it."""
    return f'[data-topic="{topic}"]'


BEAT = _frame(b'{"beat":true}')
"""Says that we are here: a page that hears nothing for long knows that it is not live (static/js/live.js)."""
