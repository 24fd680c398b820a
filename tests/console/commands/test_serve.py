"""`lineside serve` as a process: it ends when it is told to, and leaves nothing open."""

import signal
from pathlib import Path

import pytest

from tests.rig.product import Product

pytestmark = pytest.mark.slow  # each starts a process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    product = Product(
        tmp_path, {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/serve.sqlite", "PBX": "sim:?seed=7"}
    )
    product.command("db", "upgrade")
    with product.running() as serving:
        serving.send_signal(number)
        assert serving.wait(10) == 0
    assert not list(tmp_path.glob("*-wal"))  # SQLite's last connection was closed
