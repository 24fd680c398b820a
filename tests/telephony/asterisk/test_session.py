"""One connection from greeting to end, without I/O: what it asks, what it tells, when it gives up."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from telephony.asterisk.protocol import SHUTTING_DOWN
from telephony.asterisk.session import AT_ONCE_APART_S, RESYNC_AGAIN_S, RESYNC_APART_S, RESYNC_EVERY_S
from telephony.asterisk.translate import Translator
from telephony.asterisk.troubles import Trouble
from telephony.events import (
    CallEnded,
    Event,
    LinkLost,
    LinkName,
    LinkRefused,
    LinkResynced,
    LinkResyncing,
    LinkUp,
)
from tests.conftest import NOW
from tests.fakes.asterisk_frames import ANA, CALLER, hangup, joined, new, on
from tests.fakes.asterisk_manager import GREETING, Manager
from tests.fakes.asterisk_transcripts import live

RELOAD = b"Event: Reload\r\nModule: All\r\n\r\n"
BROKEN_OFF = (
    "Response: Success\r\nActionID: ?\r\nEventList: start\r\n\r\n"
    "Event: XComplete\r\nActionID: ?\r\nEventList: Cancelled\r\n\r\n"
)
RESYNC = ["LinkResyncing", "LinkResynced"]  # of an Asterisk where nothing is alive


def up() -> Manager:
    manager = Manager()
    manager.say(GREETING)
    manager.wait(0)  # the first ping
    manager.asked.clear()
    return manager


def mistaken(*_: object) -> None:
    raise KeyError


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_up_then_what_is_alive() -> None:
    manager = Manager()
    link_up, resyncing, resynced = manager.say(GREETING)
    assert isinstance(link_up, LinkUp)
    assert link_up.version == "Asterisk Call Manager/11.0.0"
    assert isinstance(resyncing, LinkResyncing)
    assert isinstance(resynced, LinkResynced)
    assert manager.asked == ["Login", "ListCommands", "Status", "QueueStatus"]
    assert manager.session.up


def test_what_happens() -> None:
    events = up().say(live("c01_q_answered_caller_hangup"))
    assert isinstance(events[-1], CallEnded)


def test_refused() -> None:
    manager = Manager()
    manager.denied = {"Login"}
    (refused,) = manager.say(GREETING)
    assert isinstance(refused, LinkRefused)
    assert "log-in of 'console' (Permission denied)" in refused.reason
    assert (manager.session.refused, manager.session.closed, manager.session.up) == (True, True, False)
    assert manager.session.receive_eof(NOW) == []
    assert manager.session.timer() is None


class TestLost:
    def test_by_silence(self) -> None:
        manager = up()
        manager.session.handle_timer(5.0, NOW)
        assert b"Ping" in manager.session.data_to_send()
        (lost,) = manager.session.handle_timer(12.0, NOW)
        assert isinstance(lost, LinkLost)
        assert manager.session.closed

    @pytest.mark.parametrize("answers", range(-1, 8))
    def test_within_15_s_wherever_the_other_side_falls_silent(self, answers: int) -> None:
        """Before its greeting, the log-in, each list of the resync, the pings."""
        manager = Manager()
        manager.answers = answers
        if answers >= 0:
            manager.say(GREETING)
        while not manager.session.closed:
            events = manager.wait(0.1)
        assert manager.now - manager.spoke_at <= 15
        assert isinstance(events[-1], LinkLost)

    def test_within_15_s_in_the_middle_of_a_list(self) -> None:
        manager = Manager()
        start, _ = manager.reply("Status", "ActionID: ?\r\n").split("\r\n\r\n", 1)
        manager.instead = {"Status": f"{start}\r\n\r\nEvent: Status\r\nActionID: ?\r\nChan"}
        manager.answers = 3
        manager.say(GREETING)
        events = manager.wait(15)
        assert manager.session.closed
        assert isinstance(events[-1], LinkLost)

    def test_by_the_other_side(self) -> None:
        (lost,) = up().session.receive_eof(NOW)
        assert lost == LinkLost(
            link=LinkName("main"), at=NOW, reason="The phone system closed the connection."
        )

    def test_during_the_log_in(self) -> None:
        manager = Manager()
        manager.session.receive_data(GREETING, 0.0, NOW)
        (lost,) = manager.session.receive_eof(NOW)
        assert isinstance(lost, LinkLost)
        assert "does it permit this address?" in lost.reason

    @pytest.mark.parametrize(
        "word",
        [
            f"Response: Error\r\nMessage: {SHUTTING_DOWN}\r\n\r\n".encode(),
            b"Event: Shutdown\r\nShutdown: Cleanly\r\nRestart: True\r\n\r\n",
        ],
    )
    @pytest.mark.parametrize("manager", [Manager, up])
    def test_because_it_was_shut_down(self, manager: Callable[[], Manager], word: bytes) -> None:
        it = manager()
        if not it.session.up:
            it.session.receive_data(GREETING, 0.0, NOW)  # shut down before it answers the log-in
        assert it.session.receive_data(word, 0.0, NOW) == []
        (lost,) = it.session.receive_eof(NOW)
        assert isinstance(lost, LinkLost)
        assert lost.reason == "The phone system was shut down; trying again until it is back."

    def test_because_it_is_something_else(self) -> None:
        assert kinds(Manager().say(b"HTTP/1.1 400 Bad Request\r\n")) == ["LinkLost"]


class TestResync:
    def test_every_few_minutes(self) -> None:
        manager = up()
        assert manager.wait(RESYNC_EVERY_S - 1) == []
        assert kinds(manager.wait(2)) == RESYNC
        assert kinds(manager.wait(RESYNC_EVERY_S)) == RESYNC

    def test_after_each_reload(self) -> None:
        manager = up()
        manager.wait(AT_ONCE_APART_S)
        manager.session.receive_data(RELOAD, manager.now, NOW)
        assert kinds(manager.wait(0)) == RESYNC
        assert manager.wait(RESYNC_APART_S) == []

    def test_many_reloads_cause_no_storm(self) -> None:
        manager = up()
        for _ in range(100):
            manager.say(RELOAD * 10)
            manager.wait(0.01)
        assert manager.asked.count("Status") <= 1 / AT_ONCE_APART_S

    def test_a_reload_during_a_resync_causes_another(self) -> None:
        manager = up()
        manager.wait(AT_ONCE_APART_S)
        manager.session.resync(manager.now)
        asked = manager.session.data_to_send()
        action_id = asked.split(b"ActionID: ")[1].split(b"\r\n")[0].decode()
        answer = manager.reply("Status", f"ActionID: {action_id}\r\n").encode()
        manager.session.receive_data(answer + RELOAD, manager.now, NOW)
        assert kinds(manager.answer() + manager.wait(AT_ONCE_APART_S)) == RESYNC * 2

    def test_when_something_does_not_fit_but_not_at_once_again(self) -> None:
        manager = up()
        assert manager.say(hangup()) == []
        assert manager.wait(RESYNC_APART_S - 1) == []
        assert kinds(manager.wait(2)) == RESYNC
        assert not manager.translator.resync_wanted
        assert manager.wait(RESYNC_APART_S * 2) == []

    def test_what_did_not_fit_before_the_log_in_is_covered_by_the_first(self) -> None:
        manager = Manager()
        assert kinds(manager.say(GREETING + on("Hold", ANA))) == ["LinkUp", *RESYNC]
        assert manager.wait(RESYNC_APART_S * 2) == []

    def test_by_the_other_list_where_the_first_is_denied(self) -> None:
        manager = Manager()
        manager.denied = {"Status"}
        assert kinds(manager.say(GREETING)) == ["LinkUp", *RESYNC]
        assert manager.asked == ["Login", "ListCommands", "Status", "CoreShowChannels", "QueueStatus"]

    def test_where_no_list_of_channels_is_allowed_nothing_is_declared_dead(self) -> None:
        manager = Manager()
        manager.denied = {"Status", "CoreShowChannels"}
        assert kinds(manager.say(GREETING)) == ["LinkUp"]
        assert manager.session.counters == {Trouble.RESYNC_FAILED: 1}

    @pytest.mark.parametrize(
        "answer",
        [
            "Response: Follows\r\nActionID: ?\r\n\r\n",
            "Response: Success\r\nActionID: ?\r\n\r\n",
            BROKEN_OFF,
        ],
        ids=["Follows", "no list", "broken off"],
    )
    @pytest.mark.parametrize("asked", [{"Status", "CoreShowChannels"}, {"QueueStatus"}])
    def test_what_is_no_list_declares_nothing_dead(self, asked: set[str], answer: str) -> None:
        manager = up()
        manager.say(new(CALLER) + joined(CALLER))
        manager.instead = dict.fromkeys(asked, answer)
        manager.session.resync(manager.now)
        assert manager.answer() == []
        assert manager.session.counters[Trouble.RESYNC_FAILED] == 1
        manager.instead.clear()
        assert manager.wait(RESYNC_AGAIN_S - 1) == []
        assert manager.wait(1)[-1].__class__ is LinkResynced

    def test_without_queues(self) -> None:
        manager = Manager()
        manager.denied = {"QueueStatus"}
        assert kinds(manager.say(GREETING)) == ["LinkUp", *RESYNC]

    def test_unanswered(self) -> None:
        manager = up()
        manager.session.resync(0.0)
        manager.session.data_to_send()  # Status, never answered
        manager.session.receive_data(new(CALLER), 9.0, NOW)
        manager.now = 10.0
        assert manager.session.handle_timer(10.0, NOW) == []
        assert kinds(manager.answer()) == RESYNC
        assert manager.asked == ["CoreShowChannels", "QueueStatus"]

    def test_after_what_could_not_be_read(self) -> None:
        manager = up()
        assert manager.say(b"Event: Hangup\r\nChannel: a\0\r\n\r\n") == []
        assert kinds(manager.wait(RESYNC_APART_S)) == RESYNC
        assert manager.wait(RESYNC_APART_S * 2) == []

    def test_a_mistake_of_ours_costs_one_event(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        manager = up()
        with monkeypatch.context() as patched:
            patched.setattr(Translator, "translate", mistaken)
            assert manager.say(new(CALLER) * 2) == []
        assert kinds(manager.say(new(CALLER) + joined(CALLER))) == ["CallQueued"]
        assert manager.session.counters == {Trouble.UNEXPECTED: 2}
        assert caplog.text.count("could not make sense of what the phone system sent") == 1
        assert manager.wait(RESYNC_APART_S)[-1].__class__ is LinkResynced

    def test_a_mistake_of_ours_costs_one_resync(self, monkeypatch: pytest.MonkeyPatch) -> None:
        manager = up()
        with monkeypatch.context() as patched:
            patched.setattr("telephony.asterisk.session.take_channels", mistaken)
            manager.session.resync(manager.now)
            assert manager.answer() == []
        assert kinds(manager.wait(RESYNC_AGAIN_S)) == RESYNC


def test_how_late_events_come_whatever_the_clock_there_says() -> None:
    manager = Manager()
    manager.clock = NOW - timedelta(seconds=300)
    manager.say(GREETING)
    manager.wait(0)
    late = f"Event: Hangup\r\nPrivilege: call,all\r\nTimestamp: {manager.clock.timestamp() - 2}\r\n".encode()
    manager.say(hangup().replace(b"Event: Hangup\r\n", late))
    assert manager.translator.lag.seconds == 2.0
    manager.wait(5)
    assert manager.translator.lag.seconds == 0.0


def test_a_phone_system_that_does_not_say_what_time_it_is() -> None:
    manager = Manager()
    manager.instead = {"Ping": "Response: Success\r\nActionID: ?\r\nPing: Pong\r\n\r\n"}
    manager.say(GREETING)
    manager.wait(0)
    assert manager.asked[-1] == "Ping"
    assert manager.translator.lag.seconds is None
