"""The page of what works, and its file."""

import csv
from datetime import datetime, timedelta
from io import StringIO

import pytest

from console.scripts.actions import import_scripts
from tests.console.desk.document import Element, parse
from tests.console.studio.browsing import Pages, words_of
from tests.fakes.past_runs import OFFER, BelievableCalls, Manner, call_row, run_row, script_of, store, walked

PATH = "/scripts/loyalty-offer/works"
SCRIPT = script_of(OFFER)


async def publish(pages: Pages, now: datetime, *texts: str) -> None:
    async with pages.sessions.begin() as session:
        for text in texts:
            await import_scripts(session, text, publish=True, at=now)


@pytest.fixture
async def month(pages: Pages, now: datetime) -> BelievableCalls:
    """Two versions, each on some hundred calls; the second one is followed to its end much more often."""
    await publish(pages, now, OFFER, OFFER.replace("look that up", "look"))
    calls = BelievableCalls(seed=11, people=80)
    for number in range(300):
        manner = Manner(1, SCRIPT, leaves=0.2) if number % 2 else Manner(2, SCRIPT, leaves=0.02)
        calls.add(manner, now - timedelta(days=0.5 + number / 12))
    await store(pages.sessions, calls.calls, calls.runs)
    return calls


async def shown(pages: Pages, query: str = "", status: int = 200) -> Element:
    return parse((await pages.get(f"{PATH}{query}", status)).removeprefix("<!doctype html>"))


def rows(page: Element, table: str) -> dict[str, str]:
    """What each row of a table says, by its name."""
    found = page.one(table).every("tr")
    return {
        name: words_of(row.text)
        for row in found
        if (name := row.attributes.get("data-name", row.attributes.get("data-step"))) is not None
    }


async def test_an_empty_page_says_what_to_do_next(pages: Pages, now: datetime) -> None:
    async with pages.sessions.begin() as session:
        await import_scripts(session, OFFER, publish=False, at=now)
    page = await pages.get(PATH)
    assert "Calls do not get it: publish a version." in words_of(page)
    assert 'href="/studio/scripts/loyalty-offer/publish?version=1"' in page
    await publish(pages, now, OFFER)
    page = await pages.get(PATH)
    assert 'href="/studio/scripts/loyalty-offer/works?period=90"' in page
    assert "Show the last 90 days" not in await pages.get(f"{PATH}?period=90")
    await pages.get("/scripts/nothing/works", 404)


async def test_every_figure_is_told_with_its_interval_and_how_it_is_computed(
    pages: Pages, month: BelievableCalls
) -> None:
    page = await shown(pages)
    figures = rows(page, "works-figures")
    ended = sum(run["outcome"] is not None for run in month.runs)
    assert figures["completed"].startswith("Completed Of its runs: they came to an end of the script.")
    assert f"{ended} of {len(month.runs)}, between " in figures["completed"]
    assert "left out: " in figures["again"]
    assert "too early to tell: " in figures["again"]
    assert "not rated: " in figures["satisfied"]
    age = page.one("works-age").text
    assert age.startswith("Counted at 13:00:00")
    assert "on the calls that began from Oct 24, 2026" in age
    assert list(rows(page, "works-steps")) == [step.id for step in SCRIPT.steps]
    assert list(rows(page, "works-outcomes")) == ["helped", ""]
    assert not page.has("works-caution")


async def test_one_version(pages: Pages, month: BelievableCalls) -> None:
    page = await shown(pages, "?version=2")
    of_it = [run for run in month.runs if run["script_version"] == 2]
    assert f" of {len(of_it)}, between " in rows(page, "works-figures")["completed"]
    alone = page.one("works-versions").every("a")
    assert [each.attributes["href"] for each in alone] == [
        "/studio/scripts/loyalty-offer/works?version=2",
        "/studio/scripts/loyalty-offer/works?version=1",
    ]


@pytest.mark.usefixtures("month")
async def test_two_versions_side_by_side(pages: Pages) -> None:
    page = await shown(pages, "?version=2&beside=1")
    figures = rows(page, "works-figures")
    assert "version 2 is higher than version 1 by " in figures["completed"]
    assert "no difference that these numbers could show" in figures["walked"]
    assert "version 2 is lower than version 1 by " in rows(page, "works-outcomes")[""]
    assert page.has("works-caution")
    turned = rows(await shown(pages, "?version=1&beside=2"), "works-figures")
    assert "version 1 is lower than version 2 by " in turned["completed"]


async def test_few_calls_say_so(pages: Pages, now: datetime) -> None:
    await publish(pages, now, OFFER)
    call = call_row("main-1", now - timedelta(days=1), script_key=SCRIPT.key, script_version=1)
    await store(pages.sessions, [call], [run_row(call, walked(SCRIPT, call["started_at"], [(7, None)]))])
    page = await shown(pages)
    assert "0 of 1 too few to tell: anything between 0 % and 79 %" in rows(page, "works-figures")["completed"]
    steps = rows(page, "works-steps")
    assert "0:07 too few to tell: 1 run" in steps["greet"]
    assert "none yet" in steps["offer"]
    assert steps["greet"].startswith("Step 1 say Good day ‹customer's name›. Thank you")
    assert "No offer was made." in page.text
    assert "No call was rated" in page.text


async def test_what_was_typed_stays_with_what_is_wrong_with_it(pages: Pages, now: datetime) -> None:
    await publish(pages, now, OFFER, f"# newer\n{OFFER}")
    page = await shown(pages, "?period=days&from=2026-11-02&until=2026-11-01&version=2&beside=2", 422)
    wrong = [each.attributes["data-field"] for each in page.every("p") if "data-field" in each.attributes]
    assert wrong == ["until", "beside"]
    assert page.one("works-from").attributes["value"] == "2026-11-02"
    [chosen] = page.one("works-period").every("option", selected="")
    assert chosen.attributes["value"] == "days"


async def test_the_file_has_the_same_figures(pages: Pages, month: BelievableCalls) -> None:
    answer = await pages.client.get(f"/studio{PATH}.csv?version=2&beside=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="loyalty-offer-works.csv"'
    found = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    of_it = [run for run in month.runs if run["script_version"] == 2]
    completed = {row["version"]: row for row in found if row["figure"] == "completed"}
    assert completed["2"]["out_of"] == str(len(of_it))
    assert float(completed["2"]["low"]) < float(completed["2"]["share"])
    assert {row["of"] for row in found if row["figure"] == "step time"} == {step.id for step in SCRIPT.steps}
    assert all(row["counted_at"] == "2026-11-21T12:00:00+00:00" for row in found)
    assert (await pages.client.get(f"/studio{PATH}.csv?version=9")).status_code == 422


async def test_a_file_runs_nothing_in_a_spreadsheet(pages: Pages, now: datetime) -> None:
    odd = script_of(OFFER.replace("end: helped", 'end: "=1+1"'))
    await publish(pages, now, OFFER.replace("end: helped", 'end: "=1+1"'))
    call = call_row("main-1", now - timedelta(days=1))
    moves = [(1, None), (1, "nothing more"), (1, None), (1, "confirmed"), (1, None)]
    await store(pages.sessions, [call], [run_row(call, walked(odd, call["started_at"], moves))])
    found = list(csv.DictReader(StringIO(await pages.get(f"{PATH}.csv"))))
    assert "'=1+1" in {row["of"] for row in found}
    assert "=1+1" in rows(await shown(pages), "works-outcomes")


async def test_links_lead_here_and_only_admins_may(pages: Pages, month: BelievableCalls) -> None:
    assert month.runs
    assert 'href="/studio/scripts/loyalty-offer/works?period=7"' in await pages.get("")
    assert 'href="/studio/scripts/loyalty-offer/works"' in await pages.get("/scripts/loyalty-offer")
    for path in (PATH, f"{PATH}.csv"):
        for role in ("agent", "supervisor"):
            answer = await pages.client.get(f"/studio{path}", headers={"role": role})
            assert answer.status_code == 403
