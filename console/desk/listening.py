"""Who listens to whose call, told to supervisors, and to the agent where the house wants that.

What the phone systems say is kept by link and by the phone that listens; the pop of the call says it, too.
"""

from collections import defaultdict
from functools import partial

from console.calls.telling import Tellings
from console.desk.pop import PopListener
from console.desk.screens import Screens
from console.live.bus import Bus, Value
from console.live.puts import Puts
from console.queues.directory import Directory
from telephony.events import (
    Event,
    LegId,
    LinkName,
    LinkResynced,
    LinkResyncing,
    ListenerEvent,
    ListenerJoined,
)

LISTENING = "listening"
"""The bus topic of those who listen, by link and phone: `link`, `call`, `leg`, `interface`, `name` (of whose
phone it is, or the phone itself), `manner` and `since`."""


class Listening:
    """Those who listen on our own links. `shown`: the agents see it."""

    def __init__(self, bus: Bus, screens: Screens, directory: Directory, *, shown: bool) -> None:
        self._puts = Puts(bus)
        self._bus = bus
        self._screens = screens
        self._directory = directory
        self._shown = shown
        self._by_link: defaultdict[LinkName, dict[str, ListenerJoined]] = defaultdict(dict)
        self._retold: dict[LinkName, set[str]] = {}
        self._touched: set[LegId] = set()  # legs whose pops may have to say something else

    def hear(self, event: Event, tellings: Tellings) -> None:
        """Take in what an event says of it, and have that told."""
        if isinstance(event, LinkResyncing):
            self._retold[event.link] = set()
            return
        if isinstance(event, ListenerEvent):
            self._take(event)
        elif isinstance(event, LinkResynced):
            self._resynced(event.link)
        else:
            return
        tellings.newest(f"listening {event.link}", partial(self.say, event.link))

    def _take(self, event: ListenerEvent) -> None:
        """Somebody listens, or not any more."""
        phones = self._by_link[event.link]
        known = phones.pop(event.interface, None)
        self._touched |= {event.leg} if known is None else {event.leg, known.leg}
        if isinstance(event, ListenerJoined):
            phones[event.interface] = event
            if event.link in self._retold:
                self._retold[event.link].add(event.interface)

    def _resynced(self, link: LinkName) -> None:
        """The phone system has said who listens: nobody else does."""
        phones = self._by_link[link]
        for phone in phones.keys() - self._retold.pop(link, set()):
            self._touched.add(phones.pop(phone).leg)

    async def say(self, link: LinkName) -> None:
        """Tell who listens on the link by now."""
        known = (await self._bus.snapshot(LISTENING)).entries
        ours = {key: value for key, value in known.items() if value["link"] == link}
        wanted = {f"{link}:{phone}": self._entry(each) for phone, each in self._by_link[link].items()}
        for key in ours.keys() - wanted.keys():
            self._touched.add(LegId(str(ours[key]["leg"])))
            await self._puts.put(LISTENING, key, None)
        for key, value in wanted.items():
            if ours.get(key) != value:
                await self._puts.put(LISTENING, key, value)
        await self._say_on_pops()

    async def _say_on_pops(self) -> None:
        """A pop that came on its desk meanwhile says it, too; one that says it already does not change."""
        legs, self._touched = self._touched, set()
        if self._shown:
            heard = {each.leg for phones in self._by_link.values() for each in phones.values()}
            for leg in legs | heard:
                await self._screens.change(leg, listened=self.of_leg(leg))

    async def mend(self) -> None:
        """Put what the bus did not take while it was away. Raises OSError when it still is."""
        await self._puts.mend()
        await self._say_on_pops()

    def of_leg(self, leg: LegId) -> list[PopListener]:
        """Who listens to a leg, as its pop says it."""
        return [
            {"name": self._name(each), "manner": each.manner.value}
            for phones in self._by_link.values()
            for each in phones.values()
            if each.leg == leg
        ]

    def _name(self, event: ListenerJoined) -> str:
        return self._directory.name_at(event.interface)

    def _entry(self, event: ListenerJoined) -> Value:
        return {
            "link": event.link,
            "call": event.call,
            "leg": event.leg,
            "interface": event.interface,
            "name": self._name(event),
            "manner": event.manner.value,
            "since": event.at.isoformat(),
        }
