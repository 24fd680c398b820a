"""`AsteriskSource`: a link to one Asterisk over TCP or TLS. The asyncio shell around `session`.

Reading does nothing but parse, translate and put into the backlog, right in the transport's callback: a
manager that is not read fast enough drops the connection (seen after 8 s).
"""

import asyncio
import random
import secrets
import ssl
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import datetime
from typing import cast

from telephony.asterisk.session import AT_ONCE_APART_S, Session
from telephony.asterisk.translate import Translator, nobody
from telephony.asterisk.troubles import Trouble
from telephony.commands import NO_LINK, Command, Outcome, Refused
from telephony.events import Event, LinkLost, LinkName, LinkRefused, LinkResyncing, LinkUp
from telephony.source import Capability, refusal

CONNECT_WITHIN_S = 10.0
"""How long a connection may take, TLS included."""

BACKLOG = 10_000
"""Events that wait for the reader. At more, all are dropped and Asterisk is asked what is alive."""

READ_AT_ONCE = 16_384
"""Bytes, some thirty frames: then everybody else has a turn, however much more there is to read."""

LINK_WORDS = (LinkUp, LinkLost, LinkRefused)

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
DELAY_GROWTH = 1.25
"""Each delay is at most half of the time gone by, so that an outage lasts for us no more than half as long
again (and half a second) as it lasted: a phone system that restarts within 5 s is back after 8 s at most."""

STEADY_S = 10.0
"""A connection that lasted so long starts the delays anew; one that breaks at once does not."""


def delays() -> Iterator[float]:
    """Seconds to wait before each new attempt: growing, up to half a minute, with jitter.

    The jitter keeps the consoles of a house from coming back to their phone system all at once.
    """
    longest = FIRST_DELAY_S
    while True:
        yield random.uniform(longest / 2, longest)  # noqa: S311 - no secret
        longest = min(longest * DELAY_GROWTH, LONGEST_DELAY_S)


TOLD = frozenset(Capability) - {Capability.PRESENTATION, Capability.LAG}
"""What any Asterisk tells and does. The others it tells where manager.conf asks for them."""


class AsteriskSource:
    """One Asterisk over its manager interface. Connects when `events` is read, reconnects by itself.

    `clock` gives the present moment (aware UTC): the time of events without a `Timestamp` header.
    `is_agent` says of an interface (`PJSIP/1001`) whether an agent's phone is there; members of queues need
    not be named. `context` is where transfers and clicks to call dial.
    `tls` may be a context, e.g. one that trusts the house's own authority. `backoff` gives the delays between
    attempts, anew after each success.
    """

    def __init__(
        self,
        name: LinkName,
        host: str,
        port: int,
        user: str,
        secret: str,
        *,
        clock: Callable[[], datetime],
        is_agent: Callable[[str], bool] = nobody,
        context: str = "from-internal",
        tls: bool | ssl.SSLContext = False,
        backoff: Callable[[], Iterator[float]] = delays,
        backlog: int = BACKLOG,
    ) -> None:
        self._dropped: Counter[Trouble] = Counter()
        self._name = name
        self._address = (host, port)
        self._credentials = (user, secret)
        self._tls = ssl.create_default_context() if tls is True else tls or None
        self._clock = clock
        self._context = context
        self._backoff = backoff
        self._translator = Translator(name, is_agent)
        self._backlog: deque[Event] = deque()
        self._backlog_limit = backlog
        self._arrived = asyncio.Event()
        self._closed = False
        self._denied: frozenset[Capability] = frozenset()
        self._connection: _Connection | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> LinkName:
        """The link's name."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this Asterisk can tell and do: PRESENTATION and LAG once it told, as manager.conf asks for;
        nothing that it does not permit."""
        if self._connection is not None and self._connection.session.up:
            self._denied = self._connection.session.denied
        told = set(TOLD - self._denied)
        if self._translator.board.tells_presentation:
            told.add(Capability.PRESENTATION)
        if self.lag_s is not None:
            told.add(Capability.LAG)
        return frozenset(told)

    @property
    def counters(self) -> Counter[str]:
        """How often something was dropped or odd since the start, by its kind: see `troubles.MEANING`."""
        counters = self._dropped + self._translator.counters
        if self._connection is not None:
            counters += self._connection.session.counters
        return Counter({trouble.value: times for trouble, times in counters.items()})

    @property
    def lag_s(self) -> float | None:
        """How late the last event came, in seconds, whatever Asterisk's clock says: see `lag`. None while
        Asterisk sends no timestamps."""
        return self._translator.lag.seconds

    async def events(self) -> AsyncGenerator[Event, None]:
        """What happens, in order, until `close`."""
        if self._task is None and not self._closed:
            self._task = asyncio.create_task(self._run(), name=f"asterisk {self._name}")
        while not self._closed:
            while self._backlog and not self._closed:
                yield self._backlog.popleft()
            self._arrived.clear()
            if not self._backlog and not self._closed:
                await self._arrived.wait()

    async def send(self, command: Command) -> Outcome:
        """Ask for something; what came of it within `ANSWER_WITHIN_S`."""
        refused = refusal(command, self.capabilities)
        if refused is not None:
            return refused
        if self._connection is None:
            return NO_LINK
        return await self._connection.send(command, self._context)

    async def close(self) -> None:
        """Hang up and end `events`."""
        self._closed = True
        self._arrived.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        """Connect again and again, until the log-in is refused."""
        loop = asyncio.get_running_loop()
        waits = self._backoff()
        while True:
            began_at = loop.time()
            session = await self._connect()
            if session is not None and session.refused:
                return
            if session is not None and session.up and loop.time() >= began_at + STEADY_S:
                waits = self._backoff()
            await asyncio.sleep(next(waits))

    async def _connect(self) -> Session | None:
        """One connection, from its start to its end; None when there was none."""
        loop = asyncio.get_running_loop()
        host, port = self._address
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                transport, connection = await loop.create_connection(
                    self._connection_made, host, port, ssl=self._tls
                )
        except (OSError, UnicodeError) as error:  # UnicodeError: a host that is no name
            self._put([self._unreachable(error)])
            return None
        self._connection = connection
        try:
            await connection.ended
        finally:
            self._connection = None
            transport.abort()
            self._dropped.update(connection.session.counters)
        return connection.session

    def _connection_made(self) -> "_Connection":
        user, secret = self._credentials
        now = asyncio.get_running_loop().time()
        session = Session(self._translator, user, secret, token=secrets.token_hex(8), now=now)
        return _Connection(session, self._clock, self._put)

    def _unreachable(self, error: OSError | UnicodeError) -> LinkLost:
        host, port = self._address
        if isinstance(error, TimeoutError):
            why = "no answer"
        elif isinstance(error, ssl.SSLCertVerificationError):
            why = f"its certificate is not to be trusted: {error.verify_message}"
        else:
            why = getattr(error, "strerror", "") or str(error)
        reason = f"No connection to the phone system at {host}:{port} ({why}); trying again."
        return LinkLost(link=self._name, at=self._clock(), reason=reason)

    def _put(self, events: list[Event]) -> None:
        """Let the events wait for the reader; what is alive now is worth more to one who is too slow than
        what happened."""
        if len(self._backlog) + len(events) <= self._backlog_limit:
            self._backlog += events
        elif isinstance(events[0], LinkResyncing):
            # It tells all that is alive, and is as long as that takes.
            self._drop(self._backlog)
            self._backlog += events
        else:
            self._drop([*self._backlog, *events])
            if self._connection is not None:
                now = asyncio.get_running_loop().time()
                self._connection.session.resync_soon(now, AT_ONCE_APART_S)
        self._arrived.set()

    def _drop(self, events: Sequence[Event]) -> None:
        """Nothing is left in the backlog, but for the last word on the link."""
        words = [event for event in events if isinstance(event, LINK_WORDS)][-1:]
        self._dropped[Trouble.BACKLOG_DROPPED] += len(events) - len(words)
        self._backlog = deque(words)


class _Connection(asyncio.BufferedProtocol):
    """Moves the bytes of one session and arms its timer. `ended` is done when the session is over."""

    def __init__(
        self, session: Session, clock: Callable[[], datetime], put: Callable[[list[Event]], None]
    ) -> None:
        self.session = session
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._put = put
        self._transport: asyncio.WriteTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0.0
        self._awaited: dict[int, asyncio.Future[Outcome]] = {}
        self._read = memoryview(bytearray(READ_AT_ONCE))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._after([])

    def get_buffer(self, _sizehint: int) -> memoryview:
        return self._read

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self._read[:nbytes])
        self._after(self.session.receive_data(data, self._loop.time(), self._clock()))

    def connection_lost(self, _exc: Exception | None) -> None:
        self._after(self.session.receive_eof(self._clock()))

    async def send(self, command: Command, context: str) -> Outcome:
        """Ask for something; the session says in time what came of it."""
        ticket = self.session.command(command, context, self._loop.time())
        if isinstance(ticket, Refused):
            return ticket
        awaited: asyncio.Future[Outcome] = self._loop.create_future()
        self._awaited[ticket] = awaited
        self._after([])
        return await awaited

    def _on_timer(self) -> None:
        self._timer = None
        self._after(self.session.handle_timer(self._loop.time(), self._clock()))

    def _after(self, events: list[Event]) -> None:
        """Send what is to be sent, pass on what happened, arm the timer."""
        data = self.session.data_to_send()
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
        if events:
            self._put(events)
        for ticket, outcome in self.session.outcomes():
            awaited = self._awaited.pop(ticket)
            if not awaited.done():  # as it is when nobody waits any more
                awaited.set_result(outcome)
        self._arm()

    def _arm(self) -> None:
        """See to it that the timer rings in time. Too early is harmless, and cheaper than a new timer."""
        wanted = None if self.session.closed else self.session.timer()
        if self._timer is not None and (wanted is None or wanted < self._armed_for):
            self._timer.cancel()
            self._timer = None
        if wanted is None:
            if not self.ended.done():
                self.ended.set_result(None)
        elif self._timer is None:
            self._timer = self._loop.call_at(wanted, self._on_timer)
            self._armed_for = wanted
