"""What comes with a call is one block on the pop, in words; what others wrote and typed is harmless text."""

from datetime import datetime
from typing import Any

import pytest

from console.desk.live import DeskRenderer
from console.desk.packet_samples import REASON, bare_packet, sample_answers, sample_packet
from console.desk.pop import PopPacket
from console.desk.samples import HOSTILE, sample_colleague, sample_desk, sample_pop
from tests.console.desk.document import Element
from tests.console.desk.test_live import drawn


def shown(renderer: DeskRenderer, now: datetime, packet: PopPacket, **changes: Any) -> Element:
    """The pop of a call that Ana passed on with this packet."""
    ana = {**sample_colleague("Ana"), "state": "passed_on"}
    return drawn(renderer, sample_pop("x", now, packet=packet, **{"colleagues": [ana], **changes}))


def whole(now: datetime) -> PopPacket:
    return sample_packet(now, sample_colleague("Ana")["leg"])


def test_one_block_says_all_of_it(renderer: DeskRenderer, now: datetime) -> None:
    pop = shown(renderer, now, whole(now))
    packet = pop.one("pop-packet")
    assert packet.one("pop-colleagues").text.startswith("Ana · first line · had this call, passed it on")
    assert packet.one("packet-reason").text == REASON
    assert packet.one("packet-calls").text == "called 4 times since case K-5 was opened"
    assert packet.one("packet-script").text == (
        "Script so far Apologise for a late delivery , stopped at: Which e-mail shall the voucher go to? "
        "Would you rather wait or cancel? wait How much was paid? €150.00"
    )
    assert [each.text for each in packet.every(data_testid="packet-case")] == [
        "Opened NEW-1A2B3C4D Refund of 12 red roses, order O-77 · high · second line",
        "Worked on K-5 Vase arrived broken, wants a new one · waiting · first line",
    ]
    assert "Call-back on Sun, Nov 22, 13:00, by Ana Nováková" in packet.one("packet-callback").text
    assert packet.one("packet-offer").text == "Offered Voucher for 10 EUR : accepted"
    since = packet.one("packet-since").attributes["data-since"]
    assert since == whole(now)["since"]
    assert pop.text.index("Handed over") < pop.text.index("Good day Mr Mrkva")


def test_it_comes_before_anybody_did_anything(renderer: DeskRenderer, now: datetime) -> None:
    pop = shown(renderer, now, bare_packet(now))
    assert pop.one("packet-script").text.startswith("Script so far Not begun. Chosen because")
    assert "cases and promises of this call are missing here" in pop.one("pop-packet").text
    assert not pop.has("packet-calls")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"calls": 1, "about": None}, "first call in 7 days"),
        ({"calls": 1, "about": "K-5"}, "first call in 7 days"),
        ({"calls": 3, "about": None}, "called 3 times in 7 days"),
    ],
)
def test_how_often_they_called(
    renderer: DeskRenderer, now: datetime, changes: dict[str, Any], words: str
) -> None:
    packet: Any = {**whole(now), **changes}
    assert shown(renderer, now, packet).one("packet-calls").text == words


def test_a_script_that_has_ended(renderer: DeskRenderer, now: datetime) -> None:
    script: Any = {"title": "Refund", "stopped_at": "", "outcome": "resolved", "answered": []}
    packet: Any = {**whole(now), "script": script}
    assert shown(renderer, now, packet).one("packet-script").text == "Script so far Refund , ended: resolved"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("taken", "You took it over at 13:00."),
        ("sent_back", "You sent it back at 13:00: why"),
        ("asked", "You asked at 13:00: why"),
    ],
)
def test_what_this_agent_said(renderer: DeskRenderer, now: datetime, kind: str, words: str) -> None:
    said = {"leg": "sample-x", "kind": kind, "text": "why", "by": "Eva", "at": now.isoformat()}
    pop = shown(renderer, now, whole(now), answers=[said])
    assert pop.one("packet-answer").text.startswith(words)
    assert pop.has("packet-take")
    assert not pop.has("pop-answers")


def test_only_whoever_got_it_from_somebody_answers(renderer: DeskRenderer, now: datetime) -> None:
    own = {**sample_colleague("Ana"), "own": True, "state": "passed_on"}
    assert not shown(renderer, now, whole(now), colleagues=[own]).has("packet-take")
    withdrawn = shown(renderer, now, whole(now), state="withdrawn", result="withdrawn")
    assert not withdrawn.has("packet-take")
    assert not withdrawn.has("packet-since")


def test_whoever_had_it_reads_what_is_said(renderer: DeskRenderer, now: datetime) -> None:
    value: Any = sample_desk(now)["sample-sent-back"]
    pop = drawn(renderer, value)
    assert [each.text for each in pop.every(data_testid="pop-answer")] == [
        "Eva Malá took it over at 13:00.",
        "Eva Malá asks at 13:00: Was the vase replaced already? Write it in your note: they read along.",
        "Eva Malá sent it back at 13:00: Refunds below 200 EUR are the first line's since Monday",
    ]
    assert pop.one("pop-answered").text == "Eva Malá sent it back"
    assert pop.text.index("Notes") < pop.text.index("took it over at")


@pytest.mark.parametrize(
    ("changes", "can"),
    [
        ({}, False),
        ({"state": "answered"}, True),
        ({"state": "ended", "result": "transferred"}, True),
        ({"state": "ended", "result": "answered"}, False),
        ({"state": "answered", "direction": "internal", "internal_name": "Eva"}, False),
    ],
)
def test_who_can_hand_over(renderer: DeskRenderer, now: datetime, changes: dict[str, Any], can: bool) -> None:
    pop = drawn(renderer, sample_pop("x", now, handed="Because", **changes))
    assert pop.has("hand-over") == can
    if can:
        assert pop.one("hand-over-reason").text == "Because"


@pytest.mark.parametrize("text", [HOSTILE, "</p></article><script>alert(1)</script>", "{{ 7 * 7 }}"])
def test_what_others_typed_is_harmless(renderer: DeskRenderer, now: datetime, text: str) -> None:
    packet: Any = {**whole(now), "sentence": text, "reasons": [{**whole(now)["reasons"][0], "text": text}]}
    packet["cases"] = [{**packet["cases"][0], "subject": text}]
    packet["script"] = {**packet["script"], "stopped_at": text, "title": text}
    said: Any = [{**each, "text": text, "by": text} for each in sample_answers(now, "other")]
    pop = shown(renderer, now, packet, answers=said, handed=text, state="answered")
    assert not pop.every("script")
    assert not pop.every("img")
