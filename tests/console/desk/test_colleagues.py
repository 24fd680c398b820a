"""What the others on a call do and write stands on the pop, in words, as harmless text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.calls.record import NoteRecord
from console.desk.colleagues import concerns_all, of_call
from console.desk.live import DeskRenderer
from console.desk.pop import ColleagueState, Pop, PopColleague
from console.desk.samples import HOSTILE, sample_colleague, sample_desk, sample_pop
from console.queues.directory import Directory
from telephony.events import Caller, CallId, Direction, End, LegId, LegResult, LinkName
from telephony.lifecycle import Call, CallState, Leg, Visit
from tests.conftest import NOW
from tests.console.desk.document import Element
from tests.console.desk.test_live import drawn


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def leg(number: int, offered: int, answered: int | None = None, **more: Any) -> Leg:
    """A leg that rang and was answered so many seconds after noon."""
    answered_at = None if answered is None else at(answered)
    return Leg(LegId(f"l{number}"), f"PJSIP/{number}", None, at(offered), answered_at=answered_at, **more)


def over(result: LegResult, ended: int) -> dict[str, Any]:
    return {"result": result, "ended_at": at(ended)}


def call(*legs: Leg, **more: Any) -> Call:
    state = more.pop("state", CallState.ANSWERED)
    return Call(CallId("c"), LinkName("main"), Direction.INBOUND, state, None, Caller(), "", NOW,
                legs=legs, **more)  # fmt: skip


def seen_by(looking: Leg, on: Call, notes: Mapping[LegId, NoteRecord] | None = None) -> list[tuple[str, str]]:
    """The names and states of the colleagues on a leg's pop; those who came later in brackets."""
    part = of_call(on, looking, Directory(), notes or {})
    return [
        (each["name"] if each["before"] else f"({each['name']})", each["state"])
        for each in part["colleagues"]
    ]


TALKED = leg(1, 0, 5, **over(LegResult.TRANSFERRED, 60))


@pytest.mark.parametrize(
    ("looking", "other", "seen"),
    [
        (leg(2, 61), TALKED, [("PJSIP/1", "passed_on")]),
        (leg(2, 61), leg(1, 0, 5, **over(LegResult.ANSWERED, 60)), [("PJSIP/1", "left")]),
        (leg(2, 61), leg(1, 0, 5), [("PJSIP/1", "talking")]),
        (leg(2, 61), leg(1, 0, 5, held_since=at(50)), [("PJSIP/1", "held")]),
        (leg(2, 61), leg(1, 0, **over(LegResult.NO_ANSWER, 60)), []),
        (leg(2, 0), leg(1, 0), []),  # both ring
        (leg(2, 0, **over(LegResult.WITHDRAWN, 5)), leg(1, 0, 5), []),  # the other was faster
        (TALKED, leg(2, 61), [("(PJSIP/2)", "ringing")]),
        (TALKED, leg(2, 61, 65), [("(PJSIP/2)", "talking")]),
        (TALKED, leg(2, 61, **over(LegResult.NO_ANSWER, 80)), [("(PJSIP/2)", "missed")]),
        (TALKED, leg(2, 61, **over(LegResult.WITHDRAWN, 80)), []),
        (TALKED, leg(2, 61, **over(LegResult.CANCELLED, 80)), []),
        (leg(2, 61), Leg(LegId("l1"), "", None, at(0), answered_at=at(5)), []),  # nobody knows whose it is
    ],
)
def test_who_else_is_or_was_on_the_call(looking: Leg, other: Leg, seen: list[tuple[str, str]]) -> None:
    assert seen_by(looking, call(looking, other)) == seen
    assert seen_by(looking, call(other, looking)) == seen


def test_where_the_caller_waits_after_this_leg() -> None:
    mine = leg(1, 0, **over(LegResult.WITHDRAWN, 20))
    for visit, waits_in in (
        (Visit("support", at(21)), "support"),
        (Visit("support", at(-5)), None),
        (Visit("support", at(21), at(30)), None),
    ):
        waiting = call(mine, state=CallState.QUEUED, visits=(visit,))
        assert of_call(waiting, mine, Directory(), {})["waits_in"] == waits_in


def test_who_passed_the_call_on_hears_that_nobody_took_it() -> None:
    mine = leg(1, 0, 5, **over(LegResult.TRANSFERRED, 60))
    for gone_at, unserved in ((61, True), (90, False)):
        ended = replace(call(mine, state=CallState.ENDED), end=End.COMPLETED, ended_at=at(gone_at))
        ended = replace(ended, answered_at=at(5))
        assert of_call(ended, mine, Directory(), {})["unserved"] is unserved


def test_who_answered_instead_did_so_after_this_phone_rang() -> None:
    late = leg(2, 61, **over(LegResult.WITHDRAWN, 70))
    assert of_call(call(TALKED, late), late, Directory(), {})["withdrawn_by"] is None
    assert of_call(call(TALKED, late, leg(3, 61, 69)), late, Directory(), {})["withdrawn_by"] == "PJSIP/3"


def test_a_ring_of_many_phones_is_not_drawn_for_each_of_them() -> None:
    one, two = call(leg(1, 0)), call(leg(1, 0), leg(2, 0))
    assert not concerns_all(one, two)
    assert concerns_all(None, one)
    assert concerns_all(two, call(leg(1, 0, 5), leg(2, 0)))


# How it looks.


def shown(renderer: DeskRenderer, name: str, now: datetime) -> Element:
    value: Any = sample_desk(now)[f"sample-{name}"]
    return drawn(renderer, value)


def test_the_next_agent_reads_who_had_the_call(renderer: DeskRenderer, now: datetime) -> None:
    pop = shown(renderer, "handed-over", now)
    told = pop.one("pop-colleagues")
    assert told.text.startswith("Ana Nováková · first line · had this call, passed it on · talked 3:32")
    assert told.one("pop-colleague-note").text == "Would rather wait. Voucher for 10 EUR?"
    assert "from Ana Nováková" in pop.every("header")[0].text
    assert pop.text.index("Ana Nováková ·") < pop.text.index("Apologise for")  # before what is to be said
    assert pop.one("pop-notes").text == ""
    assert len(told.every("textarea")) == 0


def test_who_is_asked_reads_who_asks(renderer: DeskRenderer, now: datetime) -> None:
    pop = shown(renderer, "asked", now)
    assert pop.attributes["data-consulting"] == "yes"
    assert "asks you, the caller is on hold" in pop.one("pop-colleagues").text


def test_who_asks_reads_that_below_their_own_note(renderer: DeskRenderer, now: datetime) -> None:
    pop = shown(renderer, "asking", now)
    assert (pop.attributes["data-consulting"], pop.attributes["data-held"]) == ("yes", "yes")
    assert pop.text.index("Notes") < pop.text.index("Eva Malá · second line · is being asked by you")


def test_the_strip_tells_a_ring_from_a_question(renderer: DeskRenderer, now: datetime) -> None:
    on = {"state": "answered", "answered_at": now.isoformat()}
    for held, place in ((True, "On hold"), (False, "On call")):
        for state, does in (("ringing", "ringing"), ("talking", "asking"), ("held", "asking")):
            eva = {**sample_colleague("Eva"), "before": False, "state": state}
            pop = drawn(renderer, sample_pop("x", now, held=held, colleagues=[eva], **on))
            assert pop.every("header")[0].text.startswith(f"{place} · {does} Eva")


@pytest.mark.parametrize(
    ("state", "words", "later"),
    [
        ("ringing", "phone rings", "You passed this call to Eva, whose phone rings"),
        ("talking", "has this call", "You passed this call to Eva"),
        ("held", "has this call", "You passed this call to Eva"),
        ("left", "had this call after you", "You passed this call to Eva"),
        ("passed_on", "had this call, passed it on", "You passed this call to Eva"),
        ("missed", "did not answer", "You passed this call on, Eva did not answer"),
    ],
)
def test_what_became_of_a_call_that_was_passed_on(
    renderer: DeskRenderer, now: datetime, state: ColleagueState, words: str, later: str
) -> None:
    eva: PopColleague = {**sample_colleague("Eva"), "before": False, "state": state}
    pop = drawn(renderer, passed_on(now, eva))
    assert pop.every("header")[0].text.startswith(f"{later} Jozef Mrkva")
    assert f"· {words}" in pop.one("pop-colleagues").text


def test_who_was_only_asked_never_had_the_call(renderer: DeskRenderer, now: datetime) -> None:
    eva: PopColleague = {**sample_colleague("Eva"), "before": False, "state": "left"}
    pop = drawn(renderer, {**passed_on(now, eva), "result": "answered"})
    assert "Eva · first line · was asked by you" in pop.one("pop-colleagues").text


def test_a_call_that_was_passed_on_to_the_outside(renderer: DeskRenderer, now: datetime) -> None:
    pop = drawn(renderer, passed_on(now))
    assert pop.every("header")[0].text.startswith("You passed this call on Jozef Mrkva")
    assert not pop.has("pop-colleagues")


def passed_on(now: datetime, *colleagues: PopColleague) -> Pop:
    times = {"answered_at": now.isoformat(), "ended_at": now.isoformat()}
    return sample_pop("x", now, state="ended", result="transferred", colleagues=[*colleagues], **times)


def test_what_colleagues_wrote_is_harmless_text(renderer: DeskRenderer, now: datetime) -> None:
    for text in (HOSTILE, "</p></article><script>alert(1)</script>", "{{ 7 * 7 }}"):
        ana = sample_colleague(text, note=text)
        pop = drawn(renderer, sample_pop("x", now, colleagues=[ana]))
        assert pop.one("pop-colleague-note").text == " ".join(text.split())
        assert not pop.every("script")
        assert not pop.every("img")


def test_ones_own_earlier_part_is_ones_own(renderer: DeskRenderer, now: datetime) -> None:
    mine: PopColleague = {**sample_colleague("Ana"), "own": True, "state": "passed_on"}
    pop = drawn(renderer, sample_pop("x", now, colleagues=[mine]))
    assert pop.one("pop-colleagues").text.startswith("You · first line · had this call")


@pytest.mark.parametrize(
    ("name", "who", "number", "words"),
    [
        ("direct", "Jozef Mrkva", "+421 905 123 456", "Ringing direct call, no queue"),
        ("internal", "Boris Kováč", "Extension 1002", "Boris Kováč calls you internal call"),
        ("dialling", "Jozef Mrkva", "+421 905 123 456", "You are calling outgoing call Hang up"),
    ],
)
def test_calls_that_come_through_no_queue(  # noqa: PLR0917 (a table)
    renderer: DeskRenderer, now: datetime, name: str, who: str, number: str, words: str
) -> None:
    pop = shown(renderer, name, now)
    assert (pop.one("pop-name").text, pop.one("pop-number").text) == (who, number)
    assert pop.every("header")[0].text == words
    assert pop.attributes["data-dialling"] == ("yes" if name == "dialling" else "no")


@pytest.mark.parametrize(
    ("state", "before", "colleague", "words", "does"),
    [
        ("answered", False, "ringing", "On call · ringing Eva", "phone rings"),
        ("answered", False, "talking", "On call with Eva", "talks with you"),
        ("ringing", True, "talking", "Ringing: Eva is put through to you", "talks with you"),
        ("ended", False, "left", "Ended", "talked with you"),
    ],
)
def test_whom_a_colleague_put_through_asks_nobody(  # noqa: PLR0917 (a table)
    renderer: DeskRenderer,
    now: datetime,
    state: str,
    before: bool,
    colleague: ColleagueState,
    words: str,
    does: str,
) -> None:
    eva: PopColleague = {**sample_colleague("Eva"), "before": before, "state": colleague}
    changes = {"direction": "internal", "internal_name": "Boris", "dialler_left": True, "colleagues": [eva]}
    pop = drawn(renderer, sample_pop("x", now, state=state, **changes))
    assert pop.every("header")[0].text.startswith(words)
    assert pop.attributes["data-consulting"] == "no"
    assert f"Eva · first line · {does}" in pop.one("pop-colleagues").text


def test_an_internal_call_is_nobodys_customer(renderer: DeskRenderer, now: datetime) -> None:
    pop = shown(renderer, "internal", now)
    assert pop.one("pop-match").text.startswith("A colleague")
    assert not any(map(pop.has, ("pop-script", "pop-purchases", "pop-cases", "pop-candidate")))
    nameless = sample_pop(
        "x", now, direction="internal", internal_name="", number="1099", match="none", customer=None
    )
    assert drawn(renderer, nameless).one("pop-name").text == "Extension 1099"
    numberless = drawn(renderer, {**nameless, "number": ""})
    assert numberless.one("pop-name").text == "A colleague"
    assert numberless.one("pop-number").text == "No number was sent"


def test_an_outgoing_call_to_nobody_known(renderer: DeskRenderer, now: datetime) -> None:
    changes = {"direction": "outbound", "dialling": True, "match": "none", "customer": None}
    pop = drawn(renderer, sample_pop("x", now, **changes))
    assert pop.one("pop-name").text == "Unknown number"
    assert "Name sent by the caller's phone" not in pop.text
    gone = drawn(renderer, sample_pop("x", now, state="withdrawn", result="cancelled", **changes))
    assert gone.every("header")[0].text.startswith("You hung up before an answer")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "Called a moment ago, at 13:00"),
        (1, "Called 1 minute ago, at 12:59"),
        (59, "Called 59 minutes ago, at 12:01"),
        (61, "Already called today"),
    ],
)
def test_how_long_ago_the_last_call_was(
    renderer: DeskRenderer, now: datetime, minutes: int, words: str
) -> None:
    last = (now - timedelta(minutes=minutes)).isoformat()
    pop = drawn(renderer, sample_pop("x", now, offered_at=now.isoformat(), last_call_at=last))
    assert words in pop.text
