"""The phone system of the tests does what the tests of the product rely on, heard by an independent ear."""

from collections.abc import AsyncIterator

import pytest

from tests.pbx.asterisk import Asterisk
from tests.pbx.ear import Ear, listening
from tests.pbx.fixtures import Pbx
from tests.pbx.hostile_names import HOSTILE_NAMES

pytestmark = pytest.mark.real("asterisk")


@pytest.fixture
async def ear(asterisk: Asterisk) -> AsyncIterator[Ear]:
    async with listening(asterisk) as heard:
        yield heard


async def test_a_call_queues_rings_is_answered_and_ends(pbx: Pbx, ear: Ear) -> None:
    phone = pbx.phones["a1"]
    caller = pbx.call("support", "+421905123456", "Jana")
    joined = await ear.hears(
        "QueueCallerJoin", Queue="support", CallerIDNum="+421905123456", CallerIDName="Jana"
    )
    await phone.rings()
    offered = await ear.hears("AgentCalled", Interface="PJSIP/a1", Uniqueid=joined["Uniqueid"])
    assert float(offered["Timestamp"]) > 0
    await phone.answer()
    await ear.hears("AgentConnect", Interface="PJSIP/a1", Uniqueid=joined["Uniqueid"])
    await caller.wait_for("answered")
    await caller.hang_up()
    await phone.wait_for("ended")
    await ear.hears("AgentComplete", Interface="PJSIP/a1", Reason="caller")
    await ear.hears("Hangup", Uniqueid=joined["Uniqueid"])


async def test_the_agent_may_hang_up_too(pbx: Pbx, ear: Ear) -> None:
    phone = pbx.phones["a1"]
    caller = pbx.call("support")
    await phone.rings()
    await phone.answer()
    await phone.hang_up()
    await caller.wait_for("ended")
    await ear.hears("AgentComplete", Interface="PJSIP/a1", Reason="agent")


async def test_ring_all_rings_three_and_the_first_to_answer_talks(pbx: Pbx, ear: Ear) -> None:
    first, second, third = (pbx.phones[agent] for agent in ("a1", "a2", "a3"))
    pbx.call("support-all")
    for phone in (first, second, third):
        await phone.rings()
    await second.answer()
    await first.wait_for("cancelled")
    await third.wait_for("cancelled")
    await ear.hears("AgentConnect", Interface="PJSIP/a2")
    assert not ear.all("AgentRingNoAnswer")


async def test_a_call_nobody_picks_up_goes_to_the_next_agent(pbx: Pbx, ear: Ear) -> None:
    first, second = pbx.phones["a1"], pbx.phones["a2"]
    pbx.call("support-next")
    await first.rings()
    await first.wait_for("cancelled")
    await ear.hears("AgentRingNoAnswer", Interface="PJSIP/a1")
    await second.rings()
    await second.answer()
    await ear.hears("AgentConnect", Interface="PJSIP/a2")


async def test_an_agent_who_refuses_is_passed_over(pbx: Pbx, ear: Ear) -> None:
    pbx.call("support")
    await pbx.phones["a1"].rings()
    await pbx.phones["a1"].refuse()
    await ear.hears("AgentRingNoAnswer", Interface="PJSIP/a1")
    await pbx.phones["a2"].rings()


async def test_the_caller_gives_up_while_it_rings(pbx: Pbx, ear: Ear) -> None:
    phone = pbx.phones["a1"]
    caller = pbx.call("support")
    await phone.rings()
    await caller.hang_up()
    await phone.wait_for("cancelled")
    await ear.hears("QueueCallerAbandon", Queue="support")


async def test_a_withheld_number_is_flagged_though_the_network_knows_it(pbx: Pbx, ear: Ear) -> None:
    pbx.call_privately("support", "+421905123456")
    joined = await ear.hears("QueueCallerJoin", CallerIDNum="+421905123456")
    assert joined["ChanVariable"].startswith("CALLERID(num-pres)=prohib")


async def test_an_anonymous_caller_has_no_number(pbx: Pbx, ear: Ear) -> None:
    pbx.call_anonymously("support")
    joined = await ear.hears("QueueCallerJoin")
    assert joined["CallerIDNum"] in {"anonymous", "<unknown>"}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
async def test_a_hostile_name_arrives_as_sent(pbx: Pbx, ear: Ear, name: str) -> None:
    pbx.call("support", name=name)
    joined = await ear.hears("QueueCallerJoin")
    # Asterisk leaves SIP's escapes in the name and adds its own.
    assert joined["CallerIDName"].replace("\\", "") == name.replace("\\", "")
