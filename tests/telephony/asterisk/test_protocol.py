"""One session without I/O: log-in, questions and answers, keep-alive. Time is a number here."""

import pytest

from telephony.asterisk import protocol as ami
from telephony.asterisk.errors import UnsafeValueError
from telephony.asterisk.messages import Action, Message
from telephony.asterisk.protocol import (
    ANSWER_WITHIN_S,
    PING_AFTER_S,
    SHUTTING_DOWN,
    SILENCE_S,
    Answered,
    Broken,
    LoggedIn,
    LoginRefused,
    Protocol,
    State,
    Unanswered,
)

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
WANTED = {b"Hangup"}


def session() -> Protocol:
    return Protocol("console", "sesame", wanted=WANTED, token="t", now=0.0)


def ready() -> Protocol:
    protocol = session()
    protocol.receive_data(GREETING, 1.0)
    assert protocol.receive_data(response("t-1"), 1.0) == [LoggedIn("11.0.0")]
    protocol.data_to_send()
    return protocol


def response(action_id: str, result: str = "Success", **headers: str) -> bytes:
    lines = [f"Response: {result}", f"ActionID: {action_id}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def event(name: str, **headers: str) -> bytes:
    lines = [f"Event: {name}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class TestLogin:
    def test_waits_for_the_greeting_and_then_logs_in(self) -> None:
        protocol = session()
        assert protocol.data_to_send() == b""
        assert protocol.receive_data(GREETING, 1.0) == []
        sent = protocol.data_to_send()
        assert (
            sent
            == b"Action: Login\r\nActionID: t-1\r\nUsername: console\r\nSecret: sesame\r\nEvents: on\r\n\r\n"
        )
        assert protocol.receive_data(response("t-1"), 1.5) == [LoggedIn("11.0.0")]
        assert protocol.state is State.READY

    def test_the_log_in_goes_before_what_was_asked_earlier(self) -> None:
        protocol = session()
        protocol.request(Action("Status", {}), 0.5)
        protocol.receive_data(GREETING, 1.0)
        assert b"Action: Login" in protocol.data_to_send()
        protocol.receive_data(response("t-2"), 1.5)
        assert b"Action: Status" in protocol.data_to_send()

    def test_refused(self) -> None:
        protocol = session()
        protocol.receive_data(GREETING, 1.0)
        answer = response("t-1", "Error", Message="Authentication failed")
        assert protocol.receive_data(answer, 2.0) == [LoginRefused("Authentication failed")]
        assert (protocol.state, protocol.timer()) == (State.CLOSED, None)
        assert protocol.receive_data(event("Hangup"), 3.0) == []
        assert protocol.handle_timer(99.0) == []

    def test_something_else_answers(self) -> None:
        (broken,) = session().receive_data(b"SSH-2.0-OpenSSH\r\n", 1.0)
        assert isinstance(broken, Broken)
        assert "Not an Asterisk manager" in broken.reason

    def test_nothing_greets(self) -> None:
        protocol = session()
        assert protocol.timer() == ANSWER_WITHIN_S
        assert protocol.handle_timer(ANSWER_WITHIN_S - 0.1) == []
        (broken,) = protocol.handle_timer(ANSWER_WITHIN_S)
        assert isinstance(broken, Broken)

    def test_the_log_in_is_not_answered(self) -> None:
        protocol = session()
        protocol.receive_data(GREETING, 1.0)
        protocol.receive_data(event("FullyBooted"), 5.0)
        assert protocol.timer() == 1.0 + ANSWER_WITHIN_S
        (broken,) = protocol.handle_timer(1.0 + ANSWER_WITHIN_S)
        assert broken == Broken("The phone system did not answer the log-in.")


class TestEvents:
    def test_only_wanted_ones_are_passed_on(self) -> None:
        (hangup,) = ready().receive_data(event("VarSet", A="1") + event("Hangup", A="2") + event("Bare"), 2.0)
        assert isinstance(hangup, Message)
        assert (hangup.name, hangup.first("A")) == ("Hangup", "2")

    def test_what_is_wanted_may_change(self) -> None:
        wanted: set[bytes] = set()
        protocol = Protocol("u", "s", wanted=wanted, token="t", now=0.0)
        protocol.receive_data(GREETING, 1.0)
        assert protocol.receive_data(event("Newexten"), 1.0) == []
        wanted.add(b"Newexten")
        assert len(protocol.receive_data(event("Newexten"), 1.0)) == 1

    def test_the_response_inside_an_event_answers_nothing(self) -> None:
        protocol = Protocol("u", "s", wanted={b"OriginateResponse"}, token="t", now=0.0)
        protocol.receive_data(GREETING + response("t-1"), 1.0)
        asked = protocol.request(Action("Originate", {}), 1.0)
        (one,) = protocol.receive_data(event("OriginateResponse", ActionID=asked, Response="Failure"), 2.0)
        assert isinstance(one, Message)

    def test_what_cannot_be_read_is_counted(self) -> None:
        protocol = ready()
        odd = b"Hello: x\r\n\r\nEvent: Hangup\r\n" + b"A: 1\r\n" * 600 + b"\r\n" + b"x" * 70_000 + b"\r\n\r\n"
        assert protocol.receive_data(odd, 2.0) == []
        assert protocol.counters == {
            "neither event nor response": 1,
            "TooManyHeadersError": 1,
            "FrameTooLongError": 1,
        }

    def test_the_first_event_header_wins(self) -> None:
        forged = b"Event: VarSet\r\nCallerIDNum: 1\r\nEvent: Hangup\r\n\r\n"
        assert ready().receive_data(forged, 2.0) == []


class TestQuestions:
    def test_one_at_a_time(self) -> None:
        protocol = ready()
        first, second = protocol.request(Action("A", {}), 2.0), protocol.request(Action("B", {}), 2.0)
        assert (first, second) == ("t-2", "t-3")
        assert protocol.data_to_send() == b"Action: A\r\nActionID: t-2\r\n\r\n"
        (answer,) = protocol.receive_data(response(first, Message="done"), 2.5)
        assert isinstance(answer, Answered)
        assert (answer.action_id, answer.ok, answer.rows) == (first, True, ())
        assert answer.response.first("Message") == "done"
        assert protocol.data_to_send() == b"Action: B\r\nActionID: t-3\r\n\r\n"

    def test_a_list(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        assert protocol.receive_data(response(asked, EventList="start"), 2.1) == []
        rows = event("Status", A="1", ActionID=asked) + event("Status", A="2", ActionID=asked)
        (live,) = protocol.receive_data(rows + event("Hangup", ActionID="x") + event("VarSet"), 2.2)
        assert isinstance(live, Message)
        (answer,) = protocol.receive_data(event("StatusComplete", EventList="Complete", ActionID=asked), 2.3)
        assert isinstance(answer, Answered)
        assert [row.first("A") for row in answer.rows] == ["1", "2"]

    def test_a_list_is_limited(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ami, "MAX_LIST", 1)
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        rows = event("Status", ActionID=asked) * 3
        end = event("StatusComplete", EventList="Complete", ActionID=asked)
        (answer,) = protocol.receive_data(response(asked, EventList="start") + rows + end, 2.1)
        assert isinstance(answer, Answered)
        assert len(answer.rows) == 1
        assert protocol.counters == {"list too long": 2}

    def test_an_error(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        (answer,) = protocol.receive_data(response(asked, "Error", Message="Permission denied"), 2.1)
        assert isinstance(answer, Answered)
        assert not answer.ok

    def test_an_answer_to_nothing_is_counted(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        assert protocol.receive_data(response("else"), 2.1) == []
        assert protocol.receive_data(response(asked), 2.1) != []
        assert protocol.receive_data(response(asked), 2.2) == []
        assert protocol.counters == {"answer to nothing": 2}

    def test_no_answer_in_time(self) -> None:
        protocol = ready()
        first, second = protocol.request(Action("A", {}), 2.0), protocol.request(Action("B", {}), 2.0)
        protocol.receive_data(event("VarSet"), 10.0)
        assert protocol.timer() == 2.0 + ANSWER_WITHIN_S
        assert protocol.handle_timer(12.0) == [Unanswered(first)]
        assert b"Action: B" in protocol.data_to_send()
        assert protocol.receive_data(response(first), 12.5) == []
        assert [type(one) for one in protocol.receive_data(response(second), 13.0)] == [Answered]

    def test_what_must_not_be_sent_is_not(self) -> None:
        protocol = ready()
        with pytest.raises(UnsafeValueError):
            protocol.request(Action("QueuePause", {"Reason": "x\r\n\r\nAction: Originate"}), 2.0)
        assert protocol.data_to_send() == b""


class TestKeepAlive:
    def test_silence_is_asked_about(self) -> None:
        protocol = ready()
        assert protocol.timer() == 1.0 + PING_AFTER_S
        assert protocol.handle_timer(1.0 + PING_AFTER_S) == []
        assert protocol.data_to_send() == b"Action: Ping\r\nActionID: t-2\r\n\r\n"
        (pong,) = protocol.receive_data(response("t-2", Ping="Pong"), 7.0)
        assert isinstance(pong, Answered)
        assert protocol.timer() == 7.0 + PING_AFTER_S

    def test_a_half_open_connection_is_noticed_within_15_s(self) -> None:
        protocol = ready()
        heard_at, now = 1.0, 1.0
        while protocol.state is State.READY:
            timer = protocol.timer()
            assert timer is not None
            now = max(now, timer)
            received = protocol.handle_timer(now)
        assert now - heard_at <= min(SILENCE_S, 15.0)
        assert received == [Broken("The phone system has been silent for 12 seconds.")]

    def test_a_shutdown_is_said(self) -> None:
        shutdown = b"Response: Error\r\nMessage: " + SHUTTING_DOWN.encode() + b"\r\n\r\n"
        assert ready().receive_data(shutdown, 2.0) == [Broken("The phone system is shutting down.")]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_however_the_bytes_are_cut(size: int) -> None:
    rows = event("Status", A="1", ActionID="t-1")
    end = event("StatusComplete", EventList="Complete", ActionID="t-1")
    stream = GREETING + response("t-2") + response("t-1", EventList="start") + rows + end + event("Hangup")
    protocol = session()
    protocol.request(Action("Status", {}), 0.0)
    received = [
        one
        for start in range(0, len(stream), size)
        for one in protocol.receive_data(stream[start : start + size], 1.0)
    ]
    assert [type(one) for one in received] == [LoggedIn, Answered, Message]
