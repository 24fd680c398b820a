"""A busy Asterisk: recorded calls played again and again, each time with channels of their own."""

import re
from collections.abc import Iterator, Sequence

from tests.fakes.asterisk_transcripts import live

EPOCH = 1_800_000_000
"""Uniqueids begin with a time. Later than that of any recording: no id is used twice."""

_UNIQUEID = re.compile(rb"\b17\d{8}(?=\.\d)")
_CHANNEL = re.compile(rb"-0000(?=[0-9a-f]{4})")


def busy(names: Sequence[str], times: int) -> Iterator[bytes]:
    """The events of the recordings, one recording after the other, `times` times."""
    recordings = [live(name) for name in names]
    for number, recording in enumerate(recordings * times):
        own = _UNIQUEID.sub(b"%d" % (EPOCH + number), recording)
        yield _CHANNEL.sub(b"-%04x" % (number + 1), own)


def count_events(stream: bytes) -> int:
    """How many events the stream has."""
    return stream.count(b"\r\n\r\nEvent: ") + stream.startswith(b"Event: ")
