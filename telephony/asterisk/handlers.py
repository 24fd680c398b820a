"""What each AMI event means: one handler per name, and what the event must hold to count. Pure.

A handler takes the switchboard, brings it up to date and returns our events. Where the meaning of an event is
not in its name, the rule stands above the branch that implements it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from telephony.asterisk import agents, channels, dialling, queueing, spying, transfers
from telephony.asterisk.frames import Unfit, block
from telephony.asterisk.legs import Events
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Switchboard
from telephony.asterisk.troubles import Trouble

Handler = Callable[[Switchboard, Message, datetime], Events]


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event must hold to count. `without_channel`: what does when it names no channel at all."""

    handle: Handler
    needs: frozenset[str]
    without_channel: frozenset[str] | None = None

    def check(self, message: Message) -> None:
        """Raise Unfit unless the event has the full header set of its type."""
        bare = self.without_channel is not None and "Channel" not in message
        needs = self.without_channel if bare else self.needs
        if not message.has_all(needs or frozenset()):
            raise Unfit(Trouble.INCOMPLETE)


CHANNEL = block()
PAIR = CHANNEL | block("Dest")
QUEUE = frozenset({"Queue"})
BRIDGE = frozenset({"BridgeUniqueid", "BridgeType", "BridgeNumChannels"})
MEMBER = frozenset({"Queue", "Interface", "MemberName"})
MEMBERSHIP = MEMBER | {"StateInterface", "Membership", "Status", "Paused", "PausedReason"}
ATTENDED = block("OrigTransferer") | block("SecondTransferer")

TABLE: Mapping[str, Rule] = {
    "Newchannel": Rule(channels.introduced, CHANNEL),
    "Rename": Rule(channels.renamed, frozenset({"Channel", "Newname", "Uniqueid"})),
    "BridgeEnter": Rule(channels.bridged, CHANNEL | BRIDGE),
    "BridgeLeave": Rule(channels.unbridged, CHANNEL | BRIDGE),
    "Hold": Rule(channels.held, CHANNEL),
    "Unhold": Rule(channels.held, CHANNEL),
    "Newexten": Rule(channels.went_on, CHANNEL | {"Application"}),
    "HangupRequest": Rule(channels.hangup_requested, CHANNEL),
    "SoftHangupRequest": Rule(channels.hangup_requested, CHANNEL),
    "Hangup": Rule(channels.hung_up, CHANNEL | {"Cause"}),
    "QueueCallerJoin": Rule(queueing.joined, CHANNEL | QUEUE | {"Position"}),
    "QueueCallerAbandon": Rule(queueing.abandoned, CHANNEL | QUEUE | {"Position"}),
    "QueueCallerLeave": Rule(queueing.left, CHANNEL | QUEUE | {"Position"}),
    "AgentCalled": Rule(queueing.called, PAIR | MEMBER),
    "AgentRingNoAnswer": Rule(queueing.rang_out, CHANNEL | MEMBER | {"RingTime"}),
    "AgentConnect": Rule(queueing.connected, PAIR | MEMBER | {"HoldTime"}),
    # The agent hung up while the queue still talked to him alone.
    "AgentDump": Rule(queueing.rang_out, CHANNEL | MEMBER),
    "AgentComplete": Rule(queueing.completed, CHANNEL | MEMBER | {"Reason"}, MEMBER | {"Reason"}),
    # A Dial without a caller's channel is an Originate.
    "DialBegin": Rule(dialling.dialled, PAIR, frozenset()),
    "DialEnd": Rule(dialling.dial_ended, PAIR | {"DialStatus"}, frozenset()),
    "Pickup": Rule(dialling.picked_up, CHANNEL | block("Target")),
    "BlindTransfer": Rule(transfers.blindly, block("Transferer") | {"Result", "Extension"}),
    "AttendedTransfer": Rule(transfers.attended, ATTENDED | {"Result", "DestType"}),
    "ChanSpyStart": Rule(spying.began, block("Spyer") | block("Spyee")),
    "ChanSpyStop": Rule(spying.ended, block("Spyer")),
    "QueueMemberStatus": Rule(agents.member_seen, MEMBERSHIP),
    "QueueMemberAdded": Rule(agents.member_added, MEMBERSHIP),
    "QueueMemberRemoved": Rule(agents.member_removed, MEMBERSHIP),
    "QueueMemberPause": Rule(agents.member_paused, MEMBERSHIP),
}
"""Every AMI event that means something to us."""

DIALPLAN_STEP = b"Newexten"
"""The commonest of them. Only looked at while it matters whether a caller went on in the dialplan."""

MEMBER_STATUS = b"QueueMemberStatus"
"""One per queue for each ring of an agent. Only looked at until the members were listed."""

INTRODUCING = frozenset(
    {
        *("Newchannel", "Rename", "Pickup", "DialBegin", "AgentCalled", "AgentConnect"),
        *("QueueCallerAbandon", "QueueCallerLeave"),
    }
)
"""After these, what did not fit before may fit, if it is about the same channel."""
