"""One connection from greeting to end, without I/O: what it asks, what it tells, when it gives up."""

from telephony.asterisk.session import RESYNC_APART_S, RESYNC_EVERY_S, Session
from telephony.asterisk.translate import Translator
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
from tests.fakes.asterisk_frames import ANA, CALLER, hangup, new, on
from tests.fakes.asterisk_transcripts import live

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
RELOAD = b"Event: Reload\r\nModule: All\r\n\r\n"
RESYNC = ["LinkResyncing", "LinkResynced"]  # of an Asterisk where nothing is alive


class Manager:
    """The other side, in the test's hand: answers what the session asks, at a time that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.translator = Translator(LinkName("main"))
        self.session = Session(self.translator, "console", "sesame", token="t", now=0.0)
        self.denied: set[str] = set()
        self.asked: list[str] = []

    def say(self, data: bytes) -> list[Event]:
        return self.session.receive_data(data, self.now, NOW) + self.answer()

    def answer(self) -> list[Event]:
        """Answer everything that was asked; what comes of it."""
        events: list[Event] = []
        while sent := self.session.data_to_send():
            headers = dict(line.split(": ", 1) for line in sent.decode().strip().split("\r\n"))
            self.asked.append(headers["Action"])
            answer = self.reply(headers["Action"], f"ActionID: {headers['ActionID']}\r\n")
            events += self.session.receive_data(answer.encode(), self.now, NOW)
        return events

    def reply(self, action: str, action_id: str) -> str:
        if action in self.denied:
            return f"Response: Error\r\n{action_id}Message: Permission denied\r\n\r\n"
        if action in {"Login", "Ping"}:
            return f"Response: Success\r\n{action_id}\r\n"
        start = f"Response: Success\r\n{action_id}EventList: start\r\n\r\n"
        return start + f"Event: {action}Complete\r\n{action_id}EventList: Complete\r\nListItems: 0\r\n\r\n"

    def wait(self, seconds: float) -> list[Event]:
        """Let time pass, ringing the timer when it wants to be rung."""
        end, events = self.now + seconds, []
        while (timer := self.session.timer()) is not None and timer <= end:
            self.now = max(self.now, timer)
            events += self.session.handle_timer(self.now, NOW)
            events += self.answer()
        self.now = end
        return events


def up() -> Manager:
    manager = Manager()
    manager.say(GREETING)
    manager.asked.clear()
    return manager


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_up_then_what_is_alive() -> None:
    manager = Manager()
    link_up, resyncing, resynced = manager.say(GREETING)
    assert isinstance(link_up, LinkUp)
    assert link_up.version == "Asterisk Call Manager/11.0.0"
    assert isinstance(resyncing, LinkResyncing)
    assert isinstance(resynced, LinkResynced)
    assert manager.asked == ["Login", "Status", "QueueStatus"]
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
        assert kinds(manager.say(RELOAD)) == RESYNC
        assert kinds(manager.say(RELOAD + RELOAD)) == RESYNC * 2
        assert manager.wait(RESYNC_APART_S) == []

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
        assert manager.asked == ["Login", "Status", "CoreShowChannels", "QueueStatus"]

    def test_where_no_list_of_channels_is_allowed_nothing_is_declared_dead(self) -> None:
        manager = Manager()
        manager.denied = {"Status", "CoreShowChannels"}
        assert kinds(manager.say(GREETING)) == ["LinkUp"]
        assert manager.session.counters == {"resync refused": 1}

    def test_without_queues(self) -> None:
        manager = Manager()
        manager.denied = {"QueueStatus"}
        assert kinds(manager.say(GREETING)) == ["LinkUp", *RESYNC]

    def test_unanswered(self) -> None:
        manager = up()
        manager.session.receive_data(RELOAD, 0.0, NOW)
        manager.session.data_to_send()  # Status, never answered
        manager.session.receive_data(new(CALLER), 9.0, NOW)
        manager.now = 10.0
        assert manager.session.handle_timer(10.0, NOW) == []
        assert kinds(manager.answer()) == RESYNC
        assert manager.asked == ["CoreShowChannels", "QueueStatus"]
