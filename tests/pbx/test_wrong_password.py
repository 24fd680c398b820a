"""A phone system that refuses the log-in: said on the desk and by `doctor`, and asked once only."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.fixtures import OpenDesk
from tests.pbx.asterisk import Asterisk
from tests.rig.product import Product, add_agent

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]

WATCH_S = 5.0


def refusals(asterisk: Asterisk) -> int:
    """How many log-ins Asterisk says it refused."""
    return asterisk.outside("log/messages.log").read_text(errors="replace").count("failed to authenticate as")


async def test_a_wrong_password_is_said_and_not_hammered(
    asterisk: Asterisk, tmp_path: Path, open_desk: OpenDesk
) -> None:
    product = Product(tmp_path, {"PBX": asterisk.link(secret="wrong"), "TIME_ZONE": "UTC"})
    ana_works_here = add_agent("ana@example.com", "Ana", "PJSIP/a1", 1, "support")
    product.commands((["db", "upgrade"], ""), ana_works_here)
    before = refusals(asterisk)
    with product.running(ready="/healthz"):
        ana = await open_desk(product.url, "ana@example.com")
        await ana.link_is("down")
        await expect(ana.page.locator('[data-testid="link"]')).to_contain_text("refused the log-in")
        await asyncio.sleep(WATCH_S)  # that nothing happens takes a while to see
        assert refusals(asterisk) == before + 1
        await ana.page.close()  # it would complain, rightly, that the console is gone
    told = product.try_command("doctor")
    assert told.returncode == 1
    assert "refused the log-in" in told.stdout + told.stderr
