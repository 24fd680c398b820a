"""What supervisors can do to others' work, and what it is called. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from console.web.i18n import N_


class Act(StrEnum):
    """One thing that can be done."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    JOIN_QUEUE = "join_queue"
    LEAVE_QUEUE = "leave_queue"
    MOVE = "move"
    LOG_OUT = "log_out"
    TAKE_FIRST = "take_first"
    SEND_ON = "send_on"
    MESSAGE = "message"
    OPEN_CALL = "open_call"
    MAKE_LINK = "make_link"
    REVOKE_LINK = "revoke_link"


LABELS: Mapping[Act, str] = {
    Act.LISTEN: N_("Listen to a call"),
    Act.WHISPER: N_("Whisper to an agent"),
    Act.BARGE: N_("Join a call"),
    Act.PAUSE: N_("Send an agent on a break"),
    Act.UNPAUSE: N_("End an agent's break"),
    Act.JOIN_QUEUE: N_("Add an agent to a queue"),
    Act.LEAVE_QUEUE: N_("Take an agent out of a queue"),
    Act.MOVE: N_("Move an agent to another queue"),
    Act.LOG_OUT: N_("Log an agent out"),
    Act.TAKE_FIRST: N_("Take a waiting caller first"),
    Act.SEND_ON: N_("Send a waiting caller elsewhere"),
    Act.MESSAGE: N_("Send a message"),
    Act.OPEN_CALL: N_("Look into an agent's call"),
    Act.MAKE_LINK: N_("Make a link for a wallboard"),
    Act.REVOKE_LINK: N_("Revoke a link for a wallboard"),
}


class Result(StrEnum):
    """What came of it."""

    DONE = "done"
    REFUSED = "refused"
    UNSURE = "unsure"


RESULTS: Mapping[Result, str] = {
    Result.DONE: N_("done"),
    Result.REFUSED: N_("refused"),
    Result.UNSURE: N_("not sure"),
}
