"""A real phone system for tests: `asterisk` once for the run, `pbx` with phones and callers for one test."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest

from tests.pbx.asterisk import Asterisk, run_asterisk
from tests.pbx.configuration import AGENTS, NUMBERS
from tests.pbx.manager import act
from tests.pbx.sipp import Caller, Phone, run_caller, run_outside, run_phone

OUTSIDE = "outside"
"""The phone of whoever is called through the trunk, among the phones."""


class Pbx:
    """The phone system as a test handles it: `phones` that ring, people who call and go with the test.

    Where one calls from outside is a queue's name or another of `configuration.NUMBERS`.
    """

    def __init__(self, asterisk: Asterisk, phones: Mapping[str, Phone], life: ExitStack) -> None:
        self.asterisk = asterisk
        self.phones = phones
        self._life = life

    def call(self, where: str, number: str = "+421905123456", name: str | None = None) -> Caller:
        """Somebody calls `where`, claiming this number and name."""
        return self._life.enter_context(run_caller(self.asterisk, NUMBERS[where], number, name=name))

    def call_privately(self, where: str, number: str) -> Caller:
        """Somebody calls whose number the network knows and must not show (RFC 3323, RFC 3325)."""
        identity = f"P-Asserted-Identity: <sip:{number}@127.0.0.1>\r\nPrivacy: id"
        call = run_caller(self.asterisk, NUMBERS[where], number, identity=identity)
        return self._life.enter_context(call)

    def call_anonymously(self, where: str) -> Caller:
        """Somebody calls without any number (RFC 3323, 4.1.1.3)."""
        call = run_caller(
            self.asterisk, NUMBERS[where], "anonymous", name="Anonymous", host="anonymous.invalid"
        )
        return self._life.enter_context(call)

    def dial(self, agent: str, number: str) -> Caller:
        """An agent dials at the own phone: an extension, a number outside, or a code such as `*8`."""
        return self._life.enter_context(run_caller(self.asterisk, number, agent))

    def act(self, action: str, **headers: str) -> None:
        """Ask Asterisk for an action as another client of its manager interface would."""
        act(self.asterisk, action, **headers)

    def channel(self, interface: str) -> str:
        """The name of the one channel of an interface."""
        (found,) = [name for name in self.asterisk.channels() if name.startswith(f"{interface}-")]
        return found


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    """A real Asterisk of this run; mark the test `real("asterisk")`."""
    with run_asterisk() as running:
        yield running


@contextmanager
def plugged_in(asterisk: Asterisk) -> Iterator[dict[str, Phone]]:
    """The phone of every agent, and one outside, while the block lasts."""
    with ExitStack() as life:
        phones = {agent: life.enter_context(run_phone(asterisk, agent)) for agent in AGENTS}
        yield {**phones, OUTSIDE: life.enter_context(run_outside(asterisk))}


@contextmanager
def idle_pbx(asterisk: Asterisk, phones: Mapping[str, Phone]) -> Iterator[Pbx]:
    """The phone system for one test: idle at its beginning and after it."""
    for phone in phones.values():
        phone.forget()
    with ExitStack() as life:
        yield Pbx(asterisk, phones, life)
        asterisk.hang_up_everything()


@pytest.fixture(scope="session")
def phones(asterisk: Asterisk) -> Iterator[dict[str, Phone]]:
    """All phones, plugged in all the time.

    Without its phone Asterisk would repeat an offer for half a minute, into the next test.
    """
    with plugged_in(asterisk) as plugged:
        yield plugged


@pytest.fixture
def pbx(asterisk: Asterisk, phones: dict[str, Phone]) -> Iterator[Pbx]:
    """An idle phone system; mark the test `real("asterisk")`."""
    with idle_pbx(asterisk, phones) as idle:
        yield idle
