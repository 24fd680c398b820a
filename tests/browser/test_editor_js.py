"""Writing a script in a real Chromium, as somebody who never sees YAML, and as somebody who does."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from console.scripts.queries import latest_version
from console.studio.editing_source import Source
from tests.browser.editor_site import LATE, Studio, card

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Locator, Page, Route

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

FOCUSED = "element => element === document.activeElement"
ACTIONS = 12
"""What it takes from nothing to a script that calls get."""


async def text_of(tab: "Page") -> str:
    """The YAML in the page."""
    return await tab.get_by_test_id("yaml").input_value()


async def until(tab: "Page", text: str) -> None:
    """The YAML holds `text`."""
    await tab.wait_for_function("text => document.getElementById('source').value.includes(text)", arg=text)


class Actions:
    """What somebody does, counted: a menu chosen from, a field typed into, a button pressed."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def choose(self, menu: "Locator", value: str) -> None:
        await menu.focus()  # long menus are filled when somebody comes to them
        await menu.select_option(value)
        self.done.append(f"choose {value}")

    async def type(self, field: "Locator", text: str) -> None:
        await field.select_text()
        await field.press_sequentially(text)
        self.done.append(f"type {text}")

    async def press(self, button: "Locator") -> None:
        await button.click()
        self.done.append("press")


async def test_from_nothing_to_a_script_without_seeing_yaml(studio: Studio, tab: "Page") -> None:
    customer = await studio.customer("C-1", "Zuzana Kováčová")
    for days in (3, 9, 20):
        await studio.records.purchase(customer, studio.records.ago(days=days))
    do = Actions()
    await tab.goto(studio.url)
    await do.press(tab.get_by_test_id("studio-new"))
    title = tab.get_by_test_id("title")
    await tab.wait_for_function(FOCUSED, arg=await title.element_handle())
    await do.type(title, "Thank loyal customers")
    await do.choose(tab.get_by_test_id("condition.add"), "purchases.count_30d")
    value = tab.locator('[data-fact="purchases.count_30d"] [data-testid="condition.value"]')
    await value.wait_for()
    await tab.wait_for_function("() => document.activeElement.dataset.edit === 'condition.value'")
    await do.type(value, "3")
    await do.choose(tab.get_by_test_id("condition.add"), "cases.open")
    await do.choose(tab.locator('[data-fact="cases.open"] [data-testid="condition.operator"]'), "none")
    await do.type(card(tab, "greet").get_by_test_id("step.text"), "Thank you for your loyalty!")
    await do.choose(tab.get_by_test_id("step.add"), "do:offer")
    await do.type(card(tab, "offer").get_by_test_id("argument"), "loyalty")
    await tab.get_by_text("The check finds nothing.").wait_for()
    # previewed on a real customer
    await tab.get_by_test_id("try-search").press_sequentially("kovac")
    await tab.get_by_test_id("person").click()
    verdict = tab.get_by_test_id("verdict")
    await tab.locator('[data-testid="tried"]:has-text("Zuzana")').wait_for()
    assert "“Thank a good customer of the last month” comes first" in await verdict.inner_text()
    await do.type(tab.get_by_test_id("priority"), "60")
    await tab.locator('[data-testid="verdict"][data-outcome="picked"]').wait_for()
    reason = "Chosen because there were 3 purchases in the last 30 days and no case is open."
    assert reason in await verdict.inner_text()
    assert not await tab.get_by_test_id("yaml").is_visible()
    await do.press(tab.get_by_test_id("save-publish"))
    await do.press(tab.get_by_test_id("release-do"))
    await tab.get_by_test_id("script").wait_for()
    assert len(do.done) == ACTIONS, do.done
    async with studio.sessions() as session:
        version = await latest_version(session, "thank-loyal-customers")
        await studio.library.refresh(session)
    assert version is not None
    assert version.published
    pick = studio.library.index.pick(
        {"purchases.count_30d": 3, "cases.open": 0, "call.line": 1}, datetime.now(UTC).date()
    )
    assert pick.script
    assert (pick.script.key, pick.sentence) == (version.key, reason)
    assert Source(version.text).value == {
        "script": "thank-loyal-customers",
        "title": "Thank loyal customers",
        "priority": 60,
        "when": {"all": ["purchases.count_30d >= 3", "cases.open = 0"]},
        "steps": [
            {"id": "greet", "say": "Thank you for your loyalty!", "next": "offer"},
            {"id": "offer", "do": "offer", "with": {"offer": "loyalty"}, "end": "resolved"},
        ],
    }


async def test_what_is_typed_in_the_yaml_stands_in_the_document_and_the_other_way_round(
    studio: Studio, tab: "Page"
) -> None:
    await tab.goto(f"{studio.url}{LATE}")
    await tab.get_by_text("The same as YAML").click()
    yaml = tab.get_by_test_id("yaml")
    text = await yaml.input_value()
    await yaml.fill(text.replace("purchases.late_open >= 1", "purchases.late_open >= 7  # a week"))
    await tab.wait_for_function(
        "() => document.querySelectorAll('[data-edit=\"condition.value\"]')[0].value === '7'"
    )
    assert await yaml.evaluate(FOCUSED)
    value = tab.locator('[data-fact="purchases.late_open"] [data-testid="condition.value"]')
    await value.fill("8")
    await until(tab, "purchases.late_open >= 8  # a week")
    assert await value.evaluate(FOCUSED)
    # a text that cannot be read changes nothing above, and loses nothing
    broken = (await yaml.input_value()).replace("steps:", "steps: [")
    await yaml.fill(broken)
    await tab.get_by_test_id("no-yaml").wait_for()
    assert "YAML line" in await tab.get_by_test_id("no-yaml").inner_text()
    assert await yaml.input_value() == broken
    assert await value.is_disabled()
    assert await value.input_value() == "8"
    await tab.get_by_test_id("yaml-back").click()
    await tab.get_by_test_id("no-yaml").wait_for(state="detached")
    assert "purchases.late_open >= 8  # a week" in await text_of(tab)
    assert await value.is_enabled()


async def test_typing_goes_on_while_the_page_is_drawn_anew(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    text = card(tab, "promise").get_by_label("What the agent says", exact=True)
    await text.focus()
    await tab.keyboard.press("Control+Home")
    words = "I will see to it that "
    async with tab.expect_response(lambda response: response.url.endswith("/draft")):
        await text.press_sequentially(words, delay=60)
    await until(tab, f'say: "{words}You will hear')
    assert await text.evaluate(FOCUSED)
    assert await text.evaluate("text => text.selectionStart") == len(words)
    assert (await text.input_value()).startswith(words)
    # a value comes to where the caret is
    values = card(tab, "promise").get_by_test_id("insert")
    await values.focus()  # which fills it
    await values.select_option(label="customer's name")
    await until(tab, words + "{{ customer.name | name }}You will hear")
    assert (await text.input_value()).startswith(words + "‹customer's name›")
    # also behind a blank at the end
    await text.focus()
    await text.press("Control+End")
    await text.press_sequentially(" Good bye ")
    await values.focus()
    await values.select_option(label="customer's name")
    await until(tab, " Good bye {{ customer.name | name }}")
    assert await card(tab, "promise").get_by_test_id("step.text").count() == 2  # a fallback is asked for
    assert "no fallback" in await tab.get_by_test_id("findings").inner_text()


async def test_who_went_on_is_not_called_back(studio: Studio, tab: "Page") -> None:
    async def slow(route: "Route") -> None:
        await released.wait()
        await route.continue_()

    released = asyncio.Event()
    await tab.goto(f"{studio.url}{LATE}")
    value = tab.locator('[data-fact="purchases.late_open"] [data-testid="condition.value"]')
    await value.focus()
    await tab.route("**/draft", slow)
    await tab.locator('[data-fact="purchases.late_open"] [data-testid="condition.operator"]').select_option(
        "none"
    )
    text = card(tab, "promise").get_by_label("What the agent says", exact=True)
    await text.press_sequentially("We ")
    released.set()  # the field where one was is gone by now
    await value.wait_for(state="detached")
    await text.press_sequentially("do. ")
    await until(tab, "We do. ")
    assert await text.evaluate(FOCUSED)


async def test_steps_by_keys_alone(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    names = "[...document.querySelectorAll('[data-testid=card]')].map(card => card.dataset.step)"
    before = await tab.evaluate(names)
    await card(tab, "wish").get_by_label("The step's name").focus()
    await tab.keyboard.press("Alt+Shift+ArrowUp")
    await tab.wait_for_function(f"() => {names}[0] === 'wish'")
    # arrows in a closed menu only choose: Enter adds
    menu = tab.get_by_test_id("step.add").first
    await menu.focus()
    await tab.keyboard.press("ArrowDown")
    await tab.keyboard.press("Escape")
    assert len(await tab.evaluate(names)) == len(before)
    await menu.evaluate("menu => menu.value = 'say'")
    await tab.keyboard.press("Enter")
    await tab.wait_for_function(f"() => {names}.length === {len(before) + 1}")
    await tab.wait_for_function("() => document.activeElement.matches('textarea')")
    undo = tab.get_by_test_id("undo")
    await undo.click()
    await tab.wait_for_function(f"() => {names}.length === {len(before)}")
    await undo.click()
    await tab.wait_for_function(f"() => {names}[0] === 'greet'")
    assert await tab.evaluate(names) == before
    assert await tab.get_by_test_id("editor-state").inner_text() == "All is saved"


async def test_unsaved_work_survives_a_reload(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}{LATE}")
    title = tab.get_by_test_id("title")
    await title.fill("Apologise")
    await until(tab, "title: Apologise\n")
    asked: list[str] = []

    async def answer(dialog: "Dialog") -> None:
        asked.append(dialog.type)
        await dialog.accept()

    tab.on("dialog", answer)
    await tab.reload()
    await tab.get_by_test_id("restored").wait_for()
    await until(tab, "title: Apologise\n")
    assert asked == ["beforeunload"]
    assert await title.input_value() == "Apologise"
    await tab.get_by_text("Go back to what is stored").click()
    await until(tab, "title: Apologise for a late delivery")
    assert await tab.get_by_test_id("editor-state").inner_text() == "All is saved"
    await tab.reload()
    assert asked == ["beforeunload"]
    assert not await tab.get_by_test_id("restored").is_visible()


@pytest.mark.parametrize("how", ["save", "save-publish"])
async def test_the_next_new_script_begins_with_nothing(studio: Studio, tab: "Page", how: str) -> None:
    await tab.goto(f"{studio.url}/new")
    await tab.get_by_test_id("title").fill("The first one")
    await card(tab, "greet").get_by_test_id("step.text").fill("Hello.")
    await tab.get_by_text("The check finds nothing.").wait_for()
    await tab.get_by_test_id(how).click()
    await tab.locator('[data-testid="told"], [data-testid="release-do"]').first.wait_for()
    await tab.goto(f"{studio.url}/new")
    assert await tab.get_by_test_id("title").input_value() == ""
    assert "The first one" not in await text_of(tab)
    assert not await tab.get_by_test_id("restored").is_visible()
    assert await tab.evaluate("sessionStorage.length") == 0


async def test_two_at_once_lose_nothing(studio: Studio, tab: "Page") -> None:
    other = await tab.context.new_page()
    await other.goto(f"{studio.url}{LATE}")
    await tab.goto(f"{studio.url}{LATE}")
    for page, title in ((other, "Theirs"), (tab, "Mine")):
        await page.get_by_test_id("title").fill(title)
        await until(page, f"title: {title}")
        await page.get_by_test_id("note").fill(f"why {title}")
        await page.get_by_test_id("save").click()
    await other.get_by_test_id("told").wait_for()
    conflict = tab.get_by_test_id("conflict")
    await conflict.wait_for()
    assert "title: Theirs" in await tab.get_by_test_id("conflict-theirs").input_value()
    assert "title: Mine" in await text_of(tab)
    assert await tab.get_by_test_id("note").input_value() == "why Mine"
    await tab.get_by_test_id("conflict-mine").click()
    await conflict.wait_for(state="detached")
    await tab.get_by_test_id("told").wait_for()
    async with studio.sessions() as session:
        version = await latest_version(session, "late-delivery")
    assert version is not None
    assert (version.number, version.note, "title: Mine" in version.text) == (3, "why Mine", True)
    await other.close()


async def test_what_cannot_work_is_not_saved_and_not_lost(studio: Studio, tab: "Page") -> None:
    await tab.goto(f"{studio.url}/new")
    await tab.get_by_test_id("title").fill("Half done")
    await until(tab, 'title: "Half done"')
    await tab.get_by_test_id("save").click()
    await tab.get_by_test_id("refused").wait_for()
    assert "this is empty." in await tab.get_by_test_id("refused").inner_text()
    assert await tab.get_by_test_id("title").input_value() == "Half done"
    assert await tab.get_by_test_id("editor-state").inner_text() == "Not saved yet"
    await tab.evaluate("sessionStorage.clear()")
    tab.on("dialog", lambda dialog: dialog.accept())


async def test_facts_of_ones_own_and_a_past_call(studio: Studio, tab: "Page") -> None:
    customer = await studio.customer("C-1", "Zuzana Kováčová")
    promised = {"status": "shipped", "promised_at": studio.records.ago(days=6), "ref": "O-77"}
    await studio.records.purchase(customer, studio.records.ago(days=20), **promised)
    await studio.records.call(customer, studio.records.ago(hours=3), queue="support")
    await tab.goto(f"{studio.url}{LATE}")
    verdict = tab.get_by_test_id("verdict")
    assert await verdict.get_attribute("data-outcome") == "not"
    await tab.get_by_text("Try other facts").click()
    await tab.locator('[data-name="caller.known"]').select_option("yes")
    await tab.locator('[data-name="purchases.late_open"]').fill("2")
    await tab.locator('[data-testid="verdict"][data-outcome="picked"]').wait_for()
    await tab.get_by_test_id("try-call").select_option(index=1)
    await tab.locator('[data-testid="tried"]:has-text("Zuzana")').wait_for()
    assert (
        "an order is 6 days late" in await verdict.inner_text()
        or "1 order is late" in await verdict.inner_text()
    )
    assert "O-77" in await tab.get_by_test_id("reads").first.inner_text()


async def test_what_is_not_sent_again_stays(studio: Studio, tab: "Page") -> None:
    sizes: list[int] = []
    await tab.goto(f"{studio.url}{LATE}")
    onward = card(tab, "greet").get_by_test_id("step.onward")
    await onward.focus()
    steps = await onward.locator("option").count()
    tab.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    await tab.get_by_test_id("priority").fill("33")
    await until(tab, "priority: 33")
    await tab.wait_for_function("() => !document.querySelector('[data-same]')")
    assert 0 < sizes[-1] < len(await tab.content()) / 3
    adding = tab.get_by_test_id("step.add").nth(7)
    await adding.focus()
    await adding.select_option("say")
    await card(tab, "say").wait_for()
    await onward.focus()
    assert await onward.locator("option").count() == steps + 1
    assert await tab.get_by_test_id("card").count() == 11
    assert await tab.locator("[data-same]").count() == 0


async def test_with_letters_twice_as_large(studio: Studio, tab: "Page") -> None:
    await tab.set_viewport_size({"width": 640, "height": 360})
    await tab.goto(f"{studio.url}{LATE}")
    await tab.get_by_test_id("title").fill(" ")
    await tab.get_by_test_id("finding").wait_for()
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await tab.evaluate("document.querySelector('.editor-end').offsetHeight < innerHeight / 6")
    await tab.get_by_test_id("to-check").click()
    box = await tab.get_by_test_id("finding").bounding_box()
    assert box
    assert 0 <= box["y"] < 300


async def test_one_undo_takes_back_what_was_typed_in_one_go(studio: Studio, tab: "Page") -> None:
    await tab.clock.install()
    await tab.goto(f"{studio.url}/new")
    text = card(tab, "greet").get_by_label("What the agent says").first
    await text.press_sequentially("Good day ")
    await until(tab, 'say: "Good day')
    await tab.clock.fast_forward(2_000)
    await text.press_sequentially("and welcome")
    await until(tab, "Good day and welcome")
    await card(tab, "greet").get_by_test_id("insert").focus()
    await card(tab, "greet").get_by_test_id("insert").select_option("‹customer's name›")
    await until(tab, "welcome{{ customer.name | name }}")
    undo = tab.get_by_test_id("undo")
    for left in ('say: "Good day and welcome"\n', 'say: "Good day "\n', 'say: ""\n'):
        await undo.click()
        await until(tab, left)
    assert await undo.is_disabled()
