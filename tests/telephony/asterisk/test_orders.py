"""Commands over one connection: each has one outcome, in time."""

from telephony.asterisk.orders import CUT, NO_ANSWER, TOO_BUSY
from telephony.asterisk.questions import MAX_WAITING
from telephony.commands import NO_LINK, Done, HangUp, Outcome, Refused, Unpause
from telephony.events import LegId
from telephony.source import ANSWER_WITHIN_S
from tests.conftest import NOW
from tests.fakes.asterisk_manager import GREETING, Manager

PHONE, LOCAL = "PJSIP/1001", "Local/1001@agents"
TAKEN = "Response: Success\r\nActionID: ?\r\nMessage: Interface paused successfully\r\n\r\n"


def up() -> Manager:
    manager = Manager()
    manager.instead["QueuePause"] = TAKEN
    manager.say(GREETING)
    manager.wait(0)  # the first ping
    manager.asked.clear()
    return manager


def begin(manager: Manager, interface: str = PHONE) -> int:
    ticket = manager.session.command(Unpause(interface), "inside", manager.now)
    assert isinstance(ticket, int)
    return ticket


def outcomes(manager: Manager) -> list[Outcome]:
    return [outcome for _, outcome in manager.session.outcomes()]


def test_done() -> None:
    manager = up()
    ticket = begin(manager)
    assert manager.session.outcomes() == []
    manager.answer()
    assert manager.session.outcomes() == [(ticket, Done())]
    assert manager.session.outcomes() == []
    assert manager.asked == ["QueuePause"]


def test_refused_by_the_phone_system() -> None:
    manager = up()
    manager.denied = {"QueuePause"}
    begin(manager)
    manager.answer()
    (refused,) = outcomes(manager)
    assert isinstance(refused, Refused)
    assert "does not permit" in refused.why


def test_each_has_its_own_answer() -> None:
    manager = up()
    tickets = [begin(manager), begin(manager)]
    manager.answer()
    assert manager.session.outcomes() == [(ticket, Done()) for ticket in tickets]


def test_other_answers_come_before_it() -> None:
    manager = up()
    manager.session.resync(manager.now)
    begin(manager)
    manager.answer()
    assert manager.asked == ["Status", "QueuePause", "QueueStatus"]
    assert outcomes(manager) == [Done()]


def test_one_command_of_two_actions() -> None:
    """It is done when both are; one refusal is enough to say so."""
    manager = up()
    for queue, member in (("support", PHONE), ("second", LOCAL)):
        manager.translator.board.members.add(queue, member, PHONE)
    begin(manager)
    manager.answer()
    assert outcomes(manager) == [Done()]
    assert manager.asked == ["QueuePause", "QueuePause"]
    manager.denied = {"QueuePause"}
    begin(manager)
    manager.answer()
    (refused,) = outcomes(manager)
    assert isinstance(refused, Refused)


def test_nothing_is_asked_before_the_log_in_and_after_the_end() -> None:
    manager = Manager()
    assert manager.session.command(Unpause(PHONE), "inside", 0.0) == NO_LINK
    manager = up()
    manager.session.receive_eof(NOW)
    assert manager.session.command(Unpause(PHONE), "inside", 0.0) == NO_LINK
    assert manager.session.data_to_send() == b""


def test_what_fits_nothing_is_refused_at_once() -> None:
    manager = up()
    refused = manager.session.command(HangUp(LegId("main-1.1")), "inside", 0.0)
    assert refused == Refused("This call is over.")
    assert manager.session.data_to_send() == b""


def test_without_an_answer_it_is_not_known() -> None:
    manager = up()
    manager.answers = 0
    begin(manager)
    manager.answer()
    manager.wait(ANSWER_WITHIN_S - 0.1)
    assert outcomes(manager) == []
    manager.wait(0.2)
    assert outcomes(manager) == [NO_ANSWER]


def test_what_still_waits_is_never_sent() -> None:
    manager = up()
    manager.answers = 0
    begin(manager)
    manager.answer()
    manager.wait(1.0)
    begin(manager)
    manager.wait(ANSWER_WITHIN_S)
    assert outcomes(manager) == [NO_ANSWER, TOO_BUSY]
    manager.answers = 1_000
    manager.asked.clear()
    manager.wait(5.0)  # the first question is given up, and the next is asked
    assert "QueuePause" not in manager.asked


def test_half_of_it_was_done() -> None:
    manager = up()
    for queue, member in (("support", PHONE), ("second", LOCAL)):
        manager.translator.board.members.add(queue, member, PHONE)
    manager.answers = 1
    begin(manager)
    manager.answer()
    manager.wait(ANSWER_WITHIN_S)
    assert outcomes(manager) == [NO_ANSWER]


def test_too_many() -> None:
    manager = up()
    for queue, member in (("support", PHONE), ("second", LOCAL)):
        manager.translator.board.members.add(queue, member, PHONE)
    begin(manager)
    for _ in range(MAX_WAITING // 2 - 1):
        begin(manager)
    # One of its two actions would find room.
    assert manager.session.command(Unpause(PHONE), "inside", 0.0) == TOO_BUSY
    manager.answer()
    assert outcomes(manager) == [Done()] * (MAX_WAITING // 2)
    assert len(manager.asked) == MAX_WAITING


def test_cut_off() -> None:
    manager = up()
    begin(manager)
    manager.session.data_to_send()
    manager.session.receive_eof(NOW)
    assert outcomes(manager) == [CUT]
