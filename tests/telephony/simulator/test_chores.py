"""What agents do besides the queues' calls: they call people whom one can call, and never themselves."""

from datetime import UTC, datetime
from random import Random

import pytest

from telephony.events import Caller, CallOffered, Direction, LinkName
from telephony.simulator.chores import Chores
from telephony.simulator.exchange import Exchange, extension_of
from telephony.simulator.floor import Floor

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
AGENTS = [f"PJSIP/100{n}" for n in range(1, 5)]
SEEDS = range(60)


def first_offer(agents: list[str], who: Caller, seed: int) -> CallOffered:
    """The phone that rings when some agent has a moment."""
    exchange, random = Exchange(LinkName("sim"), START), Random(seed)  # noqa: S311 - repeatable
    chores = Chores(exchange, Floor(exchange, agents, random, lambda: None), random)
    assert chores.begin(who)
    offer = next(iter(exchange.happened()))
    assert isinstance(offer, CallOffered)
    return offer


@pytest.mark.parametrize(
    "who",
    [Caller(withheld=True), Caller("+421905123456", withheld=True), Caller("anonymous"), Caller("123")],
)
def test_nobody_is_called_who_cannot_be(who: Caller) -> None:
    offers = [first_offer(AGENTS, who, seed) for seed in SEEDS]
    assert {offer.direction for offer in offers} == {Direction.INBOUND, Direction.INTERNAL}


def test_who_shows_a_number_is_called_by_it_alone() -> None:
    offers = [first_offer(AGENTS, Caller("+421905123456", "VIP"), seed) for seed in SEEDS]
    out = [offer for offer in offers if offer.direction is Direction.OUTBOUND]
    assert {(offer.caller, offer.dialled) for offer in out} == {(Caller("+421905123456"), "+421905123456")}


def test_nobody_calls_herself() -> None:
    alone = [first_offer(AGENTS[:1], Caller("0905123456"), seed) for seed in SEEDS]
    assert Direction.INTERNAL not in {offer.direction for offer in alone}
    assert all(offer.caller.number != extension_of(offer.interface) for offer in alone)


def test_without_a_free_agent_nothing_begins() -> None:
    exchange, random = Exchange(LinkName("sim"), START), Random(1)  # noqa: S311 - repeatable
    floor = Floor(exchange, [], random, lambda: None)
    assert not Chores(exchange, floor, random).begin(Caller("0905123456"))
