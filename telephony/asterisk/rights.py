"""What Asterisk permits us, by the actions that it lists for us (`ListCommands`). Pure."""

from collections.abc import Mapping

from telephony.asterisk.messages import Message
from telephony.source import COMMANDED, Capability

QUESTION = "ListCommands"

NEEDED: Mapping[Capability, frozenset[str]] = {
    Capability.SET_PAUSE: frozenset({"QueuePause"}),
    Capability.SET_QUEUES: frozenset({"QueueAdd", "QueueRemove"}),
    Capability.HANG_UP: frozenset({"Hangup"}),
    Capability.TRANSFER_BLIND: frozenset({"BlindTransfer"}),
    Capability.TRANSFER_ATTENDED: frozenset({"Atxfer", "CancelAtxfer"}),
    Capability.DIAL: frozenset({"Originate"}),
    Capability.LISTEN: frozenset({"Originate"}),
    Capability.WHISPER: frozenset({"Originate"}),
    Capability.BARGE: frozenset({"Originate"}),
    Capability.TAKE_FIRST: frozenset({"QueueChangePriorityCaller"}),
    Capability.SEND_ON: frozenset({"Redirect"}),
}
"""The actions that each command needs."""


def denied(response: Message) -> frozenset[Capability]:
    """What we may not command, by the answer; nothing as long as nobody knows."""
    permitted = {name for name, _ in response.headers}
    if QUESTION not in permitted:  # then it is no list: everybody may ask for it
        return frozenset()
    return frozenset(each for each in COMMANDED if not NEEDED[each] <= permitted)
