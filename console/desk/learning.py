"""What an agent says at the desk of who calls: stored first, then said on the bus, and the pops follow."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call
from console.cases.models import Case
from console.customers.caller_numbers import CallerNumber
from console.customers.learning import NewCustomer, Said, create, link, share, unlink
from console.customers.learning_undo import undo
from console.customers.models import Customer, RecordChange
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.actions import pop_on_desk
from console.desk.learning_news import announce
from console.errors import ForbiddenError, InvalidError, NotFoundError, Problem
from console.identity.viewer import Viewer
from console.live.bus import Bus, Value
from console.promises.actions import follow_caller
from console.promises.models import Callback, Offer
from console.web.i18n import gettext as _

Step = Callable[[AsyncSession, Said], Awaitable[None]]
"""What is said; who says it of which call comes with it."""


def linked(ref: str) -> Step:
    """It is this customer."""
    return lambda session, said: link(session, said, ref)


def unlinked(ref: str) -> Step:
    """It is not this customer."""
    return lambda session, said: unlink(session, said, ref)


def shared(ref: str) -> Step:
    """Others call from this customer's number, too."""
    return lambda session, said: share(session, said, ref)


def created(new: NewCustomer) -> Step:
    """It is somebody new."""
    return lambda session, said: create(session, said, new)


def undone(change: int) -> Step:
    """This step was a mistake."""
    return lambda session, said: undo(session, said, change, _in_use)


class Learning:
    """Takes what agents say of the calls on their desks."""

    def __init__(self, sessions: Sessions, bus: Bus) -> None:
        self._sessions = sessions
        self._bus = bus

    async def say(self, viewer: Viewer, leg: str, step: Step, at: datetime) -> None:
        """Store a step, and have the pops of the call follow.

        Raises ForbiddenError when the call is not on this agent's desk, and what the steps raise.
        """
        pop = await pop_on_desk(self._bus, viewer, leg)
        if pop is None:
            raise ForbiddenError(_("This call is not on your desk, or not any more. Nothing was changed."))
        if pop["direction"] == "internal":
            why = _("A colleague calls: there is no customer to find.")
            raise InvalidError([Problem("leg", why)])
        await self._store(_said(pop, viewer, at), step)

    async def take_back(self, viewer: Viewer, change: int, at: datetime) -> str:
        """Undo a step of any call, also of one that is on nobody's desk any more. Gives the customer's key.

        Raises NotFoundError, and OutdatedError when something newer would be lost.
        """
        async with self._sessions() as session:
            steps = select(RecordChange, Customer.ref).join(Customer, Customer.id == RecordChange.customer_id)
            found = (await session.execute(steps.where(RecordChange.id == change))).first()
        if found is None:
            raise NotFoundError(_("There is no such step, or not any more."))
        step, ref = found
        said = Said(viewer.user_id, step.call_id, step.leg_id, _number_of(step), at)
        await self._store(said, undone(change))
        return ref

    async def _store(self, said: Said, step: Step) -> None:
        async def work(session: AsyncSession) -> None:
            await _take_turns(session, said)
            await step(session, said)
            await follow_caller(session, said.call)

        await write(self._sessions, work)
        await announce(self._bus, said.leg)


def _said(pop: Value, viewer: Viewer, at: datetime) -> Said:
    number = CallerNumber(pop["e164"], pop["twin"]) if pop["e164"] else CallerNumber()
    return Said(viewer.user_id, pop["call"], pop["leg"], number, at)


def _number_of(step: RecordChange) -> CallerNumber:
    """The number of a step, and its other form if that is what was stored."""
    rows = [*step.before.get("numbers", ()), *step.after.get("numbers", ())]
    others = {row["e164"] for row in rows} - {step.number}
    return CallerNumber(step.number, next(iter(others), None))


async def _take_turns(session: AsyncSession, said: Said) -> None:
    """A second click, also of a colleague on the call, waits for the first, and then finds it done."""
    await session.execute(select(Call.id).where(Call.id == said.call).with_for_update(key_share=True))


async def _in_use(session: AsyncSession, customer: int, call: str) -> bool:
    """Whether the customer has cases, other calls, or was promised or offered anything."""
    calls = exists().where(Call.customer_id == customer, Call.id != call)
    cases = exists().where(Case.customer_id == customer)
    owed, made = (exists().where(model.customer_id == customer) for model in (Callback, Offer))
    return bool(await session.scalar(select(calls | cases | owed | made)))
