"""A recorded AMI stream -> our events: for tests, benches and `replay`. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from telephony.asterisk.errors import RemoteAmiError
from telephony.asterisk.framing import Framer
from telephony.asterisk.messages import parse
from telephony.asterisk.translate import Translator
from telephony.events import Event


def replay(chunks: Iterable[bytes], translator: Translator, at: datetime) -> Iterator[Event]:
    """What a recorded stream tells, cut into any chunks. `at` stands for the time where it has no timestamps.

    What cannot be read is counted by the translator. Raises NotAmiError when it is no AMI stream. Answers to
    actions are left out.
    """
    framer = Framer()
    for chunk in chunks:
        for name, frame in framer.feed(chunk):
            if name in translator.wanted:
                try:
                    message = parse(frame)
                except RemoteAmiError as error:
                    translator.counters[error.trouble] += 1
                    continue
                yield from translator.translate(message, at)
    translator.counters.update(framer.counters)
