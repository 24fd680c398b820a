"""`lineside token add`."""

import argparse
import sys
from typing import Any

from console.clock import now
from console.commands.database import open_database
from console.errors import InvalidError, UsageError
from console.identity.permissions import Scope
from console.identity.tokens import add_token
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("token", help="access for other software to the HTTP API")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="make a token; it is printed once, alone on standard output")
    add.add_argument("name", metavar="NAME", help="who will use it")
    add.add_argument(
        "--scope",
        required=True,
        nargs="+",
        action="extend",
        choices=[scope.value for scope in Scope],
        metavar="SCOPE",
        help=f"what it may do: {', '.join(Scope)}",
    )
    add.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Make the token and print it."""
    scopes = {Scope(scope) for scope in args.scope}
    try:
        async with open_database(settings) as sessions, sessions.begin() as session:
            token = await add_token(session, args.name, scopes, now())
    except InvalidError as error:
        raise UsageError(f"No token was made: {error}.") from error
    said = f"Token {args.name!r} for {', '.join(sorted(scopes))}. Keep it: it is not shown again."
    print(said, file=sys.stderr)
    print(token)
    return 0
