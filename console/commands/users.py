"""`lineside user add`."""

import argparse
import sys
from typing import Any

from sqlalchemy import select

from console.clock import now
from console.commands.database import open_database
from console.db.engine import Sessions
from console.errors import InvalidError, UsageError
from console.identity.actions import LINES, NewUser, add_user, check
from console.identity.models import Role
from console.identity.passwords import Passwords
from console.queues.models import Queue
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("user", help="people who log in")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a user; the password is read from standard input")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, help="as colleagues and callers know them")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--extension", help="the internal number of their phone, e.g. 1001")
    add.add_argument(
        "--interface", action="append", default=[], help="their phone, e.g. PJSIP/1001; repeatable"
    )
    add.add_argument(
        "--line", type=int, choices=LINES, default=1, help="1 first line (default), 2 second line"
    )
    add.add_argument("--queues", default="", help="the queues they work in, e.g. support,orders")
    add.add_argument(
        "--password-stdin", action="store_true", required=True, help="read the password from stdin"
    )
    add.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Add the user, and say what is still missing before calls reach them."""
    new = NewUser(
        email=args.email,
        name=args.name,
        role=Role(args.role),
        password=sys.stdin.read().removesuffix("\n").removesuffix("\r"),
        extension=args.extension,
        interfaces=args.interface,
        line=args.line,
        queues=[queue.strip() for queue in args.queues.split(",") if queue.strip()],
    )
    try:
        check(new)  # before the slow hashing
        async with open_database(settings) as sessions:
            password_hash = await Passwords().hash(new.password)
            async with sessions.begin() as session:
                user = await add_user(session, new, password_hash, now())
            unknown = await _unknown_queues(sessions, new)
    except InvalidError as error:
        raise UsageError(f"No user was added: {error}.") from error
    print(f"Added {user.name} <{user.email}>, {user.role}.")
    for note in notes(new, unknown):
        print(note)
    return 0


def notes(new: NewUser, unknown_queues: list[str]) -> list[str]:
    """What may be missing, although nothing is wrong."""
    missing = []
    if new.role is Role.AGENT and not new.interfaces:
        missing.append("Note: without --interface no call finds them, e.g. --interface PJSIP/1001.")
    return missing + [
        f"Note: queue {queue!r} is not set up here yet: `lineside queue set {queue}`."
        for queue in unknown_queues
    ]


async def _unknown_queues(sessions: Sessions, new: NewUser) -> list[str]:
    async with sessions() as session:
        known = set(await session.scalars(select(Queue.name).where(Queue.name.in_(new.queues))))
    return [queue for queue in new.queues if queue not in known]
