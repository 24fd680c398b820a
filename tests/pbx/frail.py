"""A phone system and a product that a test may part: Asterisk can be killed, the line between them cut."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.pbx.asterisk import Asterisk, prepared_asterisk, started
from tests.pbx.fixtures import Pbx, plugged_in
from tests.pbx.world import install
from tests.rig.line import Line, line_to
from tests.rig.product import Product


@dataclass(frozen=True, slots=True)
class Frail:
    """An Asterisk of its own behind `line`, and the product at the other end of it."""

    pbx: Pbx
    line: Line
    product: Product
    power: ExitStack

    def kill(self) -> None:
        """SIGKILL to Asterisk: no word to anybody. Phones and callers stay as they are."""
        self.power.close()

    def start(self) -> None:
        """Start Asterisk, also again; return when it takes calls."""
        self.power.enter_context(started(self.pbx.asterisk))


@contextmanager
def run_frail(folder: Path, settings: Mapping[str, str]) -> Iterator[Frail]:
    """All of it, running and connected, while the block lasts."""
    with ExitStack() as life:
        asterisk: Asterisk = life.enter_context(prepared_asterisk())
        phones = life.enter_context(plugged_in(asterisk))
        line = life.enter_context(line_to(asterisk.ports.ami))
        product = install(folder, asterisk.link(port=line.port), dict(settings))
        pbx = Pbx(asterisk, phones, life.enter_context(ExitStack()))
        frail = Frail(pbx, line, product, life.enter_context(ExitStack()))
        frail.start()
        life.enter_context(product.running())
        yield frail
