"""What the agents of the demo do, from picture to picture."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from playwright.async_api import expect

from console.demo.team import AGENTS, Member
from tests.browser.desk import Desk, PopCard
from tests.browser.picture_day import ANA, BORIS, Morning

LENKA = AGENTS[11]
"""Who looks after key accounts."""

LATE, COMPLAINT, MISSED = "C-1157", "C-1156", "C-1167"
TALK_S = 221
NOTE = "Needs desk and chair by Monday, a new colleague starts then. Would rather wait than cancel."
CASE = "Desk and chair have to be there by Monday"
MAIL = "hannah.macleod@northgate.example"
WISH = "A chair that holds, or the money back"
COMMENT = "Photos of the cracked base are in the mailbox of the case."
REASON = "Second chair with a cracked base. They want somebody to look at the delivery, or the money back."


@dataclass(frozen=True, slots=True)
class Picture:
    """What the page of `agent` at `path` shows now, which is `live` or not, with what it `waits_for`; it is
    taken as if `passes_s` had passed on it."""

    name: str
    agent: Member
    path: str = "/desk"
    passes_s: int = 0
    live: bool = True
    waits_for: str = ""


Sits = Callable[[Member], AbstractAsyncContextManager[Desk]]


async def story(day: Morning, sits: Sits) -> AsyncIterator[Picture]:
    """All that happens, up to each picture."""
    async with sits(ANA) as ana, sits(BORIS) as boris:
        await _claim(boris, day.numbers[MISSED])
        yield Picture("desk-idle", ANA, passes_s=134)
        async for picture in _late_order(day, ana):
            yield picture
        async with sits(LENKA) as lenka:
            async for picture in _complaint(day, ana, lenka):
                yield picture
        yield Picture("work-list", ANA, "/desk/work")


async def _late_order(day: Morning, ana: Desk) -> AsyncIterator[Picture]:
    """A customer whose order is late waits on."""
    ring = day.phones.rings(day.numbers[LATE], ANA)
    pop = await ana.ringing()
    yield Picture("desk-ringing", ANA, passes_s=4)
    day.phones.answers(ring)
    await pop.becomes("answered")
    await _go_on(pop, "wish")
    await _answer(pop, "wait", then="voucher")
    await _open_case(pop, CASE)
    await _note(pop, NOTE)
    yield Picture("desk-on-call", ANA, passes_s=TALK_S)
    await _take_down(pop, MAIL, then="new-date")
    await pop.part("step-skip").click()
    await _at(pop, "promise")
    await pop.part("step-next").click()
    await expect(pop.part("run-outcome")).to_be_visible()
    day.phones.hangs_up(ring, in_s=TALK_S)
    await pop.becomes("ended")
    yield Picture("desk-wrap-up", ANA)
    await pop.part("outcome-save").click()
    await ana.page.get_by_test_id("wrap-up-done").click()
    await pop.card.locator(".pop-done").click()
    await ana.presence_is("available")


async def _complaint(day: Morning, ana: Desk, lenka: Desk) -> AsyncIterator[Picture]:
    """A complaint goes to the second line."""
    ring = day.phones.rings(day.numbers[COMPLAINT], ANA, ago_s=288)
    pop = await ana.ringing()
    day.phones.answers(ring, ago_s=279)
    await pop.becomes("answered")
    await _go_on(pop, "about")
    await _answer(pop, "about the case", then="apologise")
    await _go_on(pop, "status")
    await _take_down(pop, WISH, then="solvable")
    await _answer(pop, "needs a specialist", then="tell")
    await _comment(pop, COMMENT)
    await pop.part("hand-over").locator("summary").click()
    await pop.part("hand-over-reason").press_sequentially(REASON)
    await expect(pop.card.locator("[data-handed]")).to_have_text(REASON)
    day.phones.passes_on(ring, LENKA)
    await lenka.ringing()
    yield Picture("desk-packet", LENKA, passes_s=4)


async def _claim(desk: Desk, number: str) -> None:
    """The agent takes a missed caller."""
    await desk.page.goto(f"{desk.page.url}/work")
    row = desk.page.get_by_test_id("missed").filter(has=desk.page.locator(f'[href="tel:{number}"]'))
    await row.get_by_test_id("missed-claim").click()
    await expect(row).to_have_attribute("data-state", "claimed")


async def _go_on(pop: PopCard, then: str) -> None:
    await pop.part("step-next").click()
    await _at(pop, then)


async def _answer(pop: PopCard, text: str, then: str) -> None:
    await pop.card.locator(f'[data-testid="step-answer"][data-answer="{text}"]').click()
    await _at(pop, then)


async def _take_down(pop: PopCard, text: str, then: str) -> None:
    await pop.part("step-capture").fill(text)
    await pop.part("step-capture").press("Enter")
    await _at(pop, then)


async def _at(pop: PopCard, step: str) -> None:
    await expect(pop.part("step")).to_have_attribute("data-step", step)


async def _open_case(pop: PopCard, subject: str) -> None:
    await pop.part("case-new").locator("summary").click()
    await pop.part("case-subject").fill(subject)
    await pop.part("case-new-priority").select_option("high")
    await pop.part("case-new-open").click()
    await pop.says("pop-cases", subject)


async def _comment(pop: PopCard, text: str) -> None:
    case = pop.part("pop-case").first
    await case.get_by_test_id("case-open").locator("summary").click()
    await case.get_by_test_id("case-text").fill(text)
    await case.get_by_test_id("case-comment").click()
    await expect(case).to_contain_text("in this call")


async def _note(pop: PopCard, text: str) -> None:
    await pop.part("pop-notes").fill(text)
    await expect(pop.card.locator("[data-note-state]")).to_contain_text("Saved")
