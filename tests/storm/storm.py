"""The storm: thousands of calls, all faults, browsers that come and go, in simulated time."""

import asyncio
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from console.db.engine import Sessions
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from telephony.events import (
    CallEnded,
    CallEvent,
    CallId,
    CallOffered,
    CallTransferred,
    Event,
    LegEnded,
    LegEvent,
    LegId,
    LinkResynced,
    OfferEnded,
)
from telephony.simulator.faults import Fault
from telephony.simulator.forgery import FORGED
from telephony.simulator.line import Arrival, Line
from telephony.simulator.troubles import Trouble
from tests.storm.browser import Browser
from tests.storm.world import (
    DAY,
    SCENES,
    START,
    USER_OF,
    Clock,
    Console,
    Truth,
    last_words,
    open_console,
    open_lines,
    people,
)

TOGETHER = timedelta(milliseconds=50)
"""What happens so close together is not waited for in between: its tellings run into each other."""

SECOND_TAB_SHARE = 0.4  # of the agents have the desk open twice
CONNECTED_S = 240.0  # on average, until something happens to the connection
AWAY_S = (0.5, 3.0)  # the page comes back by itself
SHUT_S = (20.0, 300.0)  # the tab was closed and is opened anew
ASLEEP_S = (5.0, 600.0)  # the computer sleeps, and its connection with it


@dataclass
class Heard:
    """What reached the console, in spite of all: of the truth, and forged."""

    offers: dict[LegId, datetime] = field(default_factory=dict)  # when each was first heard of
    over: dict[LegId, datetime] = field(default_factory=dict)  # when it was first heard, or heard by a resync
    events: set[Event] = field(default_factory=set)
    forged: int = 0
    touched: set[CallId] = field(default_factory=set)  # calls to which something was forged
    _open: dict[LegId, str] = field(default_factory=dict)  # with their links
    _legs_of: defaultdict[CallId, list[LegId]] = field(default_factory=lambda: defaultdict(list))

    def note(self, event: Event, at: datetime) -> None:
        if isinstance(event, LinkResynced):
            known = {leg for leg, link in self._open.items() if link == event.link}
            self._over(known - event.legs, at)
        elif isinstance(event, CallEvent):
            self._note(event, at)

    def _note(self, event: CallEvent, at: datetime) -> None:
        if FORGED in event.call or (isinstance(event, LegEvent) and FORGED in event.leg):
            self.forged += 1
            self.touched.add(event.call)
            return
        self.events.add(event)
        if isinstance(event, CallOffered):
            self.offers.setdefault(event.leg, at)
            if event.leg not in self.over:
                self._open[event.leg] = event.link
            self._legs_of[event.call].append(event.leg)
        elif isinstance(event, OfferEnded | LegEnded | CallTransferred):
            self._over([event.leg], at)
        elif isinstance(event, CallEnded):
            self._over(self._legs_of[event.call], at)

    def _over(self, legs: Iterable[LegId], at: datetime) -> None:
        for leg in legs:
            self.over.setdefault(leg, at)
            self._open.pop(leg, None)


@dataclass
class Storm:
    """One run and what came of it."""

    truth: Truth
    heard: Heard
    browsers: list[Browser]
    faults: Counter[Fault | Trouble] = field(default_factory=Counter)
    arrivals: int = 0
    took_s: float = 0.0


async def rage(
    sessions: Sessions, database_url: str, *, calls: int, seed: int, bus: MemoryBus | None = None
) -> Storm:
    """Let `calls` calls happen; afterwards everything is on record. The same seed gives the same storm."""
    await people(sessions)
    clock, truth, heard = Clock(), Truth(), Heard()
    lines = open_lines(truth, calls, seed)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with open_console(sessions, database_url, clock, bus or MemoryBus()) as console:
        for link in (DAY, SCENES):
            await console.intake.begin(link)
        tabs = Tabs(console, clock, Random(seed))  # noqa: S311 - repeatable, not secret
        storm = Storm(truth, heard, tabs.browsers)
        await Weather(console, clock, tabs, storm, Random(seed + 1)).pass_over(lines)  # noqa: S311
        await tabs.calm_down()
        await console.news.told()
        await console.settle()
        await console.recorder.flushed()
    storm.faults = sum((line.counters for line in lines), Counter[Fault | Trouble]())
    storm.took_s = loop.time() - began
    return storm


class Weather:
    """Has everything that arrives taken in at its time, and the browsers' adventures between."""

    def __init__(self, console: Console, clock: Clock, tabs: "Tabs", storm: Storm, random: Random) -> None:
        self._console = console
        self._clock = clock
        self._tabs = tabs
        self._storm = storm
        self._random = random

    async def pass_over(self, lines: list[Line]) -> None:
        for arrival in heapq.merge(*lines, key=lambda arrival: arrival.due):
            await self._until(arrival.due)
            self._take(arrival)
        for link in (DAY, SCENES):
            for event in last_words(link, self._clock()):
                self._console.intake.take(event)
        await self._settle()

    def _take(self, arrival: Arrival) -> None:
        self._storm.arrivals += 1
        self._storm.heard.note(arrival.event, self._clock())
        self._console.intake.take(arrival.event)

    async def _until(self, due: datetime) -> None:
        """Time passes. Nobody waits for the console where things happen at once."""
        while self._tabs.next_due <= due:
            await self._pass_to(self._tabs.next_due)
            self._tabs.happen()
        await self._pass_to(due)

    async def _pass_to(self, due: datetime) -> None:
        if due - self._clock.present > TOGETHER:
            await self._settle()
        else:
            for _ in range(self._random.randrange(6)):
                await asyncio.sleep(0)
        self._clock.present = max(due, self._clock.present)

    async def _settle(self) -> None:
        await self._console.settle()
        while self._tabs.read():
            await self._console.settle()


class Tabs:
    """The browsers of all agents, and what happens to them, in simulated time."""

    def __init__(self, console: Console, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._console = console
        self._stirred: dict[Browser, None] = {}
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        self.browsers = [self._browser(user_id) for user_id in self._tabs()]
        for browser in self.browsers:
            self._plan(random.uniform(0.0, 5.0), lambda browser=browser: self._come(browser))  # type: ignore[misc]

    @property
    def next_due(self) -> datetime:
        return self._due[0][0]

    def happen(self) -> None:
        """The next adventure of a browser."""
        heapq.heappop(self._due)[2]()

    def read(self) -> bool:
        """Whether any browser had something to read."""
        stirred = list(self._stirred)
        self._stirred.clear()
        for browser in stirred:
            browser.read()
        return bool(stirred)

    async def calm_down(self) -> None:
        """In the end everybody is awake, connected, and has read everything."""
        for browser in self.browsers:
            browser.connect()
        await self._console.settle()
        while self.read() or self._console.waits_for_bus:
            await asyncio.sleep(0)  # what is tried again is so in real time
            await self._console.settle()

    def _tabs(self) -> Iterator[int]:
        for user_id in USER_OF.values():
            yield user_id
            if self._random.random() < SECOND_TAB_SHARE:
                yield user_id

    def _browser(self, user_id: int) -> Browser:
        viewer = Viewer(
            user_id, f"a{user_id}@x.example", f"Agent {user_id}", Role.AGENT, 1, "1001", "csrf", "en"
        )
        return Browser(self._console.hub, viewer, self._clock, self._stir)

    def _stir(self, browser: Browser) -> None:
        self._stirred[browser] = None

    def _plan(self, delay_s: float, happen: Callable[[], None]) -> None:
        self._planned += 1
        due = max(self._clock.present, START) + timedelta(seconds=delay_s)
        heapq.heappush(self._due, (due, self._planned, happen))

    def _come(self, browser: Browser) -> None:
        """The page is there, or back; some day something happens to it."""
        browser.connect()
        fate = self._random.choices((self._drop, self._shut, self._sleep, self._choke), (6, 2, 1, 1))[0]
        self._plan(self._random.expovariate(1 / CONNECTED_S), lambda: fate(browser))

    def _drop(self, browser: Browser) -> None:
        browser.disconnect()
        self._plan(self._random.uniform(*AWAY_S), lambda: self._come(browser))

    def _shut(self, browser: Browser) -> None:
        browser.shut()
        self._plan(self._random.uniform(*SHUT_S), lambda: self._come(browser))

    def _sleep(self, browser: Browser) -> None:
        """Nothing is read any more; when the computer wakes, its connection is gone."""
        browser.sleep()
        self._plan(self._random.uniform(*ASLEEP_S), lambda: self._come(browser))

    def _choke(self, browser: Browser) -> None:
        """The network takes nothing any more: the hub gives up at the next frame, the page later."""
        browser.choke()
        self._plan(self._random.uniform(*ASLEEP_S), lambda: self._come(browser))
