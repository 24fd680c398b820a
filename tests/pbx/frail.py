"""A phone system and a product that a test may part: Asterisk can be killed, the line between them cut.

The product has a second phone system, which stays as it is.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.pbx.asterisk import Asterisk, prepared_asterisk, started
from tests.pbx.fixtures import Pbx, idle_pbx, plugged_in
from tests.pbx.sipp import Phone
from tests.pbx.world import install
from tests.rig.line import Line, line_to
from tests.rig.processes import accepts
from tests.rig.product import Product

BACK_S = 20.0
"""By then the product is connected again: it tries at longer and longer intervals."""


class Frail:
    """An Asterisk of its own behind `line`, and the product at the other end of it."""

    def __init__(self, asterisk: Asterisk, phones: Mapping[str, Phone], line: Line, product: Product) -> None:
        self.line = line
        self.product = product
        self._asterisk = asterisk
        self._phones = phones
        self._power = ExitStack()
        self._console = ExitStack()

    def kill(self) -> None:
        """SIGKILL to Asterisk: no word to anybody. Phones and callers stay as they are."""
        self._power.close()

    def start(self) -> None:
        """Start Asterisk, also again; return when it takes calls."""
        self._power.enter_context(started(self._asterisk))

    def stop_product(self) -> None:
        """End its processes in good order. Desks that are open would complain: close them before."""
        self._console.close()

    def start_product(self) -> None:
        """Start the product, also again; return when it is connected to both phone systems."""
        self._console.enter_context(self.product.running())

    @contextmanager
    def idle(self) -> Iterator[Pbx]:
        """The phone system for one test, that may end it in any state."""
        with idle_pbx(self._asterisk, self._phones) as pbx:
            yield pbx
            self.line.mend()
            if not accepts(self._asterisk.ports.ami):
                self.start()


@contextmanager
def run_frail(folder: Path, settings: Mapping[str, str], second: Asterisk) -> Iterator[Frail]:
    """All of it, running and connected, while the block lasts; the link to `second` is called `second`."""
    with ExitStack() as life:
        asterisk = life.enter_context(prepared_asterisk())
        phones = life.enter_context(plugged_in(asterisk))
        line = life.enter_context(line_to(asterisk.ports.ami))
        links = f"{asterisk.link(port=line.port)} {second.link(name='second')}"
        product = install(folder, links, dict(settings))
        frail = Frail(asterisk, phones, line, product)
        life.callback(frail.kill)
        frail.start()
        life.callback(frail.stop_product)
        frail.start_product()
        yield frail
