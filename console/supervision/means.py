"""What supervisors can have the phone systems do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.live.bus import Value
from console.live.commands import link_state
from telephony.source import Capability


@dataclass(frozen=True, slots=True)
class Means:
    """What any phone system that is up can be told. Where nothing is up, nothing can."""

    listen: bool = False
    whisper: bool = False
    barge: bool = False
    pause: bool = False
    queues: bool = False
    take_first: bool = False
    send_on: bool = False


_NEEDED: Mapping[str, Capability] = {
    "listen": Capability.LISTEN,
    "whisper": Capability.WHISPER,
    "barge": Capability.BARGE,
    "pause": Capability.SET_PAUSE,
    "queues": Capability.SET_QUEUES,
    "take_first": Capability.TAKE_FIRST,
    "send_on": Capability.SEND_ON,
}


def means(links: Mapping[str, Value]) -> Means:
    """By the entries of the topic of links."""
    states = [link_state(value) for value in links.values()]
    can = {capability for state in states if state.state == "up" for capability in state.can}
    return Means(**{name: capability in can for name, capability in _NEEDED.items()})
