"""Channels come, get names and bridges, and go; what is remembered of them is bounded."""

from dataclasses import replace

import pytest

from telephony.asterisk import frames, model, translate
from telephony.asterisk.translate import Translator
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    called,
    connected,
    dial_end,
    hangup,
    joined,
    member,
    new,
    on,
    raw,
)
from tests.telephony.asterisk.told import RINGING, TALKING, kinds, tell, then, translator


def listening(*before: bytes) -> Translator:
    listener = translator()
    tell(b"".join(before), listener)
    assert listener.counters == {}
    return listener


def rename(channel: str, uniqueid: str, name: str) -> bytes:
    return raw("Rename", [("Channel", channel), ("Newname", name), ("Uniqueid", uniqueid)])


class TestLate:
    def test_what_is_told_of_a_channel_that_is_gone_still_counts(self) -> None:
        events = then(RINGING + dial_end("ANSWER") + hangup(), connected(), hangup(ANA))
        assert kinds(events) == ["CallAnswered"]

    def test_an_answer_behind_the_hangup_is_one(self) -> None:
        events = then(RINGING + dial_end("ANSWER"), hangup(ANA), connected(), connected(), hangup())
        assert kinds(events) == ["OfferEnded", "CallAnswered", "CallEnded"]

    def test_an_introduction_behind_the_hangup_introduces_nobody(self) -> None:
        listener = listening(new(ANA), hangup(ANA), new(ANA), hangup(ANA))
        assert listener.board.channels == {}

    def test_a_frame_waits_for_the_channel_that_it_is_about(self) -> None:
        assert kinds(then(new(CALLER), joined(), called(), new(ANA))) == ["CallQueued", "CallOffered"]

    def test_the_same_frame_again_is_an_echo(self) -> None:
        said = {"Queue": "support", "Position": "1", "Count": "1", "Timestamp": "1795292940.5"}
        leave = raw("QueueCallerLeave", CALLER.block(), extra=said)
        join = raw("QueueCallerJoin", CALLER.block(), extra=said)
        assert kinds(then(new(CALLER), join, leave, join)) == ["CallQueued", "CallLeftQueue"]


class TestNames:
    def test_a_name_may_pass_to_another_channel(self) -> None:
        listener = listening(new(ANA, BEN), rename(BEN.name, BEN.uniqueid, ANA.name), hangup(ANA))
        named = listener.board.named(ANA.name)
        assert named is not None
        assert named.uniqueid == BEN.uniqueid

    def test_a_channel_that_lost_its_name_to_another_may_get_a_new_one(self) -> None:
        listener = listening(new(ANA, BEN), rename(BEN.name, BEN.uniqueid, ANA.name))
        ana = listener.board.channels[ANA.uniqueid]
        listener.board.rename(ana, "PJSIP/1001-0000000f")
        assert listener.board.named("PJSIP/1001-0000000f") is ana
        assert listener.board.named(ANA.name) is not None

    def test_a_channel_that_is_gone_is_renamed_for_nobody(self) -> None:
        listener = listening(new(ANA), hangup(ANA), rename(ANA.name, ANA.uniqueid, "x"))
        assert listener.board.named("x") is None


class TestBounds:
    def test_names_and_ids_are_as_long_as_asterisk_makes_them(self) -> None:
        listener = listening(new(ANA))
        tell(new(replace(CALLER, name="x" * 151)), listener)
        tell(rename(ANA.name, ANA.uniqueid, "x" * 151), listener)
        assert listener.counters == {"id_too_long": 2}

    def test_so_many_channels(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(frames, "MOST_CHANNELS", 1)
        listener = listening(new(ANA))
        tell(new(CALLER), listener)
        assert listener.counters == {"too_many_channels": 1}

    def test_so_many_frames_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(translate, "MOST_EARLY", 2)
        listener = listening(hangup(ANA), hangup(BEN), hangup())
        tell(on("Hold"), listener)
        assert listener.counters == {"unknown_channel": 1}

    def test_so_many_echoes_are_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(translate, "ECHOES", 1)
        stamped = [on("Hold", ANA, Timestamp=f"{second}.5", MusicClass="default") for second in range(3)]
        assert kinds(then(TALKING, *stamped)) == ["CallHeld"]

    def test_so_many_that_are_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(model, "PAST_CHANNELS", 1)
        monkeypatch.setattr(model, "PAST_CALLS", 0)
        listener = listening(TALKING, hangup(), hangup(ANA))
        assert listener.board.channel(CALLER.uniqueid) is None
        assert listener.board.channel(ANA.uniqueid) is not None
        assert listener.board.call_of(CALLER.uniqueid) is None

    def test_so_many_rings_of_one_call(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(model, "MOST_LEGS", 2)
        listener = listening(RINGING, member("AgentRingNoAnswer", RingTime="1"), new(BEN), called(BEN))
        third = replace(BEN, name="PJSIP/1003-00000009", uniqueid="100.9")
        tell(new(third) + called(third), listener)
        (call,) = listener.board.calls.values()
        assert [leg.key for leg in call.legs] == [BEN.uniqueid, "100.9"]
