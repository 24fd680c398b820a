"""`lineside queue set`."""

import argparse
from typing import Any

from console.commands.database import open_database
from console.errors import InvalidError, UsageError
from console.queues.actions import LINES, QueueChange, set_queue
from console.queues.models import Queue
from console.settings import Settings


def add_to(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("queue", help="where callers wait")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    change = actions.add_parser("set", help="add a queue or change it; what is left out stays as it is")
    change.add_argument("name", metavar="NAME", help="the queue's name on the phone system")
    change.add_argument("--title", help="as people call it")
    change.add_argument("--line", type=int, choices=LINES, help="1 first line (default), 2 second line")
    change.add_argument(
        "--answer-within-s", type=int, metavar="S", help="the promise to callers (default 20)"
    )
    change.add_argument("--wrap-up-s", type=int, metavar="S", help="time to finish after a call (default 30)")
    change.add_argument(
        "--outcome-required",
        action=argparse.BooleanOptionalAction,
        help="whether a call must be given an outcome (default: no)",
    )
    change.add_argument(
        "--outcome",
        action="append",
        dest="outcomes",
        metavar="WORDS",
        help="how a call can have ended, for agents to choose; give it once for each. "
        'Alone as --outcome "" it brings back the usual words',
    )
    change.add_argument("--extension", help="what is dialled to get into it: calls are passed on to it there")
    change.set_defaults(run=run)


async def run(args: argparse.Namespace, settings: Settings) -> int:
    """Set the queue and print how it is now."""
    change = QueueChange(
        title=args.title,
        line=args.line,
        answer_within_s=args.answer_within_s,
        wrap_up_s=args.wrap_up_s,
        outcome_required=args.outcome_required,
        outcomes=[] if args.outcomes == [""] else args.outcomes,
        extension=args.extension,
    )
    try:
        async with open_database(settings) as sessions, sessions.begin() as session:
            queue = await set_queue(session, args.name, change)
    except InvalidError as error:
        raise UsageError(f"Nothing was set: {error}.") from error
    print(sentence(queue))
    return 0


def sentence(queue: Queue) -> str:
    """The queue in one sentence."""
    title = f" ({queue.title})" if queue.title else ""
    outcome = "required" if queue.outcome_required else "not required"
    words = f" ({', '.join(queue.outcomes)})" if queue.outcomes else ""
    extension = f"extension {queue.extension}, " if queue.extension else ""
    return (
        f"Queue {queue.name}{title}: {extension}line {queue.line}, answer within {queue.answer_within_s} s, "
        f"wrap-up {queue.wrap_up_s} s, outcome {outcome}{words}."
    )
