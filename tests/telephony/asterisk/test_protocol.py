"""One session without I/O: log-in, questions and answers, keep-alive. Time is a number here."""

from datetime import UTC, datetime

import pytest

from telephony.asterisk import questions
from telephony.asterisk.errors import TooManyQuestionsError, UnsafeValueError
from telephony.asterisk.messages import Action, Message
from telephony.asterisk.protocol import (
    MOST_UNANSWERED,
    PING_AFTER_S,
    PING_EVERY_S,
    SHUTTING_DOWN,
    SILENCE_S,
    USUAL_FRAME,
    Answered,
    Broken,
    LoggedIn,
    LoginRefused,
    Pong,
    Protocol,
    Received,
    ShuttingDown,
    State,
    Unanswered,
)
from telephony.asterisk.questions import ANSWER_WITHIN_S, MAX_WAITING
from telephony.asterisk.troubles import Trouble

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
WANTED = {b"Hangup"}


def session() -> Protocol:
    return Protocol("console", "sesame", wanted=WANTED, token="t", now=0.0)


def ready() -> Protocol:
    protocol = session()
    hear(protocol, GREETING, 1.0)
    assert hear(protocol, response("t-1"), 1.0) == [LoggedIn("11.0.0")]
    protocol.data_to_send()
    wait(protocol, 1.0)  # the first ping, for the other side's clock
    assert hear(protocol, response("t-2"), 1.0) == [Pong(None, 0.0)]
    protocol.data_to_send()
    return protocol


def hear(protocol: Protocol, data: bytes, now: float) -> list[Received]:
    return list(protocol.receive_data(data, now))


def wait(protocol: Protocol, now: float) -> list[Received]:
    received = protocol.handle_timer(now)
    return [] if received is None else [received]


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
        assert hear(protocol, GREETING, 1.0) == []
        sent = protocol.data_to_send()
        assert (
            sent
            == b"Action: Login\r\nActionID: t-1\r\nUsername: console\r\nSecret: sesame\r\nEvents: on\r\n\r\n"
        )
        assert hear(protocol, response("t-1"), 1.5) == [LoggedIn("11.0.0")]
        assert protocol.state is State.READY

    def test_the_log_in_goes_before_what_was_asked_earlier(self) -> None:
        protocol = session()
        protocol.request(Action("Status", {}), 0.5)
        hear(protocol, GREETING, 1.0)
        assert b"Action: Login" in protocol.data_to_send()
        hear(protocol, response("t-2"), 1.5)
        assert b"Action: Status" in protocol.data_to_send()

    def test_refused(self) -> None:
        protocol = session()
        hear(protocol, GREETING, 1.0)
        answer = response("t-1", "Error", Message="Authentication failed")
        assert hear(protocol, answer, 2.0) == [LoginRefused("Authentication failed")]
        assert (protocol.state, protocol.timer()) == (State.CLOSED, None)
        assert hear(protocol, event("Hangup"), 3.0) == []
        assert wait(protocol, 99.0) == []

    def test_the_word_of_a_refusal_is_fit_to_be_shown(self) -> None:
        protocol = session()
        hear(protocol, GREETING, 1.0)
        answer = response("t-1", "Error", Message="a\x1b[2J\rb" + "x" * 1_000)
        assert hear(protocol, answer, 2.0) == [LoginRefused("a?[2J?b" + "x" * 93)]

    @pytest.mark.parametrize("result", ["Follows", "Goodbye", "", "error"])
    def test_what_is_no_refusal_is_none(self, result: str) -> None:
        protocol = session()
        hear(protocol, GREETING, 1.0)
        said = response("t-1", result) + event("Hangup")
        assert hear(protocol, said, 2.0) == [Broken("The phone system did not answer the log-in.")]
        assert protocol.counters == {Trouble.NO_ANSWERS: 1}

    def test_something_else_answers(self) -> None:
        (broken,) = hear(session(), b"SSH-2.0-OpenSSH\r\n", 1.0)
        assert isinstance(broken, Broken)
        assert "Not an Asterisk manager" in broken.reason

    def test_nothing_greets(self) -> None:
        protocol = session()
        assert protocol.timer() == ANSWER_WITHIN_S
        assert wait(protocol, ANSWER_WITHIN_S - 0.1) == []
        (broken,) = wait(protocol, ANSWER_WITHIN_S)
        assert isinstance(broken, Broken)

    def test_the_log_in_is_not_answered(self) -> None:
        protocol = session()
        hear(protocol, GREETING, 1.0)
        hear(protocol, event("FullyBooted"), 5.0)
        assert protocol.timer() == 1.0 + ANSWER_WITHIN_S
        (broken,) = wait(protocol, 1.0 + ANSWER_WITHIN_S)
        assert broken == Broken("The phone system did not answer the log-in.")


class TestEvents:
    def test_only_wanted_ones_are_passed_on(self) -> None:
        (hangup,) = hear(ready(), event("VarSet", A="1") + event("Hangup", A="2") + event("Bare"), 2.0)
        assert isinstance(hangup, Message)
        assert (hangup.name, hangup.first("A")) == ("Hangup", "2")

    def test_what_is_wanted_may_change(self) -> None:
        wanted: set[bytes] = set()
        protocol = Protocol("u", "s", wanted=wanted, token="t", now=0.0)
        hear(protocol, GREETING, 1.0)
        assert hear(protocol, event("Newexten"), 1.0) == []
        wanted.add(b"Newexten")
        assert len(hear(protocol, event("Newexten"), 1.0)) == 1

    def test_the_response_inside_an_event_answers_nothing(self) -> None:
        protocol = Protocol("u", "s", wanted={b"OriginateResponse"}, token="t", now=0.0)
        hear(protocol, GREETING + response("t-1"), 1.0)
        asked = protocol.request(Action("Originate", {}), 1.0)
        (one,) = hear(protocol, event("OriginateResponse", ActionID=asked, Response="Failure"), 2.0)
        assert isinstance(one, Message)

    def test_what_cannot_be_read_is_counted(self) -> None:
        protocol = ready()
        odd = b"Hello: x\r\n\r\nEvent: Hangup\r\n" + b"A: 1\r\n" * 600 + b"\r\n" + b"x" * 70_000 + b"\r\n\r\n"
        assert hear(protocol, odd, 2.0) == []
        assert protocol.counters == {
            Trouble.UNKNOWN_FRAME: 1,
            Trouble.TOO_MANY_HEADERS: 1,
            Trouble.FRAME_TOO_LONG: 1,
        }
        assert protocol.lost

    def test_the_first_event_header_wins(self) -> None:
        forged = b"Event: VarSet\r\nCallerIDNum: 1\r\nEvent: Hangup\r\n\r\n"
        assert hear(ready(), forged, 2.0) == []


class TestQuestions:
    def test_one_at_a_time(self) -> None:
        protocol = ready()
        first, second = protocol.request(Action("A", {}), 2.0), protocol.request(Action("B", {}), 2.0)
        assert (first, second) == ("t-3", "t-4")
        assert protocol.data_to_send() == b"Action: A\r\nActionID: t-3\r\n\r\n"
        (answer,) = hear(protocol, response(first, Message="done"), 2.5)
        assert isinstance(answer, Answered)
        assert (answer.action_id, answer.ok, answer.rows) == (first, True, None)
        assert answer.response.first("Message") == "done"
        assert protocol.data_to_send() == b"Action: B\r\nActionID: t-4\r\n\r\n"

    def test_a_list(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        assert hear(protocol, response(asked, EventList="start"), 2.1) == []
        rows = event("Status", A="1", ActionID=asked) + event("Status", A="2", ActionID=asked)
        (live,) = hear(protocol, rows + event("Hangup", ActionID="x") + event("VarSet"), 2.2)
        assert isinstance(live, Message)
        (answer,) = hear(protocol, event("StatusComplete", EventList="Complete", ActionID=asked), 2.3)
        assert isinstance(answer, Answered)
        assert answer.rows is not None
        assert [row.first("A") for row in answer.rows] == ["1", "2"]

    @pytest.mark.parametrize("limit", ["MAX_LIST", "MAX_LIST_BYTES"])
    def test_a_list_that_is_too_long_is_none(self, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
        monkeypatch.setattr(questions, limit, 1)
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        rows = event("Status", ActionID=asked) * 3
        end = event("StatusComplete", EventList="Complete", ActionID=asked)
        (answer,) = hear(protocol, response(asked, EventList="start") + rows + end, 2.1)
        assert isinstance(answer, Answered)
        assert answer.rows is None
        assert protocol.counters == {Trouble.LIST_TOO_LONG: 1}

    def test_a_list_that_is_broken_off_is_none(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        row, end = (
            event("Status", ActionID=asked),
            event("StatusComplete", EventList="cancelled", ActionID=asked),
        )
        (answer,) = hear(protocol, response(asked, EventList="start") + row + end, 2.1)
        assert isinstance(answer, Answered)
        assert answer.rows is None
        assert protocol.counters == {Trouble.LIST_UNFINISHED: 1}

    def test_a_list_that_never_ends_is_given_up(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        hear(protocol, response(asked, EventList="start"), 2.1)
        for second in range(3, 12):
            assert hear(protocol, event("Status", ActionID=asked) * 1_000, second) == []
        assert wait(protocol, 12.0) == [Unanswered(asked)]
        assert protocol.counters == {Trouble.LIST_UNFINISHED: 1}
        assert protocol._questions.open is None
        assert hear(protocol, event("Status", ActionID=asked), 13.0) == []

    @pytest.mark.parametrize("result", ["Follows", "Goodbye", "", "success"])
    def test_only_a_success_is_one(self, result: str) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        (answer,) = hear(protocol, response(asked, result, EventList="start"), 2.1)
        assert isinstance(answer, Answered)
        assert (answer.ok, answer.rows) == (False, None)

    def test_so_many_may_wait(self) -> None:
        protocol = ready()
        for _ in range(MAX_WAITING + 1):  # one is asked at once
            protocol.request(Action("Status", {}), 2.0)
        with pytest.raises(TooManyQuestionsError):
            protocol.request(Action("Status", {}), 2.0)

    def test_an_error(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        (answer,) = hear(protocol, response(asked, "Error", Message="Permission denied"), 2.1)
        assert isinstance(answer, Answered)
        assert not answer.ok

    def test_an_answer_to_nothing_is_counted(self) -> None:
        protocol = ready()
        asked = protocol.request(Action("Status", {}), 2.0)
        assert hear(protocol, response("else"), 2.1) == []
        assert hear(protocol, response(asked), 2.1) != []
        assert hear(protocol, response(asked), 2.2) == []
        assert protocol.counters == {Trouble.UNSOLICITED_ANSWER: 2}
        assert not protocol.lost

    def test_no_answer_in_time(self) -> None:
        protocol = ready()
        first, second = protocol.request(Action("A", {}), 2.0), protocol.request(Action("B", {}), 2.0)
        hear(protocol, event("VarSet"), 10.0)
        assert protocol.timer() == 2.0 + ANSWER_WITHIN_S
        assert wait(protocol, 12.0) == [Unanswered(first)]
        assert b"Action: B" in protocol.data_to_send()
        assert hear(protocol, response(first), 12.5) == []
        assert [type(one) for one in hear(protocol, response(second), 13.0)] == [Answered]

    def test_what_must_not_be_sent_is_not(self) -> None:
        protocol = ready()
        with pytest.raises(UnsafeValueError):
            protocol.request(Action("QueuePause", {"Reason": "x\r\n\r\nAction: Originate"}), 2.0)
        assert protocol.data_to_send() == b""


class TestOddities:
    def test_each_is_counted_under_its_name(self) -> None:
        protocol = ready()
        odd = b"Event: Hangup\nA: 1\n\nEvent: Hangup\r\nA: \xff\r\n\r\nEvent: Hangup\r\nA: 1\r\nA: 2\r\n\r\n"
        assert len(hear(protocol, odd, 2.0)) == 3
        assert hear(protocol, b"Event: Hangup\r\nA: \0\r\n\r\n", 2.0) == []
        assert protocol.counters == {
            Trouble.BARE_LINE_FEED: 1,
            Trouble.BAD_UTF8: 1,
            Trouble.DUPLICATE_HEADER: 1,
            Trouble.NUL: 1,
        }

    @pytest.mark.parametrize(
        ("frame", "trouble"),
        [
            (b"Event: VarSet\r\nA: " + b"x" * 9_000, Trouble.LINE_TOO_LONG),
            (b"Event: VarSet\r\n" + b"A: 1\r\n" * 600, Trouble.TOO_MANY_HEADERS),
        ],
    )
    def test_what_is_beyond_a_limit_is_counted_even_when_nobody_wants_it(
        self, frame: bytes, trouble: Trouble
    ) -> None:
        protocol = ready()
        assert hear(protocol, frame + b"\r\n\r\n", 2.0) == []
        assert protocol.counters == {trouble: 1}

    def test_a_long_frame_that_nobody_wants_is_not_passed_on(self) -> None:
        protocol = ready()
        assert hear(protocol, event("VarSet", Value="x" * USUAL_FRAME), 2.0) == []
        assert protocol.counters == {}


class TestKeepAlive:
    def test_silence_is_asked_about(self) -> None:
        protocol = ready()
        assert protocol.timer() == 1.0 + PING_AFTER_S
        assert wait(protocol, 1.0 + PING_AFTER_S) == []
        assert protocol.data_to_send() == b"Action: Ping\r\nActionID: t-3\r\n\r\n"
        said = response("t-3", Ping="Pong", Timestamp="1795293368.25")
        assert hear(protocol, said, 7.0) == [Pong(datetime(2026, 11, 21, 20, 36, 8, 250_000, UTC), 1.0)]
        assert protocol.timer() == 7.0 + PING_AFTER_S

    def test_a_half_open_connection_is_noticed_within_15_s(self) -> None:
        protocol = ready()
        heard_at, now = 1.0, 1.0
        while protocol.state is State.READY:
            timer = protocol.timer()
            assert timer is not None
            now = max(now, timer)
            received = wait(protocol, now)
        assert now - heard_at <= min(SILENCE_S, 15.0)
        assert received == [Broken("The phone system has said nothing for 12 seconds.")]

    def test_junk_is_silence(self) -> None:
        protocol, now = ready(), 1.0
        while protocol.state is State.READY:
            now += 0.5
            hear(protocol, b"junk: x\r\n\r\nResp: cut in the mid", now)
            received = wait(protocol, now)
        assert received == [Broken("The phone system has said nothing for 12 seconds.")]
        assert now <= 1.0 + SILENCE_S + 0.5
        assert protocol.counters[Trouble.SILENT] == 1

    def test_a_frame_that_never_ends_is_silence(self) -> None:
        protocol, now = ready(), 1.0
        while protocol.state is State.READY:
            now += 0.5
            hear(protocol, b"Event: Hangup\r\nChannel: " + b"x" * 1_000, now)
            wait(protocol, now)
        assert now <= 1.0 + SILENCE_S + 0.5

    def test_who_talks_but_does_not_answer_is_left(self) -> None:
        protocol, now, given_up = ready(), 1.0, 0
        while protocol.state is State.READY:
            now += 0.5
            assert hear(protocol, event("VarSet"), now) == []
            received = wait(protocol, now)
            given_up += isinstance(received[0] if received else None, Unanswered)
        assert given_up == MOST_UNANSWERED - 1
        assert isinstance(received[0], Broken)
        assert "3 questions in a row" in received[0].reason
        assert now <= 1.0 + PING_EVERY_S + MOST_UNANSWERED * (ANSWER_WITHIN_S + 0.5)
        assert protocol.counters == {Trouble.UNANSWERED: MOST_UNANSWERED, Trouble.NO_ANSWERS: 1}

    def test_a_shutdown_is_told_and_nothing_ends_because_of_the_word(self) -> None:
        protocol = ready()
        shutdown = b"Response: Error\r\nMessage: " + SHUTTING_DOWN.encode() + b"\r\n\r\n"
        assert hear(protocol, shutdown, 2.0) == [ShuttingDown()]
        assert len(hear(protocol, event("Hangup"), 2.1)) == 1


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
        for one in hear(protocol, stream[start : start + size], 1.0)
    ]
    assert [type(one) for one in received] == [LoggedIn, Answered, Message]
