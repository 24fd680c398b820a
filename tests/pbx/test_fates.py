"""Calls of known fate, on a real Asterisk: every figure on the board and in the report is the one worked out
by hand, and Asterisk's own, where they speak of the same thing; where not, the difference is as
docs/figures.md explains it."""

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import datetime
from statistics import mean
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from console.boards.figure_drawing import ON_TILES, PERCENTILES, written
from console.figures.catalogue import FIGURES, Unit
from console.figures.formulas import FORMULAS, SWITCHES
from console.figures.shares import Share
from tests.pbx.asterisk import run_asterisk
from tests.pbx.configuration import FATES, WITHIN_S
from tests.pbx.ear import listening
from tests.pbx.fate_table import EVERYTHING, QUEUES, TABLE, WHOLE, stays, waits_of
from tests.pbx.fates import TALK_S, play_all
from tests.pbx.fixtures import idle_pbx, plugged_in
from tests.pbx.own_figures import hold_time, own_figures, talk_time
from tests.pbx.played import AGENTS, BY, ON_RECORD, WRAP_UP_S, Played, open_console, read_all, zone
from tests.pbx.scene import Scene, moment, number_of, until_moment
from tests.pbx.world import install
from tests.rig.processes import until
from tests.rig.product import Product

pytestmark = [
    pytest.mark.real("asterisk", "chromium", "postgresql", "redis"),
    pytest.mark.asyncio(loop_scope="session"),
]

SHAPES = ("one-process", "two-processes")
SHARES = ("service_level", "abandon_rate", "transfer_rate")
SECOND = 1.0
MOMENT_S = 0.05
"""Asterisk cuts both moments to whole seconds."""

LATE_S = 3.0
"""So much longer than scripted may take what a test asks of phones, where others use the processor, too."""

LEFT_BY_A_KEY = [stay for stay in stays() if "moved" in stay.adds and not stay.asterisk]
"""Of these Asterisk counts nothing."""

each_shape = pytest.mark.parametrize("shape", SHAPES)
each_queue = pytest.mark.parametrize("queue", QUEUES)
each_row = pytest.mark.parametrize("queue", [*QUEUES, EVERYTHING])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def played(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    """All calls, played once."""
    redis = request.getfixturevalue("redis_server").removesuffix("/0")
    folders = [tmp_path_factory.mktemp(shape) for shape in SHAPES]
    with ExitStack() as life:
        asterisk = life.enter_context(run_asterisk(FATES))
        phones = life.enter_context(plugged_in(asterisk))
        database = life.enter_context(request.getfixturevalue("postgres_server").database("fates"))
        settings = [
            {"DATABASE_URL": f"sqlite+aiosqlite:///{folders[0]}/lineside.sqlite"},
            {"DATABASE_URL": database, "REDIS_URL": f"{redis}/4"},
        ]
        products = [
            install(folder, asterisk.link(), {"TIME_ZONE": zone(), **each}, AGENTS, ON_RECORD)
            for folder, each in zip(folders, settings, strict=True)
        ]
        for product in products:
            life.enter_context(product.running())
        consoles = {
            shape: await open_console(chromium, product)
            for shape, product in zip(SHAPES, products, strict=True)
        }
        async with listening(asterisk) as ear:
            with idle_pbx(asterisk, phones) as pbx:
                await play_all(Scene(pbx, ear))
            for console in consoles.values():
                await read_all(console)
            own = await own_figures(ear, QUEUES)
            yield Played(asterisk, phones, consoles, own, list(ear.heard))
        for context in chromium.contexts:
            await context.close()


def said(value: Any) -> Any:
    """A figure of the API as the table writes it."""
    if not isinstance(value, dict):
        return value
    return "nothing" if value["part"] is None else f"{value['count']}/{value['of']}"


def by_hand(queue: str) -> dict[str, Any]:
    return {key: value for key, value in WHOLE[queue].items() if key != "asterisk"}


@each_shape
@each_row
async def test_the_report(played: Played, shape: str, queue: str) -> None:
    figures = played.told(shape).report[queue]
    assert {key: said(figures[key]) for key in by_hand(queue)} == by_hand(queue)


@each_shape
@pytest.mark.parametrize("by", BY)
async def test_whatever_rows_are_all_together_is_the_same(played: Played, shape: str, by: str) -> None:
    whole = played.told(shape).rows[by][EVERYTHING]
    assert {key: said(whole[key]) for key in by_hand(EVERYTHING)} == by_hand(EVERYTHING)


@each_shape
async def test_a_line_has_what_its_queues_have(played: Played, shape: str) -> None:
    second = played.told(shape).rows["line"][2]
    assert {key: said(second[key]) for key in by_hand("back")} == by_hand("back")


@each_shape
@each_queue
async def test_the_board_for_other_software(played: Played, shape: str, queue: str) -> None:
    told, wanted = played.told(shape), WHOLE[queue]
    item, report = told.queues[queue], told.report[queue]
    assert (item["waiting"], item["longest_wait_s"]) == (0, 0)
    assert (item["answered_today"], item["abandoned_today"]) == (wanted["answered"], wanted["abandoned"])
    assert item["service_level_now"] == item["service_level_today"] == percent(wanted["service_level"])
    for key, figure in (("asa_s", "asa"), ("aht_s", "aht")):
        value = report[figure]
        rounded = MOMENT_S + 0.05  # to a tenth; of wrap-ups those who count live hear a moment later
        assert item[key] == (None if value is None else pytest.approx(value, abs=rounded))


def percent(share: str) -> float | None:
    count, _, of = share.partition("/")
    return None if share == "nothing" else round(int(count) / int(of) * 100, 1)


@each_shape
@each_queue
async def test_the_tiles_of_the_board(played: Played, shape: str, queue: str) -> None:
    told = played.told(shape)
    tile = told.tiles[queue]
    assert tile["waiting"] == ["0"]
    assert tile["level"] == ["" if (level := percent(WHOLE[queue]["service_level"])) is None else f"{level}"]
    for key in ON_TILES:
        assert set(tile[key]) <= as_people_may_read(key, told.report[queue][key]), key


@each_shape
@each_queue
async def test_the_page_that_says_how_each_is_computed(played: Played, shape: str, queue: str) -> None:
    told = played.told(shape)
    for key in FIGURES.keys() - set(PERCENTILES):
        assert set(told.pages[queue][key]) <= as_people_may_read(key, told.report[queue][key]), key


def as_people_may_read(key: str, value: Any) -> set[str]:
    """As it is written; of times also what is written of some milliseconds more or less: whoever counts live
    hears of the end of a wrap-up a moment behind what is on record."""
    unit = FIGURES[key].unit
    if unit is Unit.SHARE:
        return {written(Share(value["count"], value["of"]), unit)}
    if value is None or unit is not Unit.SECONDS:
        return {written(value, unit)}
    return {written(value + more, unit) for more in (-MOMENT_S, 0, MOMENT_S) if value + more >= 0}


@each_shape
@pytest.mark.parametrize("queue", list(TABLE["formulas"]))
async def test_what_other_formulas_and_switches_give(played: Played, shape: str, queue: str) -> None:
    otherwise = played.told(shape).otherwise
    given = {(field, word): said(found[queue]["service_level"]) for (field, word), found in otherwise.items()}
    formulas, turned = TABLE["formulas"][queue], TABLE["turned"][queue]
    assert given == {each: formulas.get(each[1]) or turned[each[0]] for each in otherwise}


@each_shape
@pytest.mark.parametrize("queue", [queue for queue in TABLE["formulas"] if queue != EVERYTHING])
async def test_and_that_page_gives_the_same(played: Played, shape: str, queue: str) -> None:
    page, formulas, turned = played.told(shape).pages[queue], TABLE["formulas"][queue], TABLE["turned"][queue]
    assert page["formulas"] == [[share_as_people_read(formulas[key])] * 2 for key in FORMULAS]
    assert page["switches"] == [[share_as_people_read(turned[each.key])] * 2 for each in SWITCHES]


def share_as_people_read(share: str) -> str:
    count, _, of = share.partition("/")
    return written(Share(0, 0) if share == "nothing" else Share(int(count), int(of)), Unit.SHARE)


@each_shape
@pytest.mark.parametrize("agent", list(TABLE["agents"]))
async def test_the_report_of_agents(played: Played, shape: str, agent: str) -> None:
    figures, wanted = played.told(shape).agents[agent], TABLE["agents"][agent]
    assert {key: figures[key] for key in wanted} == wanted


@each_shape
@each_queue
async def test_times_are_those_of_the_script(played: Played, shape: str, queue: str) -> None:
    figures = played.told(shape).report[queue]
    of_answered, of_abandoned = waits_of(queue, "answered"), waits_of(queue, "abandoned")
    takes(figures["asa"], mean(of_answered) if of_answered else None)
    takes(figures["time_to_abandon"], mean(of_abandoned) if of_abandoned else None)
    for key in PERCENTILES:
        rank = -(-int(key.removeprefix("wait_p")) * len(of_answered) // 100)
        takes(figures[key], of_answered[rank - 1] if of_answered else None, SECOND)
    takes(figures["longest_wait"], max(waits_of(queue, "offered")), SECOND)


def takes(value: float | None, scripted: float | None, rounded_s: float = 0.0) -> None:
    """As long as scripted, or what phones need longer; `rounded_s` more where it is whole seconds."""
    if scripted is None:
        assert value is None
        return
    assert value is not None
    assert scripted - 0.1 <= value <= scripted + LATE_S + rounded_s, (value, scripted)


@each_shape
async def test_handling_times_are_those_of_the_script(played: Played, shape: str) -> None:
    told = played.told(shape)
    figures, handled = told.report["front"], WHOLE["front"]["handled"]
    takes(figures["talk"], TALK_S * (handled - 1) / handled)  # one of them was on hold instead
    takes(figures["hold"], 1 / handled)
    takes(figures["wrap_up"], WRAP_UP_S)
    assert figures["aht"] == pytest.approx(figures["talk"] + figures["hold"] + figures["wrap_up"])
    for queue in ("pair", "back", "sales"):
        figures = told.report[queue]
        takes(figures["talk"], TALK_S)
        assert figures["hold"] == figures["wrap_up"] == 0
        assert figures["aht"] == figures["talk"]


@each_shape
async def test_each_wait_is_as_long_as_asterisk_says(played: Played, shape: str) -> None:
    calls, compared = played.told(shape).calls, 0
    for stay in stays():
        [visit] = [each for each in calls[stay.call]["visits"] if each["queue"] == stay.queue]
        for event in played.events(stay.queue, "AgentConnect", "QueueCallerAbandon"):
            if event["CallerIDNum"] == number_of(stay.call):
                lasted_s = seconds_between(visit["queued_at"], visit["left_at"])
                assert abs(lasted_s - int(event["HoldTime"])) < SECOND, (stay, event)
                compared += 1
    assert compared == len(stays()) - len(LEFT_BY_A_KEY)


@each_shape
@each_queue
async def test_each_talk_is_as_long_as_asterisk_says(played: Played, shape: str, queue: str) -> None:
    legs = [
        leg for call in played.told(shape).calls.values() for leg in call["legs"] if leg["queue"] == queue
    ]
    talked = sorted((leg["answered_at"], leg["ended_at"]) for leg in legs if leg["answered_at"])
    completed = played.events(queue, "AgentComplete")
    for (answered_at, ended_at), event in zip(talked, completed, strict=True):
        assert abs(seconds_between(answered_at, ended_at) - int(event["TalkTime"])) < SECOND, event


def seconds_between(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


@each_queue
async def test_asterisk_counts_as_the_table_says(played: Played, queue: str) -> None:
    params, wanted = played.own[queue].params, WHOLE[queue]["asterisk"]
    assert (int(params["Completed"]), int(params["Abandoned"])) == (wanted["completed"], wanted["abandoned"])
    assert (params["ServicelevelPerf"], params["ServicelevelPerf2"]) == (wanted["perf"], wanted["perf2"])
    assert int(params["ServiceLevel"]) == WITHIN_S


@each_shape
@each_queue
async def test_what_of_its_counts_is_which_of_ours(played: Played, shape: str, queue: str) -> None:
    own, ours = played.own[queue], played.told(shape).report[queue]
    assert int(own.params["Completed"]) == ours["handled"] == ours["answered"]
    by_key = sum(stay.queue == queue for stay in LEFT_BY_A_KEY)
    left = ours["abandoned"] + ours["timed_out"] + ours["moved"]
    assert int(own.params["Abandoned"]) == left - by_key
    assert sum(own.taken.values()) == ours["handled"]


@each_queue
async def test_its_averages_move(played: Played, queue: str) -> None:
    own = played.own[queue]
    events = played.events(queue, "AgentConnect", "AgentComplete", "QueueCallerAbandon")
    assert int(own.params["Holdtime"]) == int(own.summary["HoldTime"]) == hold_time(events)
    assert int(own.params["TalkTime"]) == int(own.summary["TalkTime"]) == talk_time(events)


@each_shape
async def test_its_talk_time_has_the_hold_in_it(played: Played, shape: str) -> None:
    [leg] = played.told(shape).calls["c02"]["legs"]
    numbers = [each["CallerIDNum"] for each in played.events("front", "AgentConnect")]
    completed = played.events("front", "AgentComplete")[numbers.index(number_of("c02"))]
    assert seconds_between(leg["answered_at"], leg["ended_at"]) >= 1
    assert int(completed["TalkTime"]) >= 1


async def test_its_limit_is_longer_than_it_says_by_up_to_a_second(played: Played) -> None:
    connected = {each["CallerIDNum"]: each for each in played.events("front", "AgentConnect")}
    assert int(connected[number_of("c18")]["HoldTime"]) == WITHIN_S
    for shape in SHAPES:
        visit = played.told(shape).calls["c18"]["visits"][1]
        assert WITHIN_S < seconds_between(visit["queued_at"], visit["left_at"]) < WITHIN_S + SECOND


async def test_what_it_says_while_a_caller_waits_and_talks(played: Played) -> None:
    product = played.consoles[SHAPES[0]].product
    with idle_pbx(played.asterisk, played.phones) as pbx:
        async with listening(played.asterisk) as ear:
            before = (await own_figures(ear, ["back"]))["back"]
            assert [before.summary[key] for key in ("LoggedIn", "Available", "Callers")] == ["1", "1", "0"]
            pbx.call("back")
            joined = await ear.hears("QueueCallerJoin", Queue="back")
            await pbx.phones["a4"].rings()
            await until_moment(moment(joined) + 1.1)
            waiting = (await own_figures(ear, ["back"]))["back"]
            assert (waiting.params["Calls"], waiting.summary["Callers"]) == ("1", "1")
            assert int(waiting.summary["LongestHoldTime"]) in {1, 2}
            assert waiting.summary["Available"] == "0"
            [item] = [each for each in product.api("queues")["items"] if each["name"] == "back"]
            assert item["waiting"] == 1
            assert item["longest_wait_s"] in {1, 2}
            await pbx.phones["a4"].answer()
            await ear.hears("AgentConnect", Queue="back")
            talking = (await own_figures(ear, ["back"]))["back"]
            assert talking.params["Completed"] == before.params["Completed"]
            await until(lambda: answered_today(product) == item["answered_today"] + 1, "the answer")
            await pbx.phones["a4"].hang_up()
            await ear.hears("AgentComplete", Queue="back")
            over = (await own_figures(ear, ["back"]))["back"]
            assert int(over.params["Completed"]) == int(before.params["Completed"]) + 1


def answered_today(product: Product) -> int:
    [item] = [each for each in product.api("queues")["items"] if each["name"] == "back"]
    return int(item["answered_today"])


async def test_who_is_on_a_break_is_logged_in(played: Played) -> None:
    async with listening(played.asterisk) as ear:
        for paused, available in (("true", "1"), ("false", "2")):
            ear.ask("QueuePause", Queue="pair", Interface="PJSIP/a2", Paused=paused)
            await ear.hears("QueueMemberPause", Queue="pair", Paused=str(int(paused == "true")))
            summary = (await own_figures(ear, ["pair"]))["pair"].summary
            assert (summary["LoggedIn"], summary["Available"]) == ("2", available)


async def test_who_is_passed_on_is_completed_then(played: Played) -> None:
    reasons = [event["Reason"] for event in played.events("sales", "AgentComplete")]
    assert reasons == ["transfer"] * WHOLE["sales"]["transfers"]


ZEROS = {
    **dict.fromkeys(("Completed", "Abandoned", "Holdtime", "TalkTime"), "0"),
    **dict.fromkeys(("ServicelevelPerf", "ServicelevelPerf2"), "0.0"),
}


async def test_it_counts_since_the_last_reset(played: Played) -> None:
    played.asterisk.command("queue reset stats sales")
    async with listening(played.asterisk) as ear:
        params = (await own_figures(ear, ["sales"]))["sales"].params
    assert {key: params[key] for key in ZEROS} == ZEROS


async def test_and_since_the_queue_was_configured(played: Played) -> None:
    file = played.asterisk.outside("etc/queues.conf")
    whole = file.read_text()
    without = re.sub(r"\n\[lobby\]\n[^\[]*", "\n", whole)
    async with listening(played.asterisk) as ear:
        for text, zero in ((whole, False), (without, None), (whole, True)):
            file.write_text(text)
            played.asterisk.command("queue reload all")
            await ear.resync()
            number = len(ear.all("QueueStatusComplete"))
            found = ear.all("QueueParams", Queue="lobby", ActionID=f"QueueStatus-{number}")
            assert [ZEROS.items() <= params.items() for params in found] == ([] if zero is None else [zero])
