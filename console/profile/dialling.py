"""Whether the numbers on a page can be clicked to be called."""

from contextlib import suppress

from console.live.commands import Commands
from telephony.source import Capability


async def can_dial(commands: Commands) -> bool:
    """Whether any phone system can be told to dial; not as long as nobody knows."""
    with suppress(OSError):  # the bus is away: the page has more to tell than numbers
        return bool(await commands.able(Capability.DIAL))
    return False
