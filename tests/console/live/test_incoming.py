"""What browsers send, whole and in pieces."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import Frame, Opcode

from console.live.incoming import MESSAGE_BYTES, Incoming

SENT = st.lists(
    st.tuples(st.sampled_from([Opcode.TEXT, Opcode.BINARY]), st.lists(st.binary(max_size=300), min_size=1)),
    max_size=5,
)


def frame(opcode: Opcode, data: bytes, *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=mask)


def received(*chunks: bytes) -> list[tuple[Opcode, bytes]]:
    incoming = Incoming()
    return [(each.opcode, bytes(each.data)) for chunk in chunks for each in incoming.receive(chunk)]


@settings(max_examples=40, deadline=None)
@given(sent=SENT, cuts=st.lists(st.integers(0, 4000), max_size=20), pinged=st.booleans())
def test_messages_arrive_whole_however_they_are_cut(
    sent: Sequence[tuple[Opcode, list[bytes]]], cuts: list[int], pinged: bool
) -> None:
    wire = b""
    for opcode, pieces in sent:
        for index, piece in enumerate(pieces):
            kind = Opcode.CONT if index else opcode
            wire += frame(kind, piece, fin=index == len(pieces) - 1)
            wire += frame(Opcode.PING, b"?") if pinged else b""
    ends = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    got = received(*[wire[start:end] for start, end in pairwise(ends)])
    assert [each for each in got if each[0] is not Opcode.PING] == [
        (opcode, b"".join(pieces)) for opcode, pieces in sent
    ]


@pytest.mark.parametrize(
    "wire",
    [
        frame(Opcode.TEXT, b"x", mask=False),
        b"\xf1\x81\x00\x00\x00\x00x",  # reserved bits
        b"\x83\x81\x00\x00\x00\x00x",  # no such opcode
        b"\x09\x81\x00\x00\x00\x00x",  # a ping in pieces
        frame(Opcode.CONT, b"x"),
        frame(Opcode.TEXT, b"x", fin=False) + frame(Opcode.TEXT, b"y"),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["not masked", "reserved bits", "opcode", "ping in pieces", "begun nowhere", "begun twice", "HTTP"],
)
def test_what_is_no_websocket_is_refused(wire: bytes) -> None:
    with pytest.raises(ProtocolError):
        received(wire)


def test_the_largest_message() -> None:
    assert received(frame(Opcode.TEXT, b"x" * MESSAGE_BYTES)) == [(Opcode.TEXT, b"x" * MESSAGE_BYTES)]
    with pytest.raises(PayloadTooBig):
        received(frame(Opcode.TEXT, b"x" * (MESSAGE_BYTES + 1))[:14])  # before it is all there
    with pytest.raises(PayloadTooBig):
        received(*[frame(Opcode.TEXT if n == 0 else Opcode.CONT, b"x" * 1024, fin=False) for n in range(17)])
