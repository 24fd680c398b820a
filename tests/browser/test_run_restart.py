"""A run in the real product, in one process and in two, which are ended and begun anew in the middle of it;
then the call is passed on, and the second line goes on from there."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.product_site import alive, at_desk, install
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    called,
    connected,
    dial,
    dial_end,
    hangup,
    joined,
    left,
    new,
    raw,
    row,
)
from tests.fakes.asterisk_server import AsteriskServer

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real("chromium", "redis"),
    pytest.mark.asyncio(loop_scope="session"),
]

ANA_TALKS = replace(ANA, state="6")
TO_BEN = replace(BEN, connected=CALLER.number)
PASSED_ON = {"IsExternal": "Yes", "Context": "agents", "Extension": "1002"}


@pytest.fixture
def stores(request: pytest.FixtureRequest, database_url: str) -> dict[str, str]:
    """SQLite alone; PostgreSQL with Redis and two processes."""
    if database_url.startswith("sqlite"):
        return {"DATABASE_URL": database_url}
    return {"DATABASE_URL": database_url, "REDIS_URL": request.getfixturevalue("redis_url")}


async def test_a_run_survives_and_goes_on_with_the_call(
    chromium: "Browser", tmp_path: Path, stores: dict[str, str]
) -> None:
    async with AsteriskServer(secret="s") as server:
        product = await asyncio.to_thread(install, tmp_path, server, stores)
        async with alive(product) as life, at_desk(chromium, product, "ana@x.example") as ana:
            server.play(new(CALLER) + joined() + new(ANA) + called())
            pop = await ana.ringing()
            server.play(dial_end("ANSWER") + left() + connected())
            await pop.becomes("answered")
            await pop.part("step-next").click()
            await ana.page.locator('[data-step="wish"][data-testid="step"]').wait_for()

            server.rows["Status"] = [
                row("Status", CALLER, BridgeID="b", Application="Queue", Data="support,tT,,,20"),
                row("Status", ANA_TALKS, BridgeID="b", Application="AppQueue", Data="(Outgoing Line)"),
            ]
            await life.end()
            await life.begin()
            await ana.link_is("up", within_s=30)
            await pop.becomes("answered")
            await ana.page.locator('[data-answer="cancel"]').click()
            await ana.page.locator('[data-step="case"][data-testid="step"]').wait_for()
            await pop.part("step-next").dblclick()
            await ana.page.locator('[data-step="bye"][data-testid="step"]').wait_for()

            async with at_desk(chromium, product, "ben@x.example") as ben:
                server.play(
                    raw("BlindTransfer", [("Result", "Success")], ANA.block("Transferer"), extra=PASSED_ON)
                    + hangup(ANA)
                    + new(TO_BEN)
                    + dial(TO_BEN)
                )
                second = await ben.ringing()
                assert second.call_id == pop.call_id
                server.play(dial_end("ANSWER", TO_BEN))
                await second.becomes("answered")
                await second.says("step", "Thank you.")
                await second.says("run-so-far", "cancel")
                await second.says("script-offered", "What the second line says")
                await second.part("step-next").click()
                await second.says("run-outcome", "resolved")
                server.play(hangup(TO_BEN) + hangup())
                await second.becomes("ended")
        # What is on record outlives it all.
        async with alive(product):
            told = await asyncio.to_thread(product.call, pop.call_id)
            cases = await asyncio.to_thread(product.api, "cases")
    run = told["run"]
    assert run["steps"] == ["greet", "wish", "case", "bye"]
    assert (run["answers"], run["outcome"]) == ({"wish": "cancel"}, "resolved")
    [case] = cases["items"]
    assert (case["subject"], case["customer_ref"]) == ("Cancel it", "C-1")
    assert run["done"] == [{"step": "case", "action": "open_case", "result": case["ref"]}]
