"""The members of queues, with frames made to order."""

import pytest

from telephony.asterisk import members
from telephony.asterisk.resync import take_queues
from telephony.events import (
    AgentLeft,
    AgentPaused,
    AgentUnpaused,
)
from tests.conftest import NOW
from tests.fakes.asterisk_frames import (
    ANA,
    CALLER,
    membership,
    new,
)
from tests.telephony.asterisk.told import tell, then, translator

NOTHING = b"Event: x\r\n\r\n"


class TestAgents:
    def pause(self, paused: str, **extra: str) -> bytes:
        return membership("QueueMemberPause", Paused=paused, **extra)

    def test_paused_with_a_reason(self) -> None:
        (event,) = then(b"Event: x\r\n\r\n", self.pause("1", PausedReason="lunch"))
        assert isinstance(event, AgentPaused)
        assert (event.interface, event.queue, event.reason) == ("PJSIP/1001", "support", "lunch")

    @pytest.mark.parametrize("paused", ["0", "1"])
    def test_removed_from_a_queue(self, paused: str) -> None:
        (event,) = then(b"Event: x\r\n\r\n", membership("QueueMemberRemoved", Paused=paused))
        assert isinstance(event, AgentLeft)
        assert (event.interface, event.queue) == ("PJSIP/1001", "support")

    def test_unpaused(self) -> None:
        (event,) = then(b"Event: x\r\n\r\n", self.pause("0", PausedReason=""))
        assert isinstance(event, AgentUnpaused)

    def test_added_to_a_queue(self) -> None:
        (event,) = then(NOTHING, membership("QueueMemberAdded", "Local/1@x", "PJSIP/9", Paused="1"))
        assert isinstance(event, AgentPaused)
        assert (event.interface, event.device) == ("Local/1@x", "PJSIP/9")

    def test_the_phone_of_a_member_is_an_agents(self) -> None:
        listener = translator()
        for event in ("QueueMemberStatus", "QueueMemberAdded"):
            tell(membership(event, "Local/1@x", "PJSIP/9"), listener)
            assert listener.board.is_agent("PJSIP/9")
            assert listener.board.is_agent("Local/1@x")
            tell(membership("QueueMemberStatus", "Local/1@x", "PJSIP/8"), listener)
            assert not listener.board.is_agent("PJSIP/9")
        tell(membership("QueueMemberRemoved", "Local/1@x", "PJSIP/8"), listener)
        assert not listener.board.is_agent("PJSIP/8")

    def test_so_many_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(members, "MOST_MEMBERS", 1)
        listener = translator()
        tell(membership("QueueMemberAdded", "PJSIP/8") + membership("QueueMemberAdded", "PJSIP/9"), listener)
        assert (listener.board.is_agent("PJSIP/8"), listener.board.is_agent("PJSIP/9")) == (True, False)

    def test_their_status_is_looked_at_until_they_are_listed(self) -> None:
        listener = translator()
        tell(new(CALLER), listener)
        assert b"QueueMemberStatus" in listener.wanted
        take_queues(listener.board, [], NOW)
        tell(new(ANA), listener)
        assert b"QueueMemberStatus" not in listener.wanted
