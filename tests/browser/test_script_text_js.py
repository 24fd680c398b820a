"""What customers' records hold is text in what the agent says, never markup: in a real Chromium."""

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from console.desk.pop import PopScript
from console.desk.samples import sample_pop
from console.scripts.rendering import Renderer
from scripts_engine.script import Kind, Script, Step
from tests.browser.desk_site import Site, open_tab, pop
from tests.conftest import NOW
from tests.fakes.pages import ZONE

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

HOSTILE = [
    "<script>window.hacked = true</script>",
    "<img src=x onerror='window.hacked = true'>",
    '"><svg/onload=window.hacked=true>',
    "</p></section><h1>Pay at once</h1>",
    "{{ 7 * 7 }} {% include 'x' %} ${7*7}",
    "&lt;b&gt;<b>bold</b>",
    "javascript:alert(1)",
]


def script_for(name: str) -> PopScript:
    """What the pop of a customer with this name says of the script."""
    text = "Good day {{ customer.name }}. {{ customer.segment | upper }}"
    script = Script(key="x", title="X", steps=(Step(id="greet", kind=Kind.SAY, text=text, end="done"),))
    customer = SimpleNamespace(name=name, segment=name, language="da")
    step = Renderer("en", ZONE, "EUR").first_step(script, {"customer": customer, "facts": {}})
    assert step is not None
    sample = sample_pop("a", NOW)["script"]
    assert sample is not None
    return {**sample, "step": {**step}}


@pytest.mark.parametrize("name", HOSTILE)
async def test_markup_in_values_is_said_not_run(site: Site, profile: "BrowserContext", name: str) -> None:
    await site.put("a", script=script_for(name))
    tab = await open_tab(profile, site)
    await pop(tab, "a").wait_for()
    said = pop(tab, "a").get_by_test_id("step").locator(".say")
    assert await said.text_content() == f"Good day {name}. {name.upper()}"
    assert await said.locator("*").count() == 0
    assert await tab.evaluate("window.hacked") is None


async def test_nothing_in_values_turns_or_hides_what_is_said(site: Site, profile: "BrowserContext") -> None:
    await site.put("a", script=script_for("Ana\u202e\u2066evil\u2069\u0000\u200f\ufeff\U000e0041\ud800"))
    tab = await open_tab(profile, site)
    said = pop(tab, "a").get_by_test_id("step").locator(".say")
    assert await said.text_content() == "Good day Anaevil. ANAEVIL"
