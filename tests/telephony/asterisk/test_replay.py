"""Recorded streams that are not quite."""

import pytest

from telephony.asterisk.errors import NotAmiError
from telephony.asterisk.framing import event_name
from telephony.asterisk.replay import Extent, replay
from telephony.asterisk.translate import Translator
from telephony.events import LinkName
from tests.conftest import NOW
from tests.fakes.asterisk_frames import CALLER, joined, new


def test_no_recording_of_a_manager() -> None:
    with pytest.raises(NotAmiError):
        list(replay([b"%PDF-1.7\n"], Translator(LinkName("main")), NOW))


def test_a_frame_that_cannot_be_read_is_left_out() -> None:
    long = b"Event: Hangup\r\nX: " + b"y" * 9_000 + b"\r\n\r\n"
    assert len(list(replay([new(CALLER), long, joined()], Translator(LinkName("main")), NOW))) == 1


@pytest.mark.parametrize(
    ("stream", "events", "breaks_off"),
    [
        (b"", 0, False),
        (b"Asterisk Call Manager/11.0.0\r\n", 0, False),
        (b"Asterisk Call Manager/11.0.0\r\nResponse: Error\r\n\r\n", 0, False),
        (b"a text", 0, True),
        (b"Event: FullyBooted\r\n\r\n\r\n", 1, False),
        (b"Event: FullyBooted\r\n\r\nEvent: Hang", 1, True),
        (b"Event: FullyBooted\r\n\r\nEvent: Hangup\r\n", 1, True),
    ],
)
def test_how_much_a_recording_holds(stream: bytes, events: int, breaks_off: bool) -> None:
    for pieces in ([stream], [stream[place : place + 1] for place in range(len(stream))]):
        extent = Extent()
        assert list(replay(pieces, Translator(LinkName("main")), NOW, extent)) == []
        assert extent == Extent(len(stream), events, breaks_off)


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (b"Event: Hangup\r\nX: 1", b"Hangup"),
        (b"Event: Hangup\nX: 1", b"Hangup"),
        (b"Event: Hangup", b"Hangup"),
        (b"Response: Success\r\nEvent: Hangup", None),
        (b"Event: \r\nX: 1", b""),
        (b"", None),
    ],
)
def test_the_name_of_an_event(frame: bytes, name: bytes | None) -> None:
    assert event_name(frame) == name
