"""What Asterisk says of its queues over its manager interface, and what its moving averages must be."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.pbx.ear import Ear, Frame


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """Of one queue: `params` of QueueStatus, `summary` of QueueSummary, how many calls each member took."""

    params: Frame
    summary: Frame
    taken: dict[str, int]


async def own_figures(ear: Ear, queues: Iterable[str]) -> dict[str, OwnFigures]:
    """As it stands at this moment."""
    times = len(ear.all("QueueSummaryComplete")) + 1
    ear.ask("QueueSummary", ActionID=f"QueueSummary-{times}")
    await ear.hears("QueueSummaryComplete", times)
    await ear.resync()
    number = len(ear.all("QueueStatusComplete"))
    of_status, of_summary = f"QueueStatus-{number}", f"QueueSummary-{times}"
    return {
        queue: OwnFigures(
            ear.all("QueueParams", Queue=queue, ActionID=of_status)[-1],
            ear.all("QueueSummary", Queue=queue, ActionID=of_summary)[-1],
            {
                member["Location"]: int(member["CallsTaken"])
                for member in ear.all("QueueMember", Queue=queue, ActionID=of_status)
            },
        )
        for queue in queues
    }


def hold_time(events: Iterable[Frame]) -> int:
    """Asterisk's `Holdtime` after these events of one queue: a moving average that begins anew with each
    answer until a first call is over."""
    average = over = 0
    for event in events:
        if event["Event"] == "AgentConnect":
            average = _moved(average, int(event["HoldTime"])) if over else int(event["HoldTime"])
        over += event["Event"] in {"AgentComplete", "QueueCallerAbandon"}
    return average


def talk_time(events: Iterable[Frame]) -> int:
    """Its `TalkTime`: a moving average, too, that begins with the first call that is over."""
    average: int | None = None
    for event in events:
        if event["Event"] == "AgentComplete":
            newest = int(event["TalkTime"])
            average = newest if average is None else _moved(average, newest)
    return average or 0


def _moved(average: int, newest: int) -> int:
    return (3 * average + newest) >> 2
