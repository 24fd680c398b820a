"""`lineside demo`: console, simulated phone system and believable customers in one process."""

import argparse
import contextlib
import socket
from pathlib import Path
from typing import Any

from console.app import create_app, open_parts
from console.clock import now
from console.commands.serve import port as port_number
from console.commands.serve import serve
from console.demo.actions import database_url, make_ready
from console.demo.team import ADMIN, AGENTS, PASSWORD, SUPERVISOR, agents_of_line
from console.errors import LinesideError
from console.settings import Link, Settings

HOST = "127.0.0.1"  # the password is known to everybody: for this machine only
PORT = 8000
FILE = Path("var/demo.sqlite")
SIMULATOR = Link(scheme="sim", name="sim", seed=7, rate=0.2)


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("demo", help="try it: believable customers, a simulated phone system")
    parser.add_argument(
        "--port", type=port_number, default=PORT, help="port to listen on (default: %(default)s)"
    )
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the demo until told to stop.

    Raises:
        LinesideError: the port is taken.
    """
    _check_port(args.port)
    await make_ready(FILE, now(), settings.time_zone)
    async with open_parts(demo_settings(settings, FILE), listens=True) as parts:
        print(welcome(args.port), flush=True)
        await serve(create_app(parts), parts, HOST, args.port)
    return 0


def demo_settings(settings: Settings, file: Path) -> Settings:
    """The demo's settings: only language and time zone are taken from the environment."""
    return Settings(
        database_url=database_url(file),
        links=(SIMULATOR,),
        time_zone=settings.time_zone,
        locale=settings.locale,
    )


def welcome(port: int) -> str:
    """What to open, and whom to log in as."""
    people = (
        ("agent, first line", AGENTS[0]),
        ("agent, second line", agents_of_line(2)[1]),
        ("supervisor", SUPERVISOR),
        ("admin", ADMIN),
    )
    logins = "\n".join(f"    {what:<20}{member.email:<22}{PASSWORD}" for what, member in people)
    return (
        f"\nLineside demo is ready: http://{HOST}:{port}/\n\n"
        f"    log in as           e-mail                password\n{logins}\n\n"
        "A simulated phone system calls: stay on the desk, the first pop comes within half a minute.\n"
        f"Everything is kept in {FILE} for a day. Stop with Ctrl+C.\n"
    )


def _check_port(port: int) -> None:
    """Say at once that the port is taken, before anything is prepared."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            other = port + 1 if 1024 <= port < 65535 else PORT + 1
            raise LinesideError(
                f"Port {port} is taken by another program or not allowed: take another one, "
                f"PORT={other} make demo (or lineside demo --port {other})."
            ) from None
