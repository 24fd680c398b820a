"""`lineside listen` as a process: it says how it is on a port of its own, and is missed when it is killed."""

import time
from pathlib import Path

import httpx
import pytest

from console.commands import listen
from console.errors import UsageError
from console.settings import Link, Settings
from tests.console.commands.conftest import parse
from tests.rig.processes import free_port, wait_until
from tests.rig.product import Product

SIMULATOR = Link(scheme="sim", name="sim")


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (Settings(links=(SIMULATOR,)), "LINESIDE_REDIS_URL"),
        (Settings(redis_url="redis://127.0.0.1:1/0"), "LINESIDE_PBX"),
    ],
)
async def test_what_it_needs(settings: Settings, missing: str) -> None:
    args = parse(listen, "listen")
    with pytest.raises(UsageError, match=missing):
        await args.run(args, settings)


@pytest.mark.slow  # two processes
@pytest.mark.real("redis")
def test_it_says_how_it_is_and_is_missed_when_killed(tmp_path: Path, redis_url: str) -> None:
    settings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/listen.sqlite",
        "REDIS_URL": redis_url,
        "PBX": "sim:?seed=7&rate=5",
    }
    product = Product(tmp_path, settings)
    product.command("db", "upgrade")
    port = free_port()
    logs = [tmp_path / f"{name}.log" for name in ("listen", "serve")]
    with (
        product._process(logs[0], "listen", "--port", str(port)) as listening,
        product._process(logs[1], "serve", "--port", str(product.port)),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as listener,
        httpx.Client(base_url=product.url) as server,
    ):
        wait_until(lambda: 'lineside_link_up{link="sim"} 1.0' in got(listener, "/metrics"), "the link")
        wait_until(lambda: "lineside_events_total{" in got(listener, "/metrics"), "events to be counted")
        wait_until(lambda: '"ready":true' in got(server, "/readyz"), "the other process")
        assert '"ready":true' in got(listener, "/readyz")
        assert got(listener, "/healthz") == "ok\n"
        assert listener.get("/desk").status_code == 404
        listening.kill()
        began = time.monotonic()
        wait_until(lambda: "Nobody listens" in got(server, "/readyz"), "it to be missed")
        assert time.monotonic() - began < 5


def got(client: httpx.Client, path: str) -> str:
    """What a process says there; nothing as long as it does not answer."""
    try:
        return client.get(path).text
    except httpx.TransportError:
        return ""
