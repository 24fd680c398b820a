"""A recorded stretch of time, played again: the same events, begun now, with ids of their own. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from telephony.events import (
    AgentEvent,
    CallEvent,
    CallId,
    Event,
    LegEvent,
    LegId,
    LinkName,
    ListenerEvent,
)
from telephony.simulator.exchange import Exchange, Happened

STEP = timedelta(seconds=1)
"""Between two events of a recording that does not say when they happened."""


def play_again(
    link: LinkName, recorded: Sequence[Event], *, start: datetime, speed: float = 1.0
) -> Iterator[Happened]:
    """The calls and pauses of a recording from `start` on, `speed` times as fast; what it says of its link is
    left out. A recording that is played twice makes new calls."""
    exchange = Exchange(link, start)
    ids: dict[str, str] = {}
    happened = [event for event in recorded if isinstance(event, Happened)]
    for event, since in zip(happened, _offsets(happened), strict=True):
        exchange.offset_s = since.total_seconds() / speed
        event = replace(event, link=link, at=exchange.at)  # noqa: PLW2901
        yield event if isinstance(event, AgentEvent) else _with_own_ids(event, exchange, ids)


def _offsets(happened: Sequence[Event]) -> list[timedelta]:
    """When each event happened after the first. Events that come late do not turn time back."""
    if len({event.at for event in happened}) < 2:
        return [number * STEP for number in range(len(happened))]
    latest, offsets = happened[0].at, []
    for event in happened:
        latest = max(latest, event.at)
        offsets.append(latest - happened[0].at)
    return offsets


def _with_own_ids(event: CallEvent | ListenerEvent, exchange: Exchange, ids: dict[str, str]) -> Happened:
    call = CallId(_own(event.call, exchange, ids))
    if isinstance(event, LegEvent | ListenerEvent):
        return replace(event, call=call, leg=LegId(_own(event.leg, exchange, ids)))
    return replace(event, call=call)


def _own(recorded: str, exchange: Exchange, ids: dict[str, str]) -> str:
    if recorded not in ids:
        ids[recorded] = exchange.channel()
    return ids[recorded]
