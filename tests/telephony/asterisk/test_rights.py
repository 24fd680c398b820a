"""What the user in manager.conf may not do, no desk offers."""

import pytest

from telephony.source import COMMANDED, Capability
from tests.fakes.asterisk_manager import GREETING, Manager

ALL = (
    "ListCommands",
    "QueuePause",
    "QueueAdd",
    "QueueRemove",
    "Hangup",
    "BlindTransfer",
    "Atxfer",
    "CancelAtxfer",
    "Originate",
    "QueueChangePriorityCaller",
    "Redirect",
)


def listed(*actions: str) -> str:
    """The answer of an Asterisk that permits these."""
    lines = "".join(f"{action}: Something. (Priv: call,all)\r\n" for action in actions)
    return f"Response: Success\r\nActionID: ?\r\n{lines}\r\n"


def told(answer: str) -> Manager:
    manager = Manager()
    manager.instead = {"ListCommands": answer}
    manager.say(GREETING)
    return manager


@pytest.mark.parametrize(
    ("missing", "denied"),
    [
        ((), set()),
        (
            ("Originate",),
            {Capability.DIAL, Capability.LISTEN, Capability.WHISPER, Capability.BARGE},
        ),
        (("QueueChangePriorityCaller",), {Capability.TAKE_FIRST}),
        (("Redirect",), {Capability.SEND_ON}),
        (("QueueAdd",), {Capability.SET_QUEUES}),
        (("CancelAtxfer",), {Capability.TRANSFER_ATTENDED}),
        (
            ("Hangup", "BlindTransfer", "Atxfer", "CancelAtxfer"),
            {Capability.HANG_UP, Capability.TRANSFER_BLIND, Capability.TRANSFER_ATTENDED},
        ),
        (ALL[1:], set(COMMANDED)),
    ],
)
def test_what_is_not_listed_is_denied(missing: tuple[str, ...], denied: set[Capability]) -> None:
    answer = listed(*(action for action in ALL if action not in missing))
    assert told(answer).session.denied == denied


@pytest.mark.parametrize(
    "answer",
    ["Response: Error\r\nActionID: ?\r\nMessage: Permission denied\r\n\r\n", listed(), listed("Hangup")],
    ids=["refused", "empty", "no list"],
)
def test_what_is_no_list_denies_nothing(answer: str) -> None:
    manager = told(answer)
    assert manager.session.denied == set()
    assert manager.session.up
