"""Link, "not this person", shared, create, undo in a real Chromium, in mid-call, while notes are being typed:
nothing typed is lost, nobody's focus is taken, and name, records and script follow."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from console.customers.learning import NewCustomer
from console.customers.models import PhoneNumber
from console.customers.search_keys import Named, write_customer_keys
from console.desk.learning import Learning, Step, created, linked, undone, unlinked
from telephony.events import Caller, Direction
from tests.browser.seat import WITHIN_MS, Seat
from tests.browser.world_site import ANA, serving
from tests.conftest import NOW
from tests.console.desk.day import a_world, opened
from tests.console.desk.learning_stage import with_scripts
from tests.fakes.story import JOZEF, leg_of

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

STRANGER = "+421900000001"


class Learner(Seat):
    """Ana at her desk, and what she learns."""

    async def talks_with(self, number: str) -> None:
        on = self.world.on
        on.caller = Caller(number, "EVE")
        await on.take(on.queued(), on.offered(1), on.answered(1))
        await self.is_called("Jozef Mrkva" if number == JOZEF else "Unknown caller")

    async def is_called(self, name: str) -> None:
        await self.part("pop-name").get_by_text(name, exact=True).wait_for(timeout=WITHIN_MS)

    async def follows(self, script: str) -> None:
        await self.part("pop-script").get_by_text(script).wait_for(timeout=WITHIN_MS)

    async def learnt(self, text: str) -> None:
        await self.part("pop-learnt").last.get_by_text(text).wait_for(timeout=WITHIN_MS)

    async def writes(self, text: str) -> None:
        await self.part("pop-notes").press_sequentially(text)

    async def notes(self) -> Any:
        """What the server has of the note, once it has what is in the field."""
        await self.tab.locator("[data-note-state]", has_text="Saved").wait_for(timeout=WITHIN_MS)
        text = await self.part("pop-notes").input_value()
        entry = (await self.world.bus.snapshot("desk:1")).entries[f"note:{leg_of(1)}"]
        assert entry["text"] == text
        return text

    async def says(self, step: Step) -> None:
        """It is said in another tab, or by a colleague on the call."""
        await Learning(self.world.on.sessions, self.world.bus).say(ANA, leg_of(1), step, NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def seat(chromium: "Browser", sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Learner]:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await with_scripts(sessions)
        async with sessions.begin() as session:
            await write_customer_keys(session, {1: Named("Jozef Mrkva", None)})
        async with a_world(sessions, url) as world, serving(world) as address:
            context = await chromium.new_context(viewport={"width": 1280, "height": 720})
            tab = await context.new_page()
            await tab.goto(address)
            await tab.wait_for_selector("body[data-live=connected]")
            yield Learner(world, tab)
            await context.close()


async def test_an_unknown_number_is_linked_and_taken_back(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    await seat.follows("Ask who it is")
    await seat.writes("Wants a ")
    await seat.part("pop-find-box").press_sequentially("mrk joz")
    await seat.part("pop-found").get_by_role("button", name="It is Jozef Mrkva").click()
    await seat.is_called("Jozef Mrkva")
    await seat.follows("Apologise for a late delivery")
    await seat.learnt("Number linked to Jozef Mrkva by you at")
    assert await seat.part("pop-purchases").get_by_text("O-77").is_visible()
    assert not await seat.part("pop-find-box").is_visible()
    await seat.writes("voucher")
    assert await seat.notes() == "Wants a voucher"
    await seat.part("pop-undo").click()
    await seat.is_called("Unknown caller")
    await seat.follows("Ask who it is")
    assert await seat.part("pop-find-box").input_value() == ""
    assert await seat.part("pop-found").count() == 0
    assert await seat.notes() == "Wants a voucher"


async def test_not_this_person_then_somebody_new_by_keyboard_alone(seat: Learner) -> None:
    await seat.talks_with(JOZEF)
    await seat.writes("A woman, ")
    await seat.part("pop-not-this-person").focus()
    await seat.tab.keyboard.press("Enter")
    await seat.is_called("Unknown caller")
    await seat.learnt("Not Jozef Mrkva, said by you at")
    await seat.part("pop-find-box").focus()
    await seat.tab.keyboard.press("Tab")  # no results: the next is the form
    await seat.tab.keyboard.press("Enter")
    await seat.tab.keyboard.press("Tab")
    await seat.tab.keyboard.type("Petra Nová")
    assert await seat.tab.get_by_label("Number", exact=True).input_value() == "+421 905 123 456"
    await seat.tab.keyboard.press("Enter")
    await seat.is_called("Petra Nová")
    await seat.follows("Anything else")
    await seat.learnt("Petra Nová added to the customers by you at")
    await seat.writes("asks for Jozef")
    assert await seat.notes() == "A woman, asks for Jozef"


async def test_a_shared_number_and_one_who_is_chosen(seat: Learner) -> None:
    await seat.talks_with(JOZEF)
    await seat.part("pop-shared").click()
    await seat.is_called("Shared number of one customer")
    await seat.part("pop-candidate").get_by_role("button", name="It is Jozef Mrkva").click()
    await seat.is_called("Jozef Mrkva")
    await seat.learnt("Jozef Mrkva chosen for this call by you at")
    assert await seat.part("pop-match").get_attribute("data-match") == "shared"


async def test_typing_goes_on_while_all_of_it_happens(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    text = "Asks when the roses come, would rather have them on Friday, and a card with them. "
    typing = asyncio.create_task(seat.part("pop-notes").press_sequentially(text, delay=25))
    await seat.says(linked("C-1"))
    await seat.is_called("Jozef Mrkva")
    await seat.says(unlinked("C-1"))
    await seat.is_called("Unknown caller")
    await seat.says(created(NewCustomer("Petra Nová", None, None)))
    await seat.is_called("Petra Nová")
    pop = (await seat.world.on.desk(1))[leg_of(1)]
    await seat.says(undone(pop["learnt"][-1]["id"]))
    await seat.is_called("Unknown caller")
    assert not typing.done()
    await typing
    assert await seat.part("pop-notes").evaluate("area => area === document.activeElement")
    assert await seat.part("pop-notes").evaluate("area => area.selectionStart") == len(text)
    assert await seat.notes() == text


async def test_what_is_typed_to_find_somebody_stays(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    await seat.part("pop-find-box").press_sequentially("mrk")
    await seat.says(linked("C-1"))  # somebody else was faster
    await seat.is_called("Jozef Mrkva")
    await seat.tab.keyboard.type("va")
    assert await seat.part("pop-find-box").input_value() == "mrkva"


async def test_what_cannot_be_undone_says_why(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    await seat.says(linked("C-1"))
    await seat.learnt("Number linked to Jozef Mrkva")
    async with seat.world.on.sessions.begin() as session:
        await session.execute(update(PhoneNumber).where(PhoneNumber.e164 == STRANGER).values(label="home"))
    await seat.writes("Wants")
    await seat.part("pop-undo").click()
    refused = seat.part("pop-refused")
    await refused.get_by_text("This cannot be undone any more").wait_for(timeout=WITHIN_MS)
    assert await seat.notes() == "Wants"
    await seat.part("pop-not-this-person").click()
    await refused.get_by_text("This cannot be undone any more").wait_for(state="detached", timeout=WITHIN_MS)


async def test_what_is_wrong_with_a_new_customer_is_said_and_nothing_typed_is_lost(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    await seat.part("pop-find").locator("summary").click()
    await seat.tab.get_by_label("Name", exact=True).fill("Petra Nová")
    await seat.tab.get_by_label("E-mail, if known").fill("petra at home")
    await seat.part("pop-create").click()
    why = seat.part("pop-refused").get_by_text("petra at home is no e-mail address")
    await why.wait_for(timeout=WITHIN_MS)
    assert await seat.tab.get_by_label("Name", exact=True).input_value() == "Petra Nová"


async def test_a_console_that_does_not_answer_is_said_and_it_can_be_said_again(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    await seat.part("pop-find-box").press_sequentially("mrk")
    pick = seat.part("pop-found").get_by_role("button", name="It is Jozef Mrkva")
    await pick.wait_for(timeout=WITHIN_MS)
    await seat.tab.route("**/desk/pops/**", lambda route: route.abort())
    await pick.click()
    await seat.part("pop-refused").get_by_text("The console did not answer").wait_for(timeout=WITHIN_MS)
    assert await seat.part("pop-find-box").input_value() == "mrk"
    await seat.tab.unroute("**/desk/pops/**")
    await pick.click()
    await seat.is_called("Jozef Mrkva")
    assert await seat.part("pop-refused").first.text_content() == ""


async def test_the_call_ends_while_somebody_is_looked_for(seat: Learner) -> None:
    await seat.talks_with(STRANGER)
    await seat.part("pop-find-box").press_sequentially("mrk")
    await seat.part("pop-found").wait_for(timeout=WITHIN_MS)
    await seat.world.on.take(seat.world.on.ended())
    await seat.tab.locator('[data-testid="pop"][data-state="ended"]').wait_for(timeout=WITHIN_MS)
    await seat.tab.keyboard.type("va")
    assert await seat.part("pop-find-box").input_value() == "mrkva"
    await seat.part("pop-found").get_by_role("button", name="It is Jozef Mrkva").click()
    await seat.is_called("Jozef Mrkva")
    await seat.follows("Ask who it is")  # as it was said in the call
    await seat.part("pop-undo").click()
    await seat.is_called("Unknown caller")


async def test_a_withheld_number_offers_nothing_to_learn(seat: Learner) -> None:
    seat.world.on.caller = Caller(JOZEF, withheld=True)
    await seat.world.on.take(seat.world.on.queued(), seat.world.on.offered(1))
    await seat.is_called("Number withheld")
    await seat.part("pop-find-hint").get_by_text("a withheld number is not remembered").wait_for()
    await seat.part("pop-find").locator("summary").click()
    assert not await seat.part("pop-find").get_by_label("Number", exact=True).is_visible()
    for name in ("pop-shared", "pop-not-this-person", "pop-candidate", "pop-learnt"):
        assert not await seat.part(name).count()


async def test_whom_the_agent_called(seat: Learner) -> None:
    on = seat.world.on
    on.caller = Caller(STRANGER)
    await on.take(on.offered(1, None, direction=Direction.OUTBOUND))
    await seat.is_called("Unknown number")
    await seat.part("pop-find").get_by_label("Find whom you called").wait_for(timeout=WITHIN_MS)
    assert not await seat.part("pop-find-hint").is_visible()


async def test_a_colleagues_call_offers_nothing_at_all(seat: Learner) -> None:
    on = seat.world.on
    on.caller = Caller("1002")
    await on.take(on.offered(1, None, dialled="1001", direction=Direction.INTERNAL))
    await seat.part("pop").wait_for(timeout=WITHIN_MS)
    for name in ("pop-learning", "pop-find", "pop-find-box", "pop-create"):
        assert not await seat.part(name).count()


async def test_a_double_click_is_one_step(seat: Learner) -> None:
    await seat.talks_with(JOZEF)
    await seat.part("pop-not-this-person").dblclick(delay=150)
    await seat.is_called("Unknown caller")
    await seat.learnt("Not Jozef Mrkva")
    assert await seat.part("pop-learnt").count() == 1
