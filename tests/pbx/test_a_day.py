"""A whole shift on real phones, in two browsers: from the log-in page to the log-out, once with the mouse and
once by keys alone. After each step it stands the same on the screens, in the API and in the phone system."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.desk import APPEAR_LIMIT_MS, PopCard
from tests.browser.fixtures import OpenTab
from tests.browser.hands import HANDS, Hand, Thing, part
from tests.pbx.fixtures import OUTSIDE, idle_pbx
from tests.pbx.records import parts, pops, times_fit
from tests.pbx.working_day import Company, Day
from tests.pbx.world import LOYAL, ONE
from tests.rig.product import PASSWORD

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

SCRIPT = """\
script: broken
title: Make good for what came broken
priority: 95
queues: [orders]
steps:
  - {id: greet, say: "Good day {{ customer.name }}.", next: wish}
  - {id: wish, ask: "A refund or a new one?", answers: {refund: iban, new one: bye}}
  - {id: iban, ask: "Which account?", capture: {name: iban, type: text}, next: bye}
  - {id: bye, say: "My colleague will see to it.", end: handed over}
"""
IBAN, NOTE, ANSWER = "SK31 1200", "Lid cracked, box fine", "Refund sent"
SUBJECT, REASON, CLOSED = "Kettle came broken", "A refund is yours to give", "Paid back in full"

EMAIL, WORD = Thing('[name="email"]'), Thing('[name="password"]', keys=("Tab",))
LOG_IN = Thing('[type="submit"]', keys=("Enter",))
INTO_QUEUES = part("presence-set-online", "Into your queues")
OUT_OF_QUEUES = part("presence-set-offline", "Out of your queues")
BREAK, WHY = part("presence-set-on_break", "Take a break"), part("presence-reason", "Reason of the break")
AVAILABLE = part("presence-set-available", "Available")
NEXT, REFUND, FIELD = (
    part("step-next", "Next"),
    Thing('[data-answer="refund"]', "refund"),
    part("step-capture"),
)
NOTES = part("pop-notes", "Notes")
NEW_CASE = Thing('[data-testid="case-new"] > summary', "Open a case")
ABOUT, OPEN_IT = part("case-subject"), part("case-new-open", "", "Enter")
CASE = Thing(
    f'[data-testid="pop-case"]:has-text("{SUBJECT}") summary', "Go to a case: Enter opens it", walked=True
)
HOW, CLOSE_IT = part("case-text"), part("case-close", "", "Tab", "Tab", "Enter")
HAND_OVER = Thing('[data-testid="hand-over"] > summary', "Hand over")
GIVEN_WHY = part("hand-over-reason")
TRANSFER, TO = Thing('[data-testid="transfer"] > summary', "Transfer"), part("transfer-target")
PASS_ON = part("transfer-blind", "", "Tab", "Tab", "Enter")
TAKE, HANG_UP = part("packet-take", "Take it over"), part("hangup", "Hang up")
OUTCOME, KEEP = part("outcome", "How did it end?"), part("outcome-save", "Keep")
DONE, AWAY = part("wrap-up-done", "Wrap-up is done"), Thing(".pop-done", "Done")
CLAIM = Thing(
    '[data-testid="missed"]:visible [data-testid="missed-claim"]', "Work list: next caller", walked=True
)
CALL = Thing('[data-testid="missed"]:visible [data-testid="dial"]', keys=("Enter",))
MENU = Thing(".menu > summary", lettered=True)
LOG_OUT = Thing('[action="/logout"] button', lettered=True)


@dataclass(frozen=True, slots=True)
class Shift:
    """Two agents, and the day on which they work."""

    day: Day
    ana: Hand
    dan: Hand


@pytest_asyncio.fixture(loop_scope="session")
async def shift(
    request: pytest.FixtureRequest, company: Company, open_profile: OpenTab
) -> AsyncIterator[Shift]:
    """Both agents before their empty browsers, with the kind of hand that the test asks for."""
    product = company.product
    product.change("scripts", "import", product.file("broken.yaml", SCRIPT), "--publish")
    with idle_pbx(company.asterisk, company.phones) as pbx:
        hands = [
            HANDS[request.param](await open_profile(f"{name}@example.com", None)) for name in ("ana", "dan")
        ]
        yield Shift(Day(pbx, product), *hands)


@pytest.mark.parametrize(
    ("company", "shift"),
    [
        pytest.param("one-process", "mouse", id="mouse"),
        pytest.param(
            "two-processes", "keyboard", id="keyboard", marks=pytest.mark.real("postgresql", "redis")
        ),
    ],
    indirect=True,
)
async def test_a_whole_shift(shift: Shift) -> None:
    for name, hand in (("ana", shift.ana), ("dan", shift.dan)):
        await comes(shift.day, name, hand)
    call = await is_rung(shift)
    await answers_and_asks(shift, call)
    await notes_and_opens_a_case(shift, call)
    packet = await passes_on(shift, call)
    await takes_over(shift, packet)
    await finishes_her_part(shift, call)
    await finishes(shift, packet)
    await is_on_a_break_while_somebody_gives_up(shift)
    await calls_back(shift)
    for name, hand in (("ana", shift.ana), ("dan", shift.dan)):
        await goes(shift.day, name, hand)


QUEUE_OF = {"ana": ("orders", "a1"), "dan": ("refunds", "a4")}


async def comes(day: Day, name: str, hand: Hand) -> None:
    """Logs in by the log-in page, then in to the queues."""
    await hand.page.goto(f"{day.product.url}/")
    await hand.writes(EMAIL, hand.desk.email)
    await hand.writes(WORD, PASSWORD)
    await hand.uses(LOG_IN)
    await expect(hand.page).to_have_url(re.compile("/desk$"), timeout=APPEAR_LIMIT_MS)
    day.desks[name] = hand.desk
    await day.stands(**{name: "offline"})
    await hand.uses(INTO_QUEUES)
    queue, phone = QUEUE_OF[name]
    await day.stands(**{name: "available", queue: phone})


async def is_rung(shift: Shift) -> PopCard:
    """Jana calls the queue of the first line."""
    shift.day.pbx.call("orders", ONE)
    call = await shift.ana.desk.ringing()
    await call.says("pop-name", "Jana Nováková")
    await call.says("pop-script", "Make good for what came broken", "Good day Jana Nováková.")
    await shift.day.stands(ana="ringing, ringing", calls="ringing", orders="a1, 1 waits", channels="a1 trunk")
    return call


async def answers_and_asks(shift: Shift, call: PopCard) -> None:
    """Ana answers, and walks through the script to its end."""
    await shift.day.pbx.phones["a1"].answer()
    await shift.day.stands(ana="on_call, answered", calls="answered", orders="a1 paused:wrap-up")
    await shift.ana.uses(NEXT)
    await stands_at(call, "wish")
    await shift.ana.uses(REFUND)
    await stands_at(call, "iban")
    await shift.ana.uses(FIELD)
    await shift.ana.types(IBAN)
    await shift.ana.sends()
    await stands_at(call, "bye")
    await shift.day.stands()
    assert of(shift, call)["run"]["answers"] == {"wish": "refund", "iban": IBAN}


async def stands_at(pop: PopCard, step: str) -> None:
    await expect(pop.part("step")).to_have_attribute("data-step", step, timeout=APPEAR_LIMIT_MS)


def of(shift: Shift, call: PopCard) -> dict[str, Any]:
    """The call as the API has it."""
    return shift.day.product.call(call.call_id)


async def notes_and_opens_a_case(shift: Shift, call: PopCard) -> None:
    await shift.ana.writes(NOTES, NOTE)
    await expect(call.card.locator("[data-note-state]")).to_contain_text("Saved", timeout=APPEAR_LIMIT_MS)
    await shift.ana.uses(NEW_CASE)
    await shift.ana.uses(ABOUT)
    await shift.ana.types(SUBJECT)
    await shift.ana.uses(OPEN_IT)
    await expect(the_case(call)).to_have_attribute("data-status", "open", timeout=APPEAR_LIMIT_MS)
    await shift.day.stands()
    assert [note["text"] for note in of(shift, call)["notes"]] == [NOTE]
    assert (await case_on_record(shift, call))["status"] == "open"


def the_case(pop: PopCard) -> Locator:
    return pop.part("pop-case").filter(has_text=SUBJECT)


async def case_on_record(shift: Shift, pop: PopCard) -> dict[str, Any]:
    found: dict[str, Any] = shift.day.product.api(f"cases/{await the_case(pop).get_attribute('data-ref')}")
    return found


async def passes_on(shift: Shift, call: PopCard) -> PopCard:
    """Ana says why, and passes the call on to the queue of the second line: Dan's pop."""
    await shift.ana.uses(HAND_OVER)
    await shift.ana.writes(GIVEN_WHY, REASON)
    await expect(call.card.locator("[data-handed]")).to_have_text(REASON, timeout=APPEAR_LIMIT_MS)
    await shift.ana.uses(TRANSFER)
    await shift.ana.uses(TO)
    await shift.ana.types("refunds")
    await shift.ana.uses(PASS_ON)
    packet = await shift.dan.desk.ringing()
    await shift.day.stands(
        ana="wrap_up, ended",
        dan="ringing, ringing",
        calls="ringing",
        refunds="a4, 1 waits",
        channels="a4 trunk",
    )
    assert packet.call_id == call.call_id
    return packet


async def takes_over(shift: Shift, packet: PopCard) -> None:
    """Dan reads the packet while it rings, takes the call over, and answers."""
    await packet.says("pop-packet", "Ana", "had this call, passed it on", REASON, NOTE)
    await packet.says("packet-script", "Make good for what came broken", "refund", IBAN)
    await packet.says("packet-case", SUBJECT)
    await shift.dan.uses(TAKE)
    await packet.says("packet-answer", "You took it over")
    await expect(shift.ana.page.get_by_test_id("pop-answers")).to_contain_text("Dan took it over")
    await shift.day.stands()
    await shift.day.pbx.phones["a4"].answer()
    await shift.day.stands(dan="on_call, answered", calls="answered", refunds="a4 paused:wrap-up")


async def finishes_her_part(shift: Shift, call: PopCard) -> None:
    """Ana says how it ended for her, while Dan talks."""
    await wraps_up(shift.ana, "handed over")
    await shift.day.stands(ana="available, ended", orders="a1")
    assert of(shift, call)["outcome"] == "handed over"
    await shift.ana.uses(AWAY)
    await shift.day.stands(ana="available")


async def wraps_up(hand: Hand, outcome: str) -> None:
    await hand.chooses(OUTCOME, outcome)
    await hand.uses(KEEP)
    kept = hand.page.get_by_test_id("outcome-kept")
    await expect(kept).to_contain_text(outcome, timeout=APPEAR_LIMIT_MS)
    await hand.uses(DONE)


async def finishes(shift: Shift, packet: PopCard) -> None:
    """Dan notes what he did, closes the case, hangs up, and says how it ended."""
    await shift.dan.writes(NOTES, ANSWER)
    await shift.dan.uses(CASE)
    await shift.dan.uses(HOW)
    await shift.dan.types(CLOSED)
    await shift.dan.uses(CLOSE_IT)
    await expect(the_case(packet)).to_have_attribute("data-status", "closed", timeout=APPEAR_LIMIT_MS)
    assert (await case_on_record(shift, packet))["status"] == "closed"
    await shift.dan.leaves()
    await shift.dan.uses(HANG_UP)
    await shift.day.stands(dan="wrap_up, ended", calls="ended completed", channels="")
    await wraps_up(shift.dan, "resolved")
    await shift.day.stands(dan="available, ended", refunds="a4")
    await shift.dan.uses(AWAY)
    await shift.day.stands(dan="available")
    is_on_record(of(shift, packet))


def is_on_record(call: dict[str, Any]) -> None:
    """What the API tells of the call when all is done."""
    times_fit(call)
    assert parts(call) == [("ana", "orders", "transferred"), ("dan", "refunds", "answered")]
    assert pops(call) == {"ana": "ended", "dan": "ended"}
    assert {note["agent"]: note["text"] for note in call["notes"]} == {
        "ana@example.com": NOTE,
        "dan@example.com": ANSWER,
    }
    assert call["outcome"] == "resolved"


async def is_on_a_break_while_somebody_gives_up(shift: Shift) -> None:
    """Ana has lunch. Zuzana calls meanwhile, waits in vain, and is on the work list."""
    await shift.ana.chooses(WHY, "Lunch")
    await shift.ana.uses(BREAK)
    await shift.day.stands(ana="on_break lunch", orders="a1 paused:lunch")
    caller = shift.day.pbx.call("orders", LOYAL)
    await shift.day.stands(
        calls="ended completed, queued", orders="a1 paused:lunch, 1 waits", channels="trunk"
    )
    await caller.hang_up()
    await shift.day.stands(calls="ended completed, ended abandoned", orders="a1 paused:lunch", channels="")
    await expect(missed(shift)).to_have_attribute("data-state", "open", timeout=APPEAR_LIMIT_MS)
    await shift.ana.uses(AVAILABLE)
    await shift.day.stands(ana="available", orders="a1")


def missed(shift: Shift) -> Locator:
    """What the work list says of the last caller whom nobody answered."""
    return shift.ana.page.locator('[data-testid="missed"]:not([data-state="done"])')


async def calls_back(shift: Shift) -> None:
    """Ana claims the missed caller and has her phone call her, who answers."""
    await expect(missed(shift)).to_contain_text("Zuzana Verná")
    entry = shift.ana.page.locator(f"#{await missed(shift).get_attribute('id')}")
    await shift.ana.uses(CLAIM)
    await expect(entry).to_have_attribute("data-state", "claimed", timeout=APPEAR_LIMIT_MS)
    await shift.day.stands()
    await shift.ana.uses(CALL)
    phone, outside = shift.day.pbx.phones["a1"], shift.day.pbx.phones[OUTSIDE]
    await phone.rings(2)
    await phone.answer()
    await outside.rings()
    past = "ended completed, ended abandoned"
    await shift.day.stands(ana="on_call, ringing", calls=f"{past}, ringing", channels="a1 trunk")
    await outside.answer()
    await expect(entry).to_have_attribute("data-state", "done", timeout=APPEAR_LIMIT_MS)
    await shift.day.stands(ana="on_call, answered", calls=f"{past}, answered")
    await shift.ana.uses(HANG_UP)
    await shift.day.stands(ana="available, ended", calls=f"{past}, ended completed", channels="")
    await shift.ana.uses(AWAY)
    await shift.day.stands(ana="available")


async def goes(day: Day, name: str, hand: Hand) -> None:
    """Out of the queues, then out of the product."""
    await hand.uses(OUT_OF_QUEUES)
    queue, _phone = QUEUE_OF[name]
    await day.stands(**{name: "offline", queue: ""})
    await hand.uses(MENU)
    await hand.uses(LOG_OUT)
    await expect(hand.page).to_have_url(re.compile("/login"), timeout=APPEAR_LIMIT_MS)
    del day.desks[name], day.now[name]
    await day.stands()
    await hand.page.goto(f"{day.product.url}/desk")
    await expect(hand.page).to_have_url(re.compile("/login"))
