"""What an agent does with a call from the desk: hangs up, passes it on, comes back, calls a number.

Only with a call of their own. What comes of it, the phone system tells by events: nothing on the screen
changes because a button was pressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from console.desk.actions import pop_on_desk
from console.desk.drawing import OVER
from console.desk.pop import Pop
from console.desk.presence import PAUSES
from console.desk.targets import Targets
from console.errors import ForbiddenError, InvalidError, LinesideError, Problem
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.live.commands import Commands
from console.queues.directory import Directory
from console.web.i18n import N_
from console.web.i18n import gettext as _
from telephony.commands import (
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    Done,
    HangUp,
    TransferAttended,
    TransferBlind,
)
from telephony.events import LegId, LinkName
from telephony.numbers import Plan
from telephony.outgoing import to_dial
from telephony.source import Capability

Plans = Mapping[str, Plan]
"""How numbers are written on each link; "" where none is meant."""


NO_PHONE = N_("You have no phone here: an admin must say which is yours (lineside user add --interface).")


class NotDoneError(LinesideError):
    """The phone system did not do what an agent wanted, or nobody knows; it says so in one sentence."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Calling:
    """Commands of agents."""

    bus: Bus
    commands: Commands
    directory: Directory
    targets: Targets
    plans: Plans

    async def hang_up(self, viewer: Viewer, leg: str) -> None:
        """End the agent's own part of a call. Raises ForbiddenError, NotDoneError."""
        await self._say(await self._own(viewer, leg), HangUp(LegId(leg)))

    async def pass_on(self, viewer: Viewer, leg: str, typed: str, *, asks: bool) -> None:
        """Pass the caller on to whom is typed; `asks` first.

        Raises ForbiddenError, InvalidError, NotDoneError.
        """
        pop = await self._own(viewer, leg)
        target = self.targets.find(typed, viewer.user_id, self._plan(pop["link"]), asks=asks)
        kind = TransferAttended if asks else TransferBlind
        await self._say(pop, kind(LegId(leg), target))

    async def complete(self, viewer: Viewer, leg: str) -> None:
        """Leave the caller with whom the agent asks. Raises ForbiddenError, NotDoneError."""
        await self._say(await self._own(viewer, leg), CompleteTransfer(LegId(leg)))

    async def come_back(self, viewer: Viewer, leg: str) -> None:
        """Back to the caller. Raises ForbiddenError, NotDoneError."""
        await self._say(await self._own(viewer, leg), CancelTransfer(LegId(leg)))

    async def dial(self, viewer: Viewer, typed: str, link: str = "") -> str:
        """Ring the agent's own phone, then the number; on `link` where one is said. Returns what is dialled.

        Raises InvalidError, NotDoneError.
        """
        interface = self.directory.interface(viewer.user_id)
        if interface is None:
            raise NotDoneError(_(NO_PHONE))
        chosen = await self._link(viewer, link)
        keys = to_dial(typed, self._plan(chosen))
        if keys is None:
            raise InvalidError([Problem("number", _("%(typed)s is no number.", typed=typed[:60]))])
        await self._send(chosen, Dial(interface, keys))
        return keys

    async def _own(self, viewer: Viewer, leg: str) -> Pop:
        pop = await pop_on_desk(self.bus, viewer, leg)
        if pop is None:
            raise ForbiddenError(_("This call is not on your desk, or not any more."))
        if pop["state"] in OVER:
            raise NotDoneError(_("This call is over."))
        return cast("Pop", pop)

    async def _say(self, pop: Pop, command: Command) -> None:
        await self._send(LinkName(pop["link"]), command)

    async def _send(self, link: LinkName, command: Command) -> None:
        outcome = await self.commands.send(link, command)
        if not isinstance(outcome, Done):
            raise NotDoneError(_(outcome.why))

    async def _link(self, viewer: Viewer, wanted: str) -> LinkName:
        """The phone system that the agent's phone is on: of several that one in whose queues they are."""
        if wanted:
            return LinkName(wanted)
        able = await self.commands.able(Capability.DIAL)
        if not able:
            raise NotDoneError(_("No phone system can be told to dial: dial at the phone."))
        if len(able) == 1:
            return able[0]
        pauses = (await self.bus.snapshot(PAUSES)).entries.values()
        known = {str(each["link"]) for each in pauses if each["user_id"] == viewer.user_id}
        return next((each for each in able if each in known), able[0])

    def _plan(self, link: str) -> Plan:
        return self.plans.get(link) or self.plans[""]
