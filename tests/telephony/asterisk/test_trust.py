"""Nothing counts that Asterisk would not have sent: forged, incomplete and unknown frames are dropped."""

from dataclasses import replace

import pytest

from telephony.asterisk.handlers import TABLE
from telephony.asterisk.translate import EARLY_BY
from telephony.asterisk.troubles import Trouble
from telephony.events import (
    CallAnswered,
    CallLeftQueue,
    CallOffered,
    CallQueued,
)
from tests.conftest import NOW
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    Channel,
    between,
    called,
    connected,
    dial_end,
    hangup,
    joined,
    left,
    member,
    message,
    new,
    on,
    raw,
)
from tests.telephony.asterisk.told import (
    RINGING,
    WAITING,
    kinds,
    tell,
    then,
    translator,
)

LATECOMER = Channel("PJSIP/trunk-00000099", "199.1", "199.1")


class TestTrust:
    def dropped(self, frames: bytes, *, before: bytes = RINGING) -> dict[Trouble, int]:
        listener = translator()
        tell(before, listener)
        assert listener.counters == {}
        assert tell(frames, listener) == []
        assert tell(new(LATECOMER), listener, at=NOW + EARLY_BY * 2) == []
        assert listener.resync_wanted == bool(listener.counters)
        return dict(listener.counters)

    @pytest.mark.parametrize("name", sorted(set(TABLE) - {"Newexten"}))
    def test_without_its_headers_no_event_counts(self, name: str) -> None:
        frame = f"Event: {name}\r\nChannel: {CALLER.name}\r\n\r\n".encode()
        assert self.dropped(frame) == {"incomplete": 1}

    def test_channels_that_were_never_introduced(self) -> None:
        stranger = replace(BEN, name="PJSIP/9-00000009", uniqueid="100.9")
        for frame in (joined(stranger), called(stranger), hangup(stranger), connected(ANA, stranger)):
            assert self.dropped(frame) == {"unknown_channel": 1}

    def test_the_wrong_half_of_a_pair(self) -> None:
        assert self.dropped(hangup(replace(CALLER, uniqueid="100.9"))) == {"unknown_channel": 1}
        swapped = replace(BEN, name=ANA.name)
        assert self.dropped(called(swapped), before=RINGING + new(BEN)) == {"unknown_channel": 1}

    def test_the_channel_of_another_call(self) -> None:
        other = replace(BEN, linkedid="55.5")
        assert self.dropped(called(other), before=RINGING + new(other)) == {"foreign_channel": 1}

    def test_a_second_introduction(self) -> None:
        assert self.dropped(new(CALLER)) == {}
        for forged in (replace(CALLER, name="PJSIP/x-00000001"), replace(CALLER, uniqueid="100.9")):
            assert self.dropped(new(forged)) == {"introduced_twice": 1}

    def test_a_renamed_channel_stays_known(self) -> None:
        renamed = replace(CALLER, name="PJSIP/trunk-00000001<ZOMBIE>")
        rename = raw("Rename", [("Channel", CALLER.name), ("Newname", renamed.name), ("Uniqueid", "100.1")])
        assert kinds(then(WAITING, rename, hangup(renamed))) == ["CallEnded"]

    def test_a_dial_without_a_caller_is_nothing_to_us(self) -> None:
        frames = b"".join(raw(name, ANA.block("Dest")) for name in ("DialBegin", "DialEnd"))
        assert self.dropped(frames) == {}

    def test_what_happens_is_logged_without_the_callers_words(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("DEBUG", "telephony.asterisk")
        forged = on("Hangup", replace(CALLER, uniqueid="9.9"), Cause="16", Timestamp="1.5")
        self.dropped(forged + hangup(replace(CALLER, uniqueid="9.9")))
        assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG"]
        assert "421" not in caplog.text
        assert "Jan" not in caplog.text

    EVIL = (
        "+421905123456\r\nQueue: vip\r\nUniqueid: 66.6\r\nLinkedid: 66.6\r\n"
        "DestChannel: PJSIP/1002-00000003\r\nDestUniqueid: 100.3\r\nEvent: Hangup\r\nInterface: PJSIP/1002"
    )

    def test_headers_in_a_number_change_nothing(self) -> None:
        evil, ana = replace(CALLER, number=self.EVIL), replace(ANA, connected=self.EVIL)
        frames = new(evil) + joined(evil) + new(ana, BEN) + called(ana, evil) + dial_end("ANSWER", ana, evil)
        frames += left(evil) + connected(ana, evil) + member("AgentComplete", ana, evil, Reason="agent")
        events = then(b"Event: x\r\n\r\n", frames, hangup(ana), hangup(evil))
        assert kinds(events) == ["CallQueued", "CallOffered", "CallAnswered", "LegEnded", "CallEnded"]
        queued, offer = events[0], events[1]
        assert isinstance(queued, CallQueued)
        assert isinstance(offer, CallOffered)
        assert (queued.call, queued.queue) == ("main-100.1", "support")
        assert (offer.leg, offer.interface, offer.queue) == ("main-100.2", "PJSIP/1001", "support")

    def test_frames_in_a_number_do_not_count(self) -> None:
        forged = called(BEN).decode()
        evil = replace(CALLER, number=f"1\r\n\r\n{forged}Event: x\r\n")
        events = tell(new(evil) + joined(evil))
        assert not any(isinstance(event, CallOffered | CallAnswered | CallLeftQueue) for event in events)

    def test_what_it_does_not_know_is_nothing(self) -> None:
        assert translator().translate(message(between("Whatever", CALLER, ANA)), NOW) == []
