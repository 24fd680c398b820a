"""A real phone system for tests: `asterisk` once for the run, `pbx` with phones and callers for one test."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from tests.pbx.asterisk import Asterisk, run_asterisk
from tests.pbx.configuration import AGENTS
from tests.pbx.sipp import Caller, Phone, run_caller, run_phone


class Pbx:
    """The phone system as a test handles it: `phones` that ring, people who call and go with the test."""

    def __init__(self, asterisk: Asterisk, phones: Mapping[str, Phone], life: ExitStack) -> None:
        self.asterisk = asterisk
        self.phones = phones
        self._life = life

    def call(self, queue: str, number: str = "+421905123456", name: str | None = None) -> Caller:
        """Somebody calls `queue`, claiming this number and name."""
        return self._life.enter_context(run_caller(self.asterisk, queue, number, name=name))

    def call_privately(self, queue: str, number: str) -> Caller:
        """Somebody calls whose number the network knows and must not show (RFC 3323, RFC 3325)."""
        identity = f"P-Asserted-Identity: <sip:{number}@127.0.0.1>\r\nPrivacy: id"
        call = run_caller(self.asterisk, queue, number, identity=identity)
        return self._life.enter_context(call)

    def call_anonymously(self, queue: str) -> Caller:
        """Somebody calls without any number (RFC 3323, 4.1.1.3)."""
        call = run_caller(self.asterisk, queue, "anonymous", name="Anonymous", host="anonymous.invalid")
        return self._life.enter_context(call)


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    """A real Asterisk of this run; mark the test `real("asterisk")`."""
    with run_asterisk() as running:
        yield running


@pytest.fixture(scope="session")
def phones(asterisk: Asterisk) -> Iterator[dict[str, Phone]]:
    """The phone of every agent, plugged in all the time.

    Without its phone Asterisk would repeat an offer for half a minute, into the next test.
    """
    with ExitStack() as life:
        yield {agent: life.enter_context(run_phone(asterisk, agent)) for agent in AGENTS}


@pytest.fixture
def pbx(asterisk: Asterisk, phones: dict[str, Phone]) -> Iterator[Pbx]:
    """An idle phone system; mark the test `real("asterisk")`."""
    for phone in phones.values():
        phone.forget()
    with ExitStack() as life:
        yield Pbx(asterisk, phones, life)
        asterisk.hang_up_everything()
