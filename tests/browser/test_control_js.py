"""Call control in a real Chromium: by mouse and by keys, nothing moves, no focus is taken, refusals are read
where they were met; and what a phone system cannot be told to do is not there, with a word of why."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from console.app import create_app, open_parts
from console.identity.actions import NewUser, add_user
from console.identity.models import Role
from console.identity.passwords import Passwords
from console.settings import read_settings
from telephony.commands import (
    CancelTransfer,
    Dial,
    HangUp,
    Refused,
    ToAgent,
    ToNumber,
    TransferAttended,
    TransferBlind,
)
from tests.browser.fixtures import OpenDesk
from tests.browser.seat import Seat, sits
from tests.browser.serving import served
from tests.conftest import NOW
from tests.console.desk.day import World, a_world, opened
from tests.fakes.phones import Phones
from tests.fakes.story import leg_of, people
from tests.rig.product import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

BORIS = ToAgent("PJSIP/a2", "1002")
LEG = leg_of(1)


@pytest_asyncio.fixture(loop_scope="session")
async def world(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    async with opened(url) as sessions:
        await people(sessions)
        async with a_world(sessions, url) as world:
            yield world


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest_asyncio.fixture(loop_scope="session")
async def seat(chromium: "Browser", world: World, phones: Phones) -> AsyncIterator[Seat]:
    """Ana at her desk, talking with Jozef."""
    async with sits(chromium, world, phones=phones) as seat:
        await world.on.take(world.on.queued(), world.on.offered(1), world.on.answered(1))
        await expect(seat.part("hangup")).to_be_visible()
        yield seat


async def where(seat: Seat) -> list[object]:
    """Where the parts of the pop stand in the document, however far it is scrolled."""
    names = ("pop-name", "pop-script", "pop-notes", "hangup")
    place = "part => [part.getBoundingClientRect().x, part.getBoundingClientRect().y + scrollY]"
    return [await seat.part(name).evaluate(place) for name in names]


async def focused(seat: Seat) -> str:
    found = await seat.tab.evaluate(
        "document.activeElement.dataset.testid ?? document.activeElement.localName"
    )
    return str(found)


async def test_a_refusal_is_read_where_it_was_met_and_nothing_moves(seat: Seat, phones: Phones) -> None:
    phones.outcome = refused = Refused("This call is just being connected: try again.")
    before = await where(seat)
    await seat.part("hangup").click()
    await expect(seat.part("control-refused")).to_contain_text(refused.why)
    assert phones.told == [HangUp(LEG)]
    assert await where(seat) == before
    await seat.tab.keyboard.press("Escape")
    await expect(seat.part("control-refused")).to_be_empty()


async def test_a_transfer_by_keys_alone(seat: Seat, phones: Phones) -> None:
    before = await where(seat)
    await seat.part("transfer").locator("summary").focus()
    await seat.tab.keyboard.press("Enter")
    await expect(seat.part("transfer-target")).to_be_focused()
    assert await where(seat) == before
    await expect(seat.part("target")).to_have_count(2)  # two colleagues; no queue has an extension
    await seat.tab.keyboard.type("xaver")
    await expect(seat.part("target")).to_have_count(0)
    await seat.tab.keyboard.press("Enter")
    await expect(seat.part("transfer-refused")).to_contain_text("Nobody here is called xaver")
    await expect(seat.part("transfer-target")).to_have_value("xaver")
    await seat.tab.keyboard.press("Escape")
    await expect(seat.part("transfer-target")).to_be_hidden()
    assert await focused(seat) == "summary"
    await seat.tab.keyboard.press("Enter")
    await seat.part("transfer-target").fill("")
    await seat.tab.keyboard.type("bor")
    await expect(seat.part("target")).to_have_count(1)
    await seat.tab.keyboard.press("Enter")  # asks first: what can be taken back
    await expect(seat.part("transfer-target")).to_be_hidden()
    assert phones.told == [TransferAttended(LEG, BORIS)]


async def test_a_transfer_by_mouse(seat: Seat, phones: Phones) -> None:
    await seat.part("transfer").locator("summary").click()
    await seat.tab.locator('[data-testid="target"][data-target="1002"]').click()
    await expect(seat.part("transfer-target")).to_have_value("1002")
    await seat.part("transfer-blind").dblclick()
    await expect(seat.part("transfer-target")).to_be_hidden()
    assert phones.told == [TransferBlind(LEG, BORIS)]


async def test_whoever_asks_a_number_puts_through_or_comes_back(seat: Seat, phones: Phones) -> None:
    """Nobody tells of the other end: the browser knows it, in all tabs, also after a reload."""
    other = await seat.tab.context.new_page()
    await other.goto(seat.tab.url)
    await other.wait_for_selector("body[data-live=connected]")
    await expect(seat.part("transfer-complete")).to_be_hidden()
    await seat.part("transfer").locator("summary").click()
    await seat.part("transfer-target").fill("+421 905 999 888")
    await seat.part("transfer-attended").click()
    await seat.world.on.take(seat.world.on.held(1))
    await expect(seat.part("transfer-complete")).to_be_visible()
    await expect(seat.part("transfer")).to_be_hidden()
    await expect(other.get_by_test_id("transfer-complete")).to_be_visible()
    await seat.tab.reload()
    await expect(seat.part("transfer-complete")).to_be_visible()
    await seat.part("transfer-cancel").click()
    await expect(seat.part("transfer")).to_be_visible()
    await expect(other.get_by_test_id("transfer-complete")).to_be_hidden()
    assert phones.told == [TransferAttended(LEG, ToNumber("0905999888")), CancelTransfer(LEG)]


async def test_what_is_typed_stays_whatever_happens_to_the_call(seat: Seat) -> None:
    await seat.part("transfer").locator("summary").click()
    await seat.part("transfer-target").press_sequentially("cyr")
    await seat.world.on.take(seat.world.on.held(1))
    await expect(seat.part("pop")).to_have_attribute("data-held", "yes")
    await expect(seat.part("transfer-target")).to_have_value("cyr")
    await expect(seat.part("transfer-target")).to_be_focused()


async def test_a_missed_caller_is_called_with_a_click(seat: Seat, phones: Phones) -> None:
    on = seat.world.on
    await on.take(on.leg_ended(1), on.ended())
    await expect(seat.part("hangup")).to_have_count(0)
    await seat.tab.locator(".row").first.click()
    await seat.part("dial").click()
    await expect(seat.part("dialled")).to_contain_text("Your phone rings first")
    assert phones.told == [Dial("PJSIP/a1", "+421905123456")]


COMMANDED = "set_pause,hang_up,transfer_blind,transfer_attended,dial"


@pytest.mark.parametrize(
    ("without", "hooks", "why"),
    [
        (COMMANDED, set(), "Hang up and transfer at the phone: this phone system cannot be told to."),
        ("hang_up", {"transfer"}, "Hang up at the phone: this phone system cannot be told to."),
        (
            "transfer_blind,transfer_attended",
            {"hangup"},
            "Transfer at the phone: this phone system cannot be told to.",
        ),
        ("transfer_attended", {"hangup", "transfer"}, "Asking before a call is passed on: at the phone"),
        ("transfer_blind", {"hangup", "transfer"}, "Passing on without asking: at the phone"),
    ],
)
async def test_what_the_phone_system_cannot_do_is_not_there_and_why_is(
    open_desk: OpenDesk, sqlite_template: Path, tmp_path: Path, *, without: str, hooks: set[str], why: str
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'lineside.sqlite')}"
    pbx = f"sim:?name=main&scenario=answered&without={without}"
    settings = read_settings({"LINESIDE_PBX": pbx, "LINESIDE_DATABASE_URL": url})
    async with opened(url) as sessions, sessions.begin() as session:
        ana = NewUser(
            email="ana@example.com",
            name="Ana",
            role=Role.AGENT,
            password=PASSWORD,
            interfaces=["PJSIP/a1"],
            queues=["support"],
        )
        await add_user(session, ana, await Passwords().hash(PASSWORD), NOW)
    async with open_parts(settings, listens=True) as parts, served(create_app(parts), "on") as address:
        work = asyncio.create_task(parts.work())
        desk = await open_desk(address, "ana@example.com")
        pop = desk.pops(state="answered")
        await expect(pop).to_have_count(1, timeout=60_000)
        for hook in ("hangup", "transfer"):
            await expect(pop.get_by_test_id(hook)).to_have_count(int(hook in hooks))
        if "transfer" in hooks:
            await pop.get_by_test_id("transfer").locator("summary").click()
        await expect(pop.get_by_test_id("cannot")).to_contain_text(why)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
