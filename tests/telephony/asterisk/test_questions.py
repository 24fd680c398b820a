"""Questions one at a time, and lists that are bounded."""

import pytest

from telephony.asterisk import questions
from telephony.asterisk.messages import Action, parse
from telephony.asterisk.questions import Questions
from telephony.asterisk.troubles import Trouble

ROW = parse(b"Event: Status\r\nChannel: a")


def test_nothing_is_asked_while_nothing_waits() -> None:
    assert Questions("t").ask_next(0.0) == b""


def test_the_next_is_asked_when_the_one_before_is_answered_or_given_up() -> None:
    asked = Questions("t")
    for name in ("A", "B", "C"):
        asked.add(Action(name, {}))
    assert asked.ask_next(1.0) == b"Action: A\r\nActionID: t-1\r\n\r\n"
    assert asked.ask_next(2.0) == b""
    asked.answered()
    assert asked.ask_next(3.0) == b"Action: B\r\nActionID: t-2\r\n\r\n"
    asked.give_up()
    assert (asked.unanswered, asked.counters) == (1, {Trouble.UNANSWERED: 1})
    assert asked.ask_next(4.0) == b"Action: C\r\nActionID: t-3\r\n\r\n"
    asked.answered()
    assert asked.unanswered == 0


@pytest.mark.parametrize(("limit", "most"), [("MAX_LIST", 10), ("MAX_LIST_BYTES", 10 * 100)])
def test_a_list_that_goes_on_for_ever_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(questions, limit, most)
    asked = Questions("t")
    asked.add(Action("Status", {}))
    asked.ask_next(0.0)
    assert asked.open is not None
    asked.open.add(ROW, 100)  # before the list began
    asked.open.rows = []
    for _ in range(10):
        asked.open.add(ROW, 100)
    assert len(asked.open.rows) == 10
    for _ in range(1_000):
        asked.open.add(ROW, 100)
    assert asked.open.rows == []
    asked.answered()
    assert asked.counters == {Trouble.LIST_TOO_LONG: 1}
