"""A working day: agents who log in to their queues at the desk, on a phone system of their own, and how all
of it stands: on their screens, in the API, in the phone system."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import expect

from tests.browser.desk import APPEAR_LIMIT_MS, Desk
from tests.pbx.asterisk import Asterisk, run_asterisk
from tests.pbx.configuration import EXTENSIONS
from tests.pbx.fixtures import Pbx, plugged_in
from tests.pbx.memberships import members, waiting
from tests.pbx.sipp import Phone
from tests.pbx.world import install
from tests.rig.processes import until
from tests.rig.product import Product

AGENTS = {
    "ana@example.com": ("Ana", "PJSIP/a1", 1, "orders"),
    "dan@example.com": ("Dan", "PJSIP/a4", 2, "refunds"),
}
QUEUES = tuple(
    (name, "--line", line, "--extension", EXTENSIONS[name], "--wrap-up-s", "120", "--outcome-required")
    for name, line in (("orders", "1"), ("refunds", "2"))
)


@dataclass(frozen=True, slots=True)
class Company:
    """The phone system and the product, running; for one day after the other."""

    asterisk: Asterisk
    phones: Mapping[str, Phone]
    product: Product


@contextmanager
def run_company(folder: Path, settings: dict[str, str]) -> Iterator[Company]:
    """All of it while the block lasts; nobody is logged in anywhere."""
    with ExitStack() as life:
        asterisk = life.enter_context(run_asterisk(["orders", "refunds"]))
        phones = life.enter_context(plugged_in(asterisk))
        product = install(folder, asterisk.link(), settings, AGENTS, QUEUES)
        life.enter_context(product.running())
        yield Company(asterisk, phones, product)


@dataclass
class Day:
    """One day: who is at a desk (by name), and how it is to stand by now, in words."""

    pbx: Pbx
    product: Product
    desks: dict[str, Desk] = field(default_factory=dict)
    began: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    now: dict[str, str] = field(
        default_factory=lambda: {"calls": "", "orders": "", "refunds": "", "channels": ""}
    )

    async def stands(self, **changes: str) -> None:
        """This changed, and nothing else: on the screens (by the name of who sits there: what they do and the
        calls that they see), in the API (`calls`, oldest first), in the phone system (each queue's members
        and why they are paused; `channels`, by whose they are)."""
        self.now |= changes
        for name, wanted in self.now.items():
            if name in self.desks:
                await self._shows(self.desks[name], wanted)
            else:
                await self._says(name, wanted)

    async def _shows(self, desk: Desk, wanted: str) -> None:
        presence, *pops = wanted.split(", ")
        state, _, reason = presence.partition(" ")
        await desk.presence_is(state)
        if reason:
            await expect(desk.presence).to_have_attribute("data-reason", reason, timeout=APPEAR_LIMIT_MS)
        await expect(desk.pops()).to_have_count(len(pops), timeout=APPEAR_LIMIT_MS)
        for pop in pops:
            await expect(desk.pops(state=pop)).to_have_count(1, timeout=APPEAR_LIMIT_MS)

    async def _says(self, name: str, wanted: str) -> None:
        told: Callable[[], str] = {"calls": self._calls, "channels": self._channels}.get(
            name, lambda: self._queue(name)
        )
        try:
            await until(lambda: told() == wanted, name, APPEAR_LIMIT_MS / 1000)
        except TimeoutError:
            raise AssertionError(f"{name}: {told()!r}, not {wanted!r}") from None

    def _calls(self) -> str:
        found = self.product.api("calls", since=self.began)["items"]
        return ", ".join(f"{each['state']} {each['end'] or ''}".strip() for each in found)

    def _queue(self, name: str) -> str:
        found = sorted(members(self.pbx.asterisk, name).items())
        said = [
            f"{who.removeprefix('PJSIP/')} {'' if why is None else f'paused:{why}'}".strip()
            for who, why in found
        ]
        number = waiting(self.pbx.asterisk, name)
        return ", ".join([*said, *([f"{number} waits"] if number else [])])

    def _channels(self) -> str:
        return " ".join(sorted(re.findall(r"PJSIP/(\w+)-", "\n".join(self.pbx.asterisk.channels()))))
