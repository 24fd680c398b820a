"""`lineside demo`: what it says, and what it takes from the environment."""

import argparse
import socket
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.commands import demo
from console.demo.team import PASSWORD
from console.errors import LinesideError
from console.settings import Settings


async def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LinesideError) as refused:
            await demo.run(argparse.Namespace(port=port), Settings())
    assert f"Port {port} is taken" in str(refused.value)
    assert "make demo" in str(refused.value)
    assert list(tmp_path.iterdir()) == []  # nothing was prepared in vain


@pytest.mark.parametrize("port", [-1, 65_536])
async def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(LinesideError, match="PORT=8001 make demo"):
        await demo.run(argparse.Namespace(port=port), Settings())


def test_the_log_ins_are_printed() -> None:
    text = demo.welcome(8001)
    assert "http://127.0.0.1:8001/" in text
    for email in ("ana@example.com", "lenka@example.com", "sofia@example.com", "adam@example.com"):
        assert email in text
    assert text.count(PASSWORD) == 4


def test_the_demo_stands_alone() -> None:
    """Neither the database nor the phone systems of the environment are touched."""
    own = Settings(
        database_url="postgresql+asyncpg://u:p@host/live",
        redis_url="redis://host",
        time_zone=ZoneInfo("Europe/Copenhagen"),
        locale="da",
    )
    settings = demo.demo_settings(own, Path("var/demo.sqlite"))
    assert settings.database_url == "sqlite+aiosqlite:///var/demo.sqlite"
    assert settings.redis_url is None
    assert [link.scheme for link in settings.links] == ["sim"]
    assert (settings.time_zone.key, settings.locale) == ("Europe/Copenhagen", "da")


def test_the_command_line() -> None:
    parser = argparse.ArgumentParser()
    demo.add_to(parser.add_subparsers())
    assert parser.parse_args(["demo"]).port == demo.PORT
    assert parser.parse_args(["demo", "--port", "8001"]).port == 8001
