"""An Asterisk manager without I/O, for tests of `Session`."""

from telephony.asterisk.session import Session
from telephony.asterisk.translate import Translator
from telephony.events import Event, LinkName
from tests.conftest import NOW

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


class Manager:
    """The other side, in the test's hand: answers what the session asks, at a time that the test sets.

    `denied`: actions answered with "Permission denied"; `instead`: other answers, with "ActionID: ?".
    `answers`: how many more it gives before it falls silent; `spoke_at`: when it gave the last one. `clock`:
    what time it is there. `asked`: the names of all actions, in order.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.translator = Translator(LinkName("main"))
        self.session = Session(self.translator, "console", "sesame", token="t", now=0.0)
        self.denied: set[str] = set()
        self.instead: dict[str, str] = {}
        self.answers = float("inf")
        self.spoke_at = 0.0
        self.clock = NOW
        self.asked: list[str] = []

    def say(self, data: bytes) -> list[Event]:
        return self.session.receive_data(data, self.now, NOW) + self.answer()

    def answer(self) -> list[Event]:
        """Answer everything that was asked; what comes of it."""
        events: list[Event] = []
        while sent := self.session.data_to_send():
            headers = dict(line.split(": ", 1) for line in sent.decode().strip().split("\r\n"))
            self.asked.append(headers["Action"])
            self.answers -= 1
            if self.answers < 0:
                break
            self.spoke_at = self.now
            answer = self.reply(headers["Action"], f"ActionID: {headers['ActionID']}\r\n")
            events += self.session.receive_data(answer.encode(), self.now, NOW)
        return events

    def reply(self, action: str, action_id: str) -> str:
        if action in self.denied:
            return f"Response: Error\r\n{action_id}Message: Permission denied\r\n\r\n"
        if action in self.instead:
            return self.instead[action].replace("ActionID: ?\r\n", action_id)
        if action == "Ping":
            pong = f"Ping: Pong\r\nTimestamp: {self.clock.timestamp()}\r\n\r\n"
            return f"Response: Success\r\n{action_id}{pong}"
        if action == "Login":
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
