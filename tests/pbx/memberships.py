"""What Asterisk itself says of its queues: `queue show`."""

import re

from tests.pbx.asterisk import Asterisk

_MEMBER = re.compile(r"^ +(?:\S+ \()?(PJSIP/\w+)\b(.*)$", re.MULTILINE)
_PAUSED = re.compile(r"\(paused(?::(.*?))?(?: was [\d ,a-z]+ ago)?\)")


def members(asterisk: Asterisk, queue: str) -> dict[str, str | None]:
    """Who is in the queue, by interface, and why Asterisk sends them no calls; None when it does."""
    found = _MEMBER.findall(asterisk.command(f"queue show {queue}"))
    return {interface: _reason(rest) for interface, rest in found}


def _reason(rest: str) -> str | None:
    paused = _PAUSED.search(rest)
    return (paused[1] or "") if paused else None


def waiting(asterisk: Asterisk, queue: str) -> int:
    """How many callers wait there."""
    (number,) = re.findall(
        rf"^{queue} has (\d+) calls", asterisk.command(f"queue show {queue}"), re.MULTILINE
    )
    return int(number)
