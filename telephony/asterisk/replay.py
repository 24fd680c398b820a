"""A recorded AMI stream -> our events: for tests, benches and `replay`. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from telephony.asterisk.errors import RemoteAmiError
from telephony.asterisk.framing import Framer
from telephony.asterisk.messages import parse
from telephony.asterisk.translate import Translator
from telephony.events import Event


@dataclass(slots=True)
class Extent:
    """How much a recording holds: its `size` in bytes, the `events` of AMI in it, whatever they say, and
    whether it breaks off within a frame."""

    size: int = 0
    events: int = 0
    breaks_off: bool = False


def replay(
    chunks: Iterable[bytes], translator: Translator, at: datetime, extent: Extent | None = None
) -> Iterator[Event]:
    """What a recorded stream tells, cut into any chunks. `at` stands for the time where it has no timestamps.

    What cannot be read is counted by the translator; `extent` is filled in on the way. Raises NotAmiError
    when it is no AMI stream. Answers to actions are left out.
    """
    framer = Framer()
    extent = extent or Extent()
    for chunk in chunks:
        extent.size += len(chunk)
        for name, frame in framer.feed(chunk):
            extent.events += name is not None
            if name in translator.wanted:
                try:
                    message = parse(frame)
                except RemoteAmiError as error:
                    translator.counters[error.trouble] += 1
                    continue
                yield from translator.translate(message, at)
    translator.counters.update(framer.counters)
    extent.breaks_off = framer.unfinished
