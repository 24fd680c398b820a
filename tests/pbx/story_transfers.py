"""Stories of calls that are held or passed on."""

from tests.pbx.configuration import EXTENSIONS
from tests.pbx.ear import Ear
from tests.pbx.fixtures import Pbx
from tests.pbx.story import A1, A3, A4, Call, Leg, Stories, a3_takes_over, answered_by_a1

STORIES = Stories()


@STORIES.tells(Call((Leg(A1, "support", "answered", held=2),), queues=("support",), talks=A1))
async def hold_twice(pbx: Pbx, ear: Ear) -> None:
    """The agent's phone holds and resumes twice; a resync while the caller is on hold."""
    await answered_by_a1(pbx)
    await pbx.phones["a1"].hold()
    await ear.resync()
    await pbx.phones["a1"].resume()
    await pbx.phones["a1"].hold()
    await pbx.phones["a1"].resume()
    await pbx.phones["a1"].hang_up()


TO_A3 = (Leg(A1, "support", "transferred"), Leg(A3, None, "answered"))


@STORIES.tells(Call(TO_A3, queues=("support",), talks=A3))
async def blind_transfer_ami(pbx: Pbx, ear: Ear) -> None:
    """BlindTransfer by AMI to an extension; a resync while the second agent talks."""
    await answered_by_a1(pbx)
    pbx.act("BlindTransfer", Channel=pbx.channel(A1), Exten=EXTENSIONS["a3"], Context="from-internal")
    await a3_takes_over(pbx, ear)


@STORIES.tells(Call(TO_A3, queues=("support",), talks=A3))
async def blind_transfer_refer(pbx: Pbx, ear: Ear) -> None:
    """The agent's phone sends REFER."""
    await answered_by_a1(pbx)
    await pbx.phones["a1"].refer(EXTENSIONS["a3"])
    await a3_takes_over(pbx, ear)


@STORIES.tells(
    Call(
        (Leg(A1, "support", "transferred", held=1), Leg(A3, None, "answered")), queues=("support",), talks=A3
    )
)
async def blind_transfer_from_hold(pbx: Pbx, ear: Ear) -> None:
    """The agent holds, then transfers by REFER, as most phones do."""
    await answered_by_a1(pbx)
    await pbx.phones["a1"].hold()
    await pbx.phones["a1"].refer(EXTENSIONS["a3"])
    await a3_takes_over(pbx, ear)


@STORIES.tells(
    Call((Leg(A1, "support", "transferred"), Leg(A3, None, "no_answer")), queues=("support",), talks=A1)
)
async def blind_transfer_refused(pbx: Pbx, ear: Ear) -> None:
    """The second agent is busy, and the dialplan ends there: the caller is gone."""
    await answered_by_a1(pbx)
    pbx.act("BlindTransfer", Channel=pbx.channel(A1), Exten=EXTENSIONS["a3"], Context="from-internal")
    await pbx.phones["a3"].rings()
    await pbx.phones["a3"].refuse()


@STORIES.tells(
    Call(
        (Leg(A1, "support", "transferred"), Leg(A4, "second", "answered")),
        queues=("support", "second"),
        talks=A4,
    )
)
async def transfer_to_queue(pbx: Pbx, ear: Ear) -> None:
    """BlindTransfer by AMI into another queue; a resync while its agent rings."""
    await answered_by_a1(pbx)
    pbx.act("BlindTransfer", Channel=pbx.channel(A1), Exten=EXTENSIONS["second"], Context="from-internal")
    await pbx.phones["a4"].rings()
    await ear.resync()
    await pbx.phones["a4"].answer()
    await ear.hears("AgentConnect", Queue="second")
    await pbx.phones["a4"].hang_up()


async def consult_a3(pbx: Pbx, ear: Ear) -> None:
    """The first agent talks with a caller and has Asterisk ring a3 for a consultation."""
    await answered_by_a1(pbx)
    await ear.hears("BridgeEnter", Channel=pbx.channel(A1))
    pbx.act("Atxfer", Channel=pbx.channel(A1), Exten=EXTENSIONS["a3"], Context="from-internal")
    await pbx.phones["a3"].rings()
    await ear.resync()


CONSULTED_A3 = (Leg(A1, "support", "transferred", held=1), Leg(A3, None, "answered"))


@STORIES.tells(Call(CONSULTED_A3, queues=("support",), talks=A3))
async def attended_transfer(pbx: Pbx, ear: Ear) -> None:
    """Atxfer: a1 consults a3 and hangs up; a resync while it rings, in the consultation and after it."""
    await consult_a3(pbx, ear)
    await pbx.phones["a3"].answer()
    await ear.hears("BridgeEnter", Channel=pbx.channel(A3))
    await ear.resync()
    await pbx.phones["a1"].hang_up()
    await ear.hears("AttendedTransfer")
    await ear.resync()
    await pbx.phones["a3"].hang_up()


BACK = (Leg(A1, "support", "answered", held=1),)


@STORIES.tells(Call((*BACK, Leg(A3, None, "answered")), queues=("support",), talks=A1))
async def attended_transfer_taken_back(pbx: Pbx, ear: Ear) -> None:
    """Atxfer: a3 answers the consultation, then CancelAtxfer: a1 talks with the caller again."""
    await consult_a3(pbx, ear)
    await pbx.phones["a3"].answer()
    await ear.hears("BridgeEnter", Channel=pbx.channel(A3))
    pbx.act("CancelAtxfer", Channel=pbx.channel(A1))
    await pbx.phones["a3"].wait_for("ended")
    await ear.hears("Unhold")
    await ear.resync()
    await pbx.phones["a1"].hang_up()


@STORIES.tells(Call((*BACK, Leg(A3, None, "withdrawn")), queues=("support",), talks=A1))
async def attended_transfer_cancelled(pbx: Pbx, ear: Ear) -> None:
    """Atxfer: CancelAtxfer while a3 still rings: a1 talks with the caller again."""
    await consult_a3(pbx, ear)
    pbx.act("CancelAtxfer", Channel=pbx.channel(A1))
    await pbx.phones["a3"].wait_for("cancelled")
    await ear.hears("Unhold")
    await ear.resync()
    await pbx.phones["a1"].hang_up()


@STORIES.tells(Call((*BACK, Leg(A3, None, "no_answer")), queues=("support",), talks=A1))
async def attended_transfer_refused(pbx: Pbx, ear: Ear) -> None:
    """Atxfer: a3 is busy: a1 talks with the caller again."""
    await consult_a3(pbx, ear)
    await pbx.phones["a3"].refuse()
    await ear.hears("Unhold")
    await ear.resync()
    await pbx.phones["a1"].hang_up()


@STORIES.tells(Call(CONSULTED_A3, queues=("support",), talks=A3))
async def attended_transfer_blond(pbx: Pbx, ear: Ear) -> None:
    """Atxfer: a1 hangs up while a3 still rings; a3 then talks with the caller."""
    await consult_a3(pbx, ear)
    await pbx.phones["a1"].hang_up()
    await ear.resync()
    await a3_takes_over(pbx, ear)


@STORIES.tells(Call((*BACK, Leg(A3, None, "answered")), queues=("support",), talks=A1))
async def attended_transfer_caller_leaves(pbx: Pbx, ear: Ear) -> None:
    """Atxfer: the caller hangs up while a1 consults a3; the two talk on and end their talk."""
    caller = pbx.call("support")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].answer()
    await ear.hears("BridgeEnter", Channel=pbx.channel(A1))
    pbx.act("Atxfer", Channel=pbx.channel(A1), Exten=EXTENSIONS["a3"], Context="from-internal")
    await pbx.phones["a3"].rings()
    await pbx.phones["a3"].answer()
    await ear.hears("BridgeEnter", Channel=pbx.channel(A3))
    await caller.hang_up()
    await ear.resync()
    await pbx.phones["a3"].hang_up()
    pbx.asterisk.hang_up_everything()


@STORIES.tells(
    Call(CONSULTED_A3, queues=("support",), talks=A3),
    Call((Leg(A3, None, "answered"),), direction="internal", number="a1", dialler=A1, talks=A3),
)
async def attended_transfer_refer(pbx: Pbx, ear: Ear) -> None:
    """The phone of a1 holds, calls a3 itself, and joins the two by REFER with Replaces."""
    await answered_by_a1(pbx)
    await pbx.phones["a1"].hold()
    consultation = pbx.dial("a1", EXTENSIONS["a3"])
    await pbx.phones["a3"].rings()
    await pbx.phones["a3"].answer()
    await consultation.wait_for("answered")
    await ear.resync()
    await pbx.phones["a1"].refer(EXTENSIONS["a3"], consultation)
    await ear.hears("AttendedTransfer")
    await ear.resync()
    await pbx.phones["a3"].hang_up()
