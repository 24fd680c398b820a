"""Calls of known fate, on a real Asterisk: `tests/cases/fates.toml` says what each adds to which figure.

The waits are the script: a caller here hangs up, and an agent answers, so many seconds after the phone system
said that the caller joined the queue. All calls are played at the same time, as far as they do not need the
same phone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from tests.pbx.configuration import EXTENSIONS
from tests.pbx.scene import LONGER_THAN_WHOLE_SECONDS_S, Bell, Scene, Somebody, moment, until_moment

TALK_S = 1.0

Play = Callable[[Scene, str], Coroutine[Any, Any, None]]
"""Plays the call of this name to its end."""


async def _hangs_up(bell: Bell, seconds: float = TALK_S) -> None:
    await asyncio.sleep(seconds)
    await bell.phone.hang_up()


@asynccontextmanager
async def _finishes(scene: Scene) -> AsyncIterator[None]:
    """An agent at `a1`, whose desk is open, has a time to finish calls: it is over behind this block."""
    over = {"Queue": "front", "Paused": "0"}
    before = len(scene.ear.all("QueueMemberPause", **over))
    yield
    await scene.ear.hears("QueueMemberPause", before + 1, **over)


def answered(queue: str, phone: str, after_s: float) -> Play:
    """Answered after so long; the agent hangs up."""

    async def play(scene: Scene, name: str) -> None:
        finished = _finishes(scene) if phone == "a1" else nullcontext()
        async with scene.alone_at(phone) as [bell], finished:
            who = await scene.call(name, queue)
            await who.joins(queue)
            await bell.rings()
            await who.has_waited(after_s)
            await bell.phone.answer()
            await who.talks_with(queue)
            await _hangs_up(bell)

    return play


async def held(scene: Scene, name: str) -> None:
    """On hold for a second; the caller hangs up."""
    async with scene.alone_at("a1") as [bell], _finishes(scene):
        who = await scene.call(name, "front")
        await who.joins("front")
        await bell.rings()
        await who.has_waited(2)
        await bell.phone.answer()
        await who.talks_with("front")
        await bell.phone.hold()
        await asyncio.sleep(1)
        await bell.phone.resume()
        await who.caller.hang_up()


def gives_up(queue: str, phone: str, after_s: float) -> Play:
    """Hangs up while it rings."""

    async def play(scene: Scene, name: str) -> None:
        async with scene.alone_at(phone) as [bell]:
            who = await scene.call(name, queue)
            await who.joins(queue)
            await bell.rings()
            await who.has_waited(after_s)
            await who.caller.hang_up()

    return play


async def second_agent_answers(scene: Scene, name: str) -> None:
    async with scene.alone_at("a2", "a3") as [first, second]:
        who = await scene.call(name, "pair")
        await who.joins("pair")
        await first.rings()
        await second.rings()
        await who.has_waited(5.5)
        await second.phone.answer()
        await who.talks_with("pair")
        await _hangs_up(second)


async def nobody_answers(scene: Scene, name: str) -> None:
    async with scene.alone_at("a2", "a3") as [first, second]:
        who = await scene.call(name, "pair")
        await who.joins("pair")
        await first.rings()
        await second.rings()
        await who.has_waited(6.5)
        await who.caller.hang_up()


async def first_agent_rejects(scene: Scene, name: str) -> None:
    async with scene.alone_at("a2", "a3") as [first, second]:
        who = await scene.call(name, "pair")
        await who.joins("pair")
        await first.rings()
        await first.phone.refuse()
        await second.rings()
        await who.has_waited(2)
        await second.phone.answer()
        await who.talks_with("pair")
        await _hangs_up(second)


async def _is_served_behind(who: Somebody, bell: Bell) -> None:
    """Answered in time in the second queue."""
    await who.joins("back")
    await bell.rings()
    await who.has_waited(1.5)
    await bell.phone.answer()
    await who.talks_with("back")
    await _hangs_up(bell)


async def second_queue_serves(scene: Scene, name: str) -> None:
    async with scene.alone_at("a20", "a4") as [first, second]:
        who = await scene.call(name, "brief-back")
        await who.joins("brief")
        await first.rings()
        await _is_served_behind(who, second)


async def gives_up_in_second_queue(scene: Scene, name: str) -> None:
    async with scene.alone_at("a20", "a4") as [first, second]:
        who = await scene.call(name, "brief-back")
        await first.rings()
        await who.joins("back")
        await second.rings()
        await who.has_waited(1.5)
        await who.caller.hang_up()


async def is_hung_up(scene: Scene, name: str) -> None:
    async with scene.alone_at("a20") as [bell]:
        who = await scene.call(name, "brief-end")
        await bell.rings()
        await who.caller.wait_for("refused")


async def phone_behind_answers(scene: Scene, name: str) -> None:
    async with scene.alone_at("a20", "a3") as [first, second]:
        await scene.call(name, "brief-a3")
        await first.rings()
        await second.rings()
        await second.phone.answer()
        await _hangs_up(second)


async def _is_passed_on(scene: Scene, name: str, bell: Bell, after_s: float, extension: str) -> Somebody:
    who = await scene.call(name, "sales")
    await who.joins("sales")
    await bell.rings()
    await who.has_waited(after_s)
    await bell.phone.answer()
    await who.talks_with("sales")
    await asyncio.sleep(TALK_S)
    await bell.phone.refer(extension)
    return who


async def passed_on_and_served(scene: Scene, name: str) -> None:
    async with scene.alone_at("a10", "a4") as [first, second]:
        who = await _is_passed_on(scene, name, first, 1, EXTENSIONS["back"])
        await _is_served_behind(who, second)


async def passed_on_and_gives_up(scene: Scene, name: str) -> None:
    async with scene.alone_at("a10", "a4") as [first, second]:
        who = await _is_passed_on(scene, name, first, 1, EXTENSIONS["back"])
        await who.joins("back")
        await second.rings()
        await who.has_waited(6.5)
        await who.caller.hang_up()


async def passed_on_to_a_phone(scene: Scene, name: str) -> None:
    async with scene.alone_at("a10", "a20") as [first, second]:
        await _is_passed_on(scene, name, first, 5.5, EXTENSIONS["a20"])
        await second.rings()
        await second.phone.answer()
        await _hangs_up(second)


async def leaves_by_a_key(scene: Scene, name: str) -> None:
    async with scene.alone_at("a4") as [bell]:
        who = await scene.call(name, "hall")
        await who.joins("lobby")
        await who.has_waited(1.5)
        await who.caller.press(1)
        await _is_served_behind(who, bell)


async def is_withdrawn(scene: Scene, name: str) -> None:
    who = await scene.call(name, "hall")
    channel = (await who.joins("lobby"))["Channel"]
    await who.has_waited(1.5)
    scene.ear.ask("QueueWithdrawCaller", Queue="lobby", Caller=channel)
    await who.caller.wait_for("ended")


def _redirect(scene: Scene, channel: str, to: str) -> None:
    scene.ear.ask("Redirect", Channel=channel, Context="from-internal", Exten=EXTENSIONS[to], Priority="1")


async def moves_to_another_queue(scene: Scene, name: str) -> None:
    """Answered there later than the limit, which whole seconds do not show."""
    async with scene.alone_at("a1") as [bell], _finishes(scene):
        who = await scene.call(name, "hall")
        joined = await who.joins("lobby")
        await until_moment(int(moment(joined)) + 2.05)
        _redirect(scene, joined["Channel"], "front")
        await who.joins_soon_after_a_second_begins("front")
        await bell.rings()
        await who.has_waited(LONGER_THAN_WHOLE_SECONDS_S)
        await bell.phone.answer()
        await who.talks_with("front")
        await _hangs_up(bell)


async def is_taken_out(scene: Scene, name: str) -> None:
    async with scene.alone_at("a2") as [bell]:
        who = await scene.call(name, "hall")
        joined = await who.joins("lobby")
        await who.has_waited(1.5)
        _redirect(scene, joined["Channel"], "a2")
        await bell.rings()
        await bell.phone.answer()
        await _hangs_up(bell)


async def gives_up_where_nobody_works(scene: Scene, name: str) -> None:
    who = await scene.call(name, "hall")
    await who.joins("lobby")
    await who.has_waited(1.5)
    await who.caller.hang_up()


async def goes_through_three_queues(scene: Scene, name: str) -> None:
    async with scene.alone_at("a20", "a4") as [first, second]:
        who = await scene.call(name, "nobody-brief-back")
        await who.is_let_go("nobody")
        await who.joins("brief")
        await first.rings()
        await _is_served_behind(who, second)


async def dials_an_agent(scene: Scene, name: str) -> None:
    async with scene.alone_at("a2") as [bell]:
        await scene.call(name, "direct-a2")
        await bell.rings()
        await bell.phone.answer()
        await _hangs_up(bell)


PLAYS: Mapping[str, Play] = {
    "c01": answered("front", "a1", 1),
    "c02": held,
    "c03": answered("front", "a1", 5.5),
    "c04": gives_up("front", "a1", 1),
    "c05": gives_up("front", "a1", 6.5),
    "c06": second_agent_answers,
    "c07": nobody_answers,
    "c08": first_agent_rejects,
    "c09": second_queue_serves,
    "c10": gives_up_in_second_queue,
    "c11": is_hung_up,
    "c12": phone_behind_answers,
    "c13": passed_on_and_served,
    "c14": passed_on_and_gives_up,
    "c15": passed_on_to_a_phone,
    "c16": leaves_by_a_key,
    "c17": is_withdrawn,
    "c18": moves_to_another_queue,
    "c19": is_taken_out,
    "c20": gives_up_where_nobody_works,
    "c21": goes_through_three_queues,
    "c22": dials_an_agent,
}


async def play_all(scene: Scene) -> None:
    """All of them; return when each is over."""
    async with asyncio.TaskGroup() as tasks:
        for name, play in PLAYS.items():
            tasks.create_task(play(scene, name), name=name)
