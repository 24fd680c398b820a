"""The way of a command to the process that talks to the phone system, and of its outcome back.

Whoever asks puts the command on the bus under an id of its own, in the topic `commands:LINK`. The process
that holds the link's lease takes it away, which only one can, and only once; then it carries it out and says
what came of it (`errands`). What nobody took in time is taken away again by who asked: it was surely not
done, and will not be later. Should they not be there any more, an expiry that rides along forbids it.

In one process it is the same, over the bus inside it.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from console.clock import Clock
from console.live.bus import Bus, Value
from console.live.command_words import read_outcome, spell
from console.live.link_health import TOPIC as LINKS
from telephony.commands import NO_LINK, Command, Outcome, Refused, Unsure
from telephony.events import LinkName
from telephony.source import ANSWER_WITHIN_S, Capability, refusal

log = logging.getLogger(__name__)

COMMANDS = "commands:"
"""The bus topics of commands that nobody has taken yet, by link: `command` (as `command_words` spells it) and
`until` (a time stamp)."""

OUTCOME = "outcome:"
"""The bus channels on which the outcome of a command is told, by its id."""

TAKEN_WITHIN_S = 2.0
"""A listener that is well takes a command at once."""

ANSWERED_WITHIN_S = TAKEN_WITHIN_S + ANSWER_WITHIN_S + 1.0

EXPIRY = timedelta(seconds=5)
"""Nobody carries out a command later than this. Longer than TAKEN_WITHIN_S, because the clocks of two
machines are never quite the same."""

NO_BUS = Refused("Lineside cannot pass this on at the moment: do it at the phone.")
NOBODY_LISTENS = Refused("Nobody listens to this phone system at the moment: do it at the phone.")
NO_SUCH_LINK = Refused("Lineside does not know this phone system: do it at the phone.")
NOT_TAKEN = Refused("Lineside could not pass this on in time; it was not done. Try again.")
UNANSWERED = Unsure("The phone system did not answer in time: look at the phone.")


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link is: `state` is up, down or stale; `can` is what its phone system can tell and do."""

    state: str
    can: frozenset[Capability]


def link_state(value: Value) -> LinkState:
    """The state of a link from its entry in the topic of links, without what this version does not know."""
    known = [each.value for each in Capability]
    can = frozenset(Capability(each) for each in value.get("can", ()) if each in known)
    return LinkState(str(value["state"]), can)


class Commands:
    """Sends commands to the phone systems, whichever process talks to them."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock

    async def links(self) -> Mapping[LinkName, LinkState]:
        """All links that anybody listens or listened to. Raises OSError when the bus is away."""
        entries = (await self._bus.snapshot(LINKS)).entries
        return {LinkName(name): link_state(value) for name, value in entries.items()}

    async def capabilities(self, link: LinkName) -> frozenset[Capability]:
        """What the phone system of a link can tell and do; nothing when it is not known. Raises OSError."""
        state = (await self.links()).get(link)
        return state.can if state else frozenset()

    async def able(self, capability: Capability) -> list[LinkName]:
        """The links whose phone systems can do something, those that are up first. Raises OSError."""
        links = await self.links()
        able = [name for name, state in links.items() if capability in state.can]
        return sorted(able, key=lambda name: links[name].state != "up")

    async def send(self, link: LinkName, command: Command, timeout_s: float = ANSWERED_WITHIN_S) -> Outcome:
        """Ask for something; what came of it within `timeout_s`. Never raises because of the bus or of what
        the phone system says. Nothing is done twice, or later than `EXPIRY` from now."""
        try:
            refused = await self._refused(link, command)
        except OSError as error:
            log.warning("cannot look how the link %s is: %s", link, error)
            return NO_BUS
        return refused or await self._ask(link, command, timeout_s)

    async def _refused(self, link: LinkName, command: Command) -> Refused | None:
        state = (await self.links()).get(link)
        if state is None:
            return NO_SUCH_LINK
        if state.state != "up":
            return NOBODY_LISTENS if state.state == "stale" else NO_LINK
        return refusal(command, state.can)

    async def _ask(self, link: LinkName, command: Command, timeout_s: float) -> Outcome:
        order = secrets.token_hex(16)
        until = self._clock() + EXPIRY
        value = {"command": spell(command), "until": until.timestamp()}
        try:
            async with asyncio.timeout(timeout_s), self._bus.messages(OUTCOME + order) as outcomes:
                await self._bus.put(COMMANDS + link, order, value)
                return await self._outcome(link, order, outcomes)
        except TimeoutError:
            return UNANSWERED
        except (OSError, StopAsyncIteration, ValueError) as error:
            log.warning("cannot learn what came of %s on %s: %s", type(command).__name__, link, error)
            return UNANSWERED

    async def _outcome(self, link: LinkName, order: str, outcomes: AsyncIterator[Value]) -> Outcome:
        try:
            return read_outcome(await asyncio.wait_for(anext(outcomes), TAKEN_WITHIN_S))
        except TimeoutError:
            if await self._withdrawn(link, order):
                return NOT_TAKEN
        except asyncio.CancelledError:
            await self._withdrawn(link, order)  # nobody waits for it any more: better not at all
            raise
        return read_outcome(await anext(outcomes))

    async def _withdrawn(self, link: LinkName, order: str) -> bool:
        """Take a command back; False when somebody has taken it already."""
        return await self._bus.put(COMMANDS + link, order, None) is not None
