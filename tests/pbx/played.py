"""All calls of known fate, played once: what two installations of the product and Asterisk itself tell after.

Both installations hear the same calls: one is a process on SQLite, one two on PostgreSQL and Redis. At both,
the desk of `ana` is open, who therefore has a time to finish her calls.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Browser, Page

from console.figures.formulas import FORMULAS, SWITCHES
from console.figures.switches import Switches
from tests.browser.desk import APPEAR_LIMIT_MS, come_live, log_in, open_tab
from tests.pbx.asterisk import Asterisk
from tests.pbx.configuration import WITHIN_S
from tests.pbx.ear import Frame
from tests.pbx.fate_table import EVERYTHING, QUEUES, WHOLE
from tests.pbx.fates import PLAYS
from tests.pbx.own_figures import OwnFigures
from tests.pbx.scene import number_of
from tests.pbx.sipp import Phone
from tests.rig.product import Product

WRAP_UP_S = 2
SETTLED_WITHIN_S = APPEAR_LIMIT_MS / 1000

AGENTS = {
    "ana@example.com": ("Ana", "PJSIP/a1", 1, "front"),
    "ben@example.com": ("Ben", "PJSIP/a2", 1, "pair"),
    "eva@example.com": ("Eva", "PJSIP/a3", 1, "pair"),
    "dan@example.com": ("Dan", "PJSIP/a4", 2, "back"),
}
ON_RECORD = tuple(
    (name, "--line", line, "--answer-within-s", str(WITHIN_S), "--wrap-up-s", str(wrap_up_s))
    for name, line, wrap_up_s in (
        ("front", "1", WRAP_UP_S),
        ("back", "2", 0),
        *((name, "1", 0) for name in QUEUES if name not in {"front", "back"}),
    )
)

_READS = """
  const cells = (row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent).slice(0, 2);
  const texts = (of, all) => [...of.querySelectorAll(all)].map((row) => [row, cells(row)]);
  const figures = (of) => texts(of, "[data-figure]").map(([row, both]) => [row.dataset.figure, both]);
"""
TILES = f"""() => {{ {_READS}
  return [...document.querySelectorAll('[data-testid="queue"]')].map((tile) => [
    tile.dataset.queue,
    [["waiting", [tile.dataset.waiting]], ["level", [tile.dataset.serviceLevel]], ...figures(tile)],
  ]);
}}"""
PAGE = f"""() => {{ {_READS}
  const others = (kind) => texts(document, `[data-testid="${{kind}}"]`).map(([_row, both]) => both);
  return [...figures(document), ["formulas", others("formula")], ["switches", others("switch")]];
}}"""


OTHERWISE = [
    *(("formula", formula) for formula in FORMULAS),
    *((each.key, "no" if getattr(Switches(), each.key) else "yes") for each in SWITCHES),
]
"""Another formula, or one switch the other way round."""

BY = ("line", "half_hour", "hour", "day", "week", "script", "outcome", "segment")


def zone() -> str:
    """A time zone in which midnight is far."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+}"


@dataclass(slots=True)
class Console:
    """An installation, with the board of somebody who leads open from the beginning."""

    product: Product
    board: Page
    told: "Told"


@dataclass(slots=True)
class Told:
    """What an installation tells at the end. `queues` by name, as the API has them at this moment; `tiles` by
    name, and `pages` (how figures are computed), by figure: of the last 30 minutes, and of today; `report` by
    name, EVERYTHING being all together, `rows` the same by other rows, and `otherwise` by what was chosen
    besides; `agents` by name; `calls` by the name of the play."""

    queues: dict[str, Any] = field(default_factory=dict)
    tiles: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    report: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=dict)
    otherwise: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    agents: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Played:
    """All that was told, by the shape of the installation, and by Asterisk: its `own` figures, and the events
    `heard` of it."""

    asterisk: Asterisk
    phones: Mapping[str, Phone]
    consoles: Mapping[str, Console]
    own: Mapping[str, OwnFigures]
    heard: Sequence[Frame]

    def told(self, shape: str) -> Told:
        return self.consoles[shape].told

    def events(self, queue: str, *names: str) -> list[Frame]:
        """What Asterisk said of a queue by these events, in order."""
        return [each for each in self.heard if each.get("Event") in names and each["Queue"] == queue]


async def open_console(browser: Browser, product: Product) -> Console:
    """Ana opens her desk, somebody who leads the board."""
    ana = await open_tab(await browser.new_context(), "ana@example.com")
    await log_in(ana, product.url)
    await come_live(ana, product.url)
    leader = await open_tab(await browser.new_context(), "adm@example.com")
    await log_in(leader, product.url)
    await leader.page.goto(f"{product.url}/board")
    await leader.page.wait_for_selector("body[data-live=connected]")
    return Console(product, leader.page, Told())


async def read_all(console: Console) -> None:
    """Everything that the installation tells, once it has heard how the calls ended."""
    product, told = console.product, console.told
    whole = WHOLE[EVERYTHING]
    report = await comes_to(
        lambda: _report(product), lambda found: _counts(found[EVERYTHING]) == _counts(whole)
    )
    told.report = report
    told.rows = {by: await _report(product, by=by) for by in BY}
    told.otherwise = {each: await _report(product, **dict([each])) for each in OTHERWISE}
    told.queues = {each["name"]: each for each in product.api("queues")["items"]}
    agents = product.api("reports", by="agent", show="all")["rows"]
    told.agents = {row["label"].lower(): row["figures"] for row in agents}
    names = {number_of(name): name for name in PLAYS}
    calls = [product.call(each["id"]) for each in product.api("calls")["items"]]
    told.calls = {names[call["number"]]: call for call in calls}
    told.tiles = await comes_to(lambda: _tiles(console.board), _shows_all)
    for queue in QUEUES:
        await console.board.goto(f"{product.url}/board/queues/{queue}")
        told.pages[queue] = dict(await console.board.evaluate(PAGE))


async def comes_to(read: Callable[[], Awaitable[Any]], is_so: Callable[[Any], bool]) -> Any:
    """What is read once it is so; whatever it is when that does not come about."""
    found = await read()
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while not is_so(found):
                await asyncio.sleep(0.1)
                found = await read()
    return found


async def _report(product: Product, by: str = "queue", **chosen: str) -> dict[Any, dict[str, Any]]:
    """The figures of each queue (or what rows are else), and of all together."""
    told = product.api("reports", by=by, show="all", **chosen)
    return {row["key"]: row["figures"] for row in told["rows"]} | {EVERYTHING: told["total"]["figures"]}


def _counts(figures: Mapping[str, Any]) -> dict[str, int]:
    return {key: figures[key] for key in ("answered", "abandoned", "timed_out", "moved", "open", "handled")}


def _shows_all(tiles: Mapping[str, Mapping[str, list[str]]]) -> bool:
    shown = {queue: tiles[queue]["answered"][1] for queue in QUEUES if queue in tiles}
    return shown == {queue: str(WHOLE[queue]["answered"]) for queue in QUEUES}


async def _tiles(board: Page) -> dict[str, dict[str, list[str]]]:
    return {queue: dict(figures) for queue, figures in await board.evaluate(TILES)}
