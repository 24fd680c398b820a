"""A process of its own that claims entries 1 to N, as soon as it hears that it may, and prints which it got:
`python -m tests.console.worklist.claimer DATABASE_URL EMAIL N`."""

import asyncio
import sys

import console.models  # noqa: F401  (makes every table known)
from console.db.engine import create_engine, create_sessions
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.worklist.actions import Doing, Kind, RefusedError, change, claiming
from tests.conftest import NOW
from tests.console.worklist.called import LASTS


async def claim_all(database_url: str, email: str, number: int) -> None:
    engine = create_engine(database_url)
    sessions = create_sessions(engine)
    viewer = Viewer(1, email, email, Role.AGENT, 1, None, "secret", "en")
    async with engine.connect():
        pass
    print("ready", flush=True)
    sys.stdin.readline()
    for id_ in range(1, number + 1):
        try:
            await change(sessions, Kind.MISSED, id_, claiming, Doing(viewer, NOW, LASTS))
            print("got", id_, flush=True)
        except RefusedError as error:
            print("refused", id_, error, flush=True)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(claim_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
