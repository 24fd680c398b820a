"""Stories of every other way that a call can go."""

from tests.pbx.configuration import EXTENSIONS, IMPATIENT
from tests.pbx.ear import Ear
from tests.pbx.fixtures import OUTSIDE, Pbx
from tests.pbx.story import A1, A2, A3, A4, Call, Leg, Stories, a3_takes_over, answered_by_a1

STORIES = Stories()

OTHER = "+421905654321"

LOCAL = "Local/a1@agents"


@STORIES.tells(
    Call((Leg(A1, "local", "answered", held=1, interface=LOCAL),), queues=("local",), talks=A1),
)
async def local_optimised(pbx: Pbx, ear: Ear) -> None:
    """A member behind a Local channel that Asterisk optimises away; hold, and resyncs around it."""
    caller = pbx.call("local")
    await pbx.phones["a1"].rings()
    await ear.resync()
    await pbx.phones["a1"].answer()
    await caller.wait_for("answered")
    await ear.hears("LocalOptimizationEnd")
    await ear.resync()
    await pbx.phones["a1"].hold()
    await pbx.phones["a1"].resume()
    await pbx.phones["a1"].hang_up()


@STORIES.tells(
    Call(
        (Leg(A1, "local-kept", "answered", held=1, interface=f"{LOCAL}/n"),), queues=("local-kept",), talks=A1
    ),
)
async def local_kept(pbx: Pbx, ear: Ear) -> None:
    """A member behind a Local channel with /n, which stays for the whole call."""
    caller = pbx.call("local-kept")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].answer()
    await caller.wait_for("answered")
    await pbx.phones["a1"].hold()
    await ear.resync()
    await pbx.phones["a1"].resume()
    await pbx.phones["a1"].hang_up()


@STORIES.tells(
    Call((Leg(A1, "local", "no_answer", interface=LOCAL),), end="abandoned", queues=("local",)),
)
async def local_refused(pbx: Pbx, ear: Ear) -> None:
    """The phone behind the Local member is busy; the caller gives up before it is tried again."""
    caller = pbx.call("local")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].refuse()
    await ear.hears("AgentRingNoAnswer")
    await caller.hang_up()


@STORIES.tells(
    Call(
        (Leg(A1, "local", "transferred", interface=LOCAL), Leg(A3, None, "answered")),
        queues=("local",),
        talks=A3,
    ),
)
async def local_blind_transfer(pbx: Pbx, ear: Ear) -> None:
    """A member behind an optimised Local channel transfers by REFER."""
    caller = pbx.call("local")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].answer()
    await caller.wait_for("answered")
    await ear.hears("LocalOptimizationEnd")
    await pbx.phones["a1"].refer(EXTENSIONS["a3"])
    await a3_takes_over(pbx, ear)


@STORIES.tells(
    Call(
        (Leg(A1, "local-kept", "transferred", interface=f"{LOCAL}/n"), Leg(A3, None, "answered")),
        queues=("local-kept",),
        talks=A3,
    ),
)
async def local_kept_blind_transfer(pbx: Pbx, ear: Ear) -> None:
    """A member behind a Local channel with /n transfers by REFER."""
    await answered_by_a1(pbx, "local-kept")
    await pbx.phones["a1"].refer(EXTENSIONS["a3"])
    await a3_takes_over(pbx, ear)


@STORIES.tells(
    Call(
        (Leg(A1, "support", "no_answer"), Leg(A4, "second", "answered")),
        queues=("support", "second"),
        talks=A4,
    )
)
async def queue_timeout_to_second(pbx: Pbx, ear: Ear) -> None:
    """The first queue gives up while a1 rings, which Asterisk calls no answer; the second one rings a4."""
    pbx.call("then-second")
    await pbx.phones["a1"].rings()
    await pbx.phones["a4"].rings()
    await ear.resync()
    await pbx.phones["a4"].answer()
    await ear.hears("AgentConnect", Queue="second")
    await pbx.phones["a4"].hang_up()


@STORIES.tells(
    Call(
        (Leg(A1, "support", "no_answer"), Leg(A4, "second", "cancelled")),
        end="abandoned",
        queues=("support", "second"),
    )
)
async def queue_timeout_then_abandoned(pbx: Pbx, ear: Ear) -> None:
    """The first queue gives up, and in the second one the caller does."""
    caller = pbx.call("then-second")
    await pbx.phones["a4"].rings()
    await caller.hang_up()


@STORIES.tells(
    Call((Leg(A1, "support", "no_answer"), Leg(A3, None, "answered")), queues=("support",), talks=A3)
)
async def overflow_to_agent(pbx: Pbx, ear: Ear) -> None:
    """The queue gives up, and the dialplan dials a3."""
    pbx.call("then-a3")
    await a3_takes_over(pbx, ear)


@STORIES.tells(
    Call((Leg(A1, "support", "no_answer"), Leg(A3, None, "cancelled")), end="abandoned", queues=("support",))
)
async def overflow_given_up(pbx: Pbx, ear: Ear) -> None:
    """The queue gives up, the dialplan dials a3, and the caller gives up while it rings there."""
    caller = pbx.call("then-a3")
    await pbx.phones["a3"].rings()
    await ear.resync()
    await caller.hang_up()


@STORIES.tells(Call((Leg(A1, "support", "no_answer"),), end="timed_out", queues=("support",)))
async def overflow_to_hangup(pbx: Pbx, ear: Ear) -> None:
    """The queue gives up, and the dialplan hangs up."""
    caller = pbx.call("then-nobody")
    await pbx.phones["a1"].rings()
    await caller.wait_for("refused")


@STORIES.tells(Call((Leg(A1, None, "answered", held=1),), talks=A1))
async def direct_answered(pbx: Pbx, ear: Ear) -> None:
    """A call from the trunk to an agent's own number, with a hold; resyncs while it rings and talks."""
    caller = pbx.call("direct-a1")
    await pbx.phones["a1"].rings()
    await ear.resync()
    await pbx.phones["a1"].answer()
    await caller.wait_for("answered")
    await pbx.phones["a1"].hold()
    await ear.resync()
    await pbx.phones["a1"].resume()
    await caller.hang_up()


@STORIES.tells(Call((Leg(A1, None, "no_answer"),), end="abandoned"))
async def direct_unanswered(pbx: Pbx, ear: Ear) -> None:
    """A direct call rings out."""
    caller = pbx.call("direct-a1-briefly")
    await caller.wait_for("refused")


@STORIES.tells(Call((Leg(A1, None, "no_answer"),), end="abandoned"))
async def direct_busy(pbx: Pbx, ear: Ear) -> None:
    """A direct call is rejected as busy."""
    caller = pbx.call("direct-a1")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].refuse()
    await caller.wait_for("refused")


@STORIES.tells(Call((Leg(A1, None, "cancelled"),), end="abandoned"))
async def direct_given_up(pbx: Pbx, ear: Ear) -> None:
    """The caller of a direct call gives up while it rings."""
    caller = pbx.call("direct-a1")
    await pbx.phones["a1"].rings()
    await caller.hang_up()


@STORIES.tells(Call((Leg(A1, None, "transferred"), Leg(A3, None, "answered")), talks=A3))
async def direct_blind_transfer(pbx: Pbx, ear: Ear) -> None:
    """A direct call is transferred by REFER."""
    await answered_by_a1(pbx, "direct-a1")
    await pbx.phones["a1"].refer(EXTENSIONS["a3"])
    await a3_takes_over(pbx, ear)


@STORIES.tells(Call((Leg(A2, None, "answered"),), direction="internal", number="a1", dialler=A1, talks=A2))
async def internal_answered(pbx: Pbx, ear: Ear) -> None:
    """An agent calls a colleague, who answers; resyncs while it rings and talks."""
    caller = pbx.dial("a1", EXTENSIONS["a2"])
    await pbx.phones["a2"].rings()
    await ear.resync()
    await pbx.phones["a2"].answer()
    await caller.wait_for("answered")
    await ear.resync()
    await caller.hang_up()


@STORIES.tells(
    Call((Leg(A2, None, "cancelled"),), end="abandoned", direction="internal", number="a1", dialler=A1)
)
async def internal_given_up(pbx: Pbx, ear: Ear) -> None:
    """An agent calls a colleague and gives up."""
    caller = pbx.dial("a1", EXTENSIONS["a2"])
    await pbx.phones["a2"].rings()
    await caller.hang_up()


def outgoing(result: str, end: str = "abandoned", number: str = OTHER) -> Call:
    """A call that a1 dialled."""
    talks = A1 if result == "answered" else None
    return Call((Leg(A1, None, result),), end, (), talks, "outbound", number, dialler=A1)


@STORIES.tells(outgoing("answered", "completed"))
async def outgoing_answered(pbx: Pbx, ear: Ear) -> None:
    """An agent calls a number outside, which answers; resyncs while it rings and talks."""
    caller = pbx.dial("a1", OTHER)
    await pbx.phones[OUTSIDE].rings()
    await ear.resync()
    await pbx.phones[OUTSIDE].answer()
    await caller.wait_for("answered")
    await ear.resync()
    await pbx.phones[OUTSIDE].hang_up()


@STORIES.tells(outgoing("no_answer", number=f"{IMPATIENT}111222"))
async def outgoing_unanswered(pbx: Pbx, ear: Ear) -> None:
    """An outgoing call rings out."""
    caller = pbx.dial("a1", f"{IMPATIENT}111222")
    await caller.wait_for("refused")


@STORIES.tells(outgoing("no_answer"))
async def outgoing_busy(pbx: Pbx, ear: Ear) -> None:
    """An outgoing call is rejected as busy."""
    caller = pbx.dial("a1", OTHER)
    await pbx.phones[OUTSIDE].rings()
    await pbx.phones[OUTSIDE].refuse()
    await caller.wait_for("refused")


@STORIES.tells(outgoing("cancelled"))
async def outgoing_given_up(pbx: Pbx, ear: Ear) -> None:
    """The agent gives an outgoing call up while it rings."""
    caller = pbx.dial("a1", OTHER)
    await pbx.phones[OUTSIDE].rings()
    await caller.hang_up()


def click(pbx: Pbx) -> None:
    """Somebody clicks on a number: the agent's own phone rings first."""
    pbx.act(
        "Originate",
        Channel=A1,
        Context="from-internal",
        Exten=OTHER,
        Priority="1",
        CallerID=OTHER,
        Async="true",
    )


@STORIES.tells(outgoing("answered", "completed"))
async def click_to_call(pbx: Pbx, ear: Ear) -> None:
    """Originate to the agent's phone, then to the number outside; a resync while the own phone rings."""
    click(pbx)
    await pbx.phones["a1"].rings()
    await ear.resync()
    await pbx.phones["a1"].answer()
    await pbx.phones[OUTSIDE].rings()
    await pbx.phones[OUTSIDE].answer()
    await ear.hears("BridgeEnter", Channel=pbx.channel(A1))
    await ear.resync()
    await pbx.phones["a1"].hang_up()


@STORIES.tells()
async def click_to_call_refused(pbx: Pbx, ear: Ear) -> None:
    """Originate to the agent's phone, which refuses: nobody was called."""
    click(pbx)
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].refuse()
    await ear.hears("OriginateResponse")


PICKED_UP = (Leg(A1, "support", "withdrawn"), Leg(A3, "support", "answered"))


@STORIES.tells(Call(PICKED_UP, queues=("support",), talks=A3))
async def pickup_group(pbx: Pbx, ear: Ear) -> None:
    """A queue rings a1; a3 dials *8 and has the call."""
    pbx.call("support")
    await pbx.phones["a1"].rings()
    picker = pbx.dial("a3", "*8")
    await picker.wait_for("answered")
    await pbx.phones["a1"].wait_for("cancelled")
    await ear.hears("AgentConnect")
    await ear.resync()
    await picker.hang_up()


@STORIES.tells(Call(PICKED_UP, queues=("support",), talks=A3))
async def pickup_directed(pbx: Pbx, ear: Ear) -> None:
    """A queue rings a1; a3 dials *8a1 (PickupChan) and has the call."""
    pbx.call("support")
    await pbx.phones["a1"].rings()
    picker = pbx.dial("a3", "*8a1")
    await picker.wait_for("answered")
    await pbx.phones["a1"].wait_for("cancelled")
    await picker.hang_up()


@STORIES.tells(Call((Leg(A1, None, "withdrawn"), Leg(A3, None, "answered")), talks=A3))
async def pickup_of_direct(pbx: Pbx, ear: Ear) -> None:
    """A direct call rings a1; a3 dials *8 and has the call."""
    pbx.call("direct-a1")
    await pbx.phones["a1"].rings()
    picker = pbx.dial("a3", "*8")
    await picker.wait_for("answered")
    await pbx.phones["a1"].wait_for("cancelled")
    await ear.resync()
    await picker.hang_up()


@STORIES.tells(
    Call((Leg(A1, "always", "answered"),), queues=("always",), talks=A1),
    Call((Leg(A1, "always", "answered"),), queues=("always",), talks=A1, number=OTHER),
)
async def two_calls_at_once(pbx: Pbx, ear: Ear) -> None:
    """An agent talks and takes a second call of the same queue; a resync while both talk."""
    await answered_by_a1(pbx, "always")
    second = pbx.call("always", OTHER)
    await pbx.phones["a1"].rings(2)
    await pbx.phones["a1"].answer()
    await second.wait_for("answered")
    await ear.resync()
    await pbx.phones["a1"].hang_up(0)
    await pbx.phones["a1"].hang_up()


@STORIES.tells(
    Call((Leg(A1, "support", "answered"),), queues=("support",), talks=A1),
    Call((Leg(A1, None, "answered"),), talks=A1, number=OTHER),
)
async def direct_while_talking(pbx: Pbx, ear: Ear) -> None:
    """An agent in a queue's call takes a direct one."""
    await answered_by_a1(pbx)
    second = pbx.call("direct-a1", OTHER)
    await pbx.phones["a1"].rings(2)
    await pbx.phones["a1"].answer()
    await second.wait_for("answered")
    await pbx.phones["a1"].hang_up()
    await pbx.phones["a1"].hang_up(0)


@STORIES.tells(
    Call((Leg(A1, "support", "cancelled"),), end="abandoned", queues=("support",)),
    Call((Leg(A1, "support", "answered"),), queues=("support",), talks=A1),
)
async def quick_recall(pbx: Pbx, ear: Ear) -> None:
    """A caller gives up while it rings and calls again at once."""
    caller = pbx.call("support")
    await pbx.phones["a1"].rings()
    await caller.hang_up()
    again = pbx.call("support")
    await pbx.phones["a1"].rings(2)
    await pbx.phones["a1"].answer()
    await again.wait_for("answered")
    await again.hang_up()


@STORIES.tells(
    Call(
        (Leg(A1, "support-next", "no_answer"), Leg(A2, "support-next", "answered")),
        queues=("support-next",),
        talks=A2,
    )
)
async def rings_out_to_next(pbx: Pbx, ear: Ear) -> None:
    """The queue goes on to the next agent when the first does not answer."""
    pbx.call("support-next")
    await pbx.phones["a2"].rings()
    await pbx.phones["a2"].answer()
    await ear.hears("AgentConnect")
    await pbx.phones["a2"].hang_up()
