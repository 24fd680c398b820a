"""The pages of the replay: choosing, how far it is, what it found, and the list as a file."""

import csv
from datetime import datetime, timedelta
from io import StringIO

import httpx
import pytest
from sqlalchemy import update

from console.calls.erasing import erase_callers
from console.calls.models import Call
from console.commands.script_replay import script_replay
from console.db.engine import Sessions
from console.studio import replay_list, replay_views
from console.studio.replay_jobs import LOST_AFTER
from console.studio.replay_models import ReplayJob, ReplayState
from console.web.forms import MAX_FIELD_BYTES
from tests.console.desk.document import Element, parse
from tests.console.studio.calls_of_yesterday import ANYTHING, CHANGED, LATE, Yesterday, publish

PATH = "/studio/replay"
SECRET = {"csrf_token": "secret-of-ana"}


def drawn(answer: httpx.Response) -> Element:
    return parse(answer.text.removeprefix("<!doctype html>"))


async def page(replays: httpx.AsyncClient, path: str = PATH) -> Element:
    answer = await replays.get(path)
    assert answer.status_code == 200, answer.text
    return drawn(answer)


async def begin(replays: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await replays.post(PATH, data=SECRET | {"what": "draft:late", "period": "week"} | fields)


async def done(replays: httpx.AsyncClient, yesterday: Yesterday, begun: list[int], **fields: str) -> str:
    """A replay, begun on the page and done; its path."""
    answer = await begin(replays, **fields)
    assert answer.status_code == 303, answer.text
    await script_replay(yesterday.sessions, begun.pop())
    return str(answer.headers["location"])


@pytest.fixture
async def drafted(yesterday: Yesterday) -> Yesterday:
    """Three published scripts, one of them with a draft; three calls, of which two would differ."""
    await publish(yesterday.sessions, yesterday.now)
    await publish(yesterday.sessions, yesterday.now, CHANGED, draft=True)
    late = {"purchases.late_open": 1, "contacts.calls_7d": 0}
    await yesterday.call(late, picked="late", customer_id=1)
    await yesterday.call(late | {"contacts.calls_7d": 2}, picked=None, number="+421905123456")
    await yesterday.call(late | {"purchases.late_open": 4}, picked="late")
    return yesterday


async def test_only_admins(replays: httpx.AsyncClient) -> None:
    for role in ("agent", "supervisor"):
        assert (await replays.get(PATH, headers={"role": role})).status_code == 403


async def test_with_nothing_there_it_says_what_to_do(replays: httpx.AsyncClient) -> None:
    shown = await page(replays)
    assert "come back after the next calls" in shown.one("replay-no-facts").text
    assert "Nothing yet. Choose above" in shown.text


@pytest.mark.usefixtures("drafted")
async def test_drafts_and_scripts_that_can_be_taken_out_are_offered(replays: httpx.AsyncClient) -> None:
    shown = await page(replays, f"{PATH}?what=draft:late")
    assert not shown.has("replay-no-facts")
    menu = shown.one("replay-what")
    offered = {option.attributes["value"]: option.text for option in menu.every("option")}
    assert offered == {
        "drafts": "all drafts together",
        "given": "scripts that I paste or choose as a file",
        "draft:late": "Apologise for a late delivery",
        "without:anything": "without “Anything else”",
        "without:late": "without “Apologise for a late delivery”",
        "without:repeat": "without “Caller calls again”",
    }
    [chosen] = [each for each in menu.every("option") if "selected" in each.attributes]
    assert chosen.attributes["value"] == "draft:late"


async def test_the_whole_way(replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]) -> None:
    answer = await begin(replays)
    path = answer.headers["location"]
    running = await page(replays, path)
    assert running.one("replay-tried").text == "The draft of “Apologise for a late delivery”"
    assert running.one("replay-percent").text == "0 %"
    fragment = await replays.get(path, headers={"HX-Request": "true"})
    assert drawn(fragment).has("replay-progress")
    assert "<html" not in fragment.text
    await script_replay(drafted.sessions, begun.pop())
    assert (await replays.get(path, headers={"HX-Request": "true"})).headers["HX-Redirect"] == path
    result = await page(replays, path)
    assert result.one("replay-result").attributes["data-state"] == "done"
    assert result.one("replay-tried").text == "“Apologise for a late delivery” in version 2"
    assert result.one("replay-answer").text == "2 of 3 calls would get another script."
    assert result.one("replay-renewed").text == "1"
    moves = [row.text for row in result.one("replay-moves").every("tr")[1:]]
    assert moves == [
        "Apologise for a late delivery → Anything else 1",
        "Apologise for a late delivery → Caller calls again 1",
    ]
    listed = (await page(replays)).one("replay-list").text
    assert "The draft of “Apologise for a late delivery”" in listed
    assert "done 3 2" in listed


async def test_each_call_says_who_when_what_and_why(
    replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]
) -> None:
    path = await done(replays, drafted, begun)
    result = await page(replays, path)
    [older, newer] = result.one("replay-calls").every("tr")[1:]
    assert [older.attributes["data-call"], newer.attributes["data-call"]] == ["main-001", "main-002"]
    [link] = older.every("a")
    assert (link.attributes["href"], link.text) == ("/customers/C%2F1", "Jozef Mrkva")
    assert '"Apologise for a late delivery" does not apply: 1 order is late, needs 3 or more.' in older.text
    assert "that day" not in older.text
    assert all("Ana" in row.text and "support" in row.text for row in (older, newer))
    [link] = newer.every("a")
    assert (link.attributes["href"], link.text) == ("/search?q=%2B421905123456", "+421905123456")
    assert "got no script that day" in newer.text
    one = await page(replays, f"{path}?from=late&to=repeat")
    assert [row.attributes["data-call"] for row in one.one("replay-calls").every("tr")[1:]] == ["main-002"]


async def test_the_list_is_a_file(
    replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await done(replays, drafted, begun)
    monkeypatch.setattr(replay_list, "PAGE", 1)
    answer = await replays.get(f"{path}/calls.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="replay-1.csv"'
    header, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert header == [*replay_list.COLUMNS]
    assert [row[0] for row in rows] == ["main-001", "main-002"]
    assert rows[0][2:9] == ["C/1", "Jozef Mrkva", "support", "Ana", "late", "late", "anything"]
    assert "needs 3 or more" in rows[0][9]
    only = (await replays.get(f"{path}/calls.csv?from=late&to=repeat")).text.splitlines()
    assert len(only) == 2


async def test_a_long_list_is_shown_page_by_page(
    replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (replay_list, replay_views):
        monkeypatch.setattr(module, "PAGE", 1)
    path = await done(replays, drafted, begun)
    first = await page(replays, path)
    more = first.one("replay-more").attributes["href"]
    second = await page(replays, more)
    rows = [shown.one("replay-calls").every("tr")[1:] for shown in (first, second)]
    assert [[row.attributes["data-call"] for row in page_] for page_ in rows] == [["main-001"], ["main-002"]]
    assert "Back to the latest" in second.text


async def test_pasted_scripts_with_mistakes_come_back_with_each_of_them(
    replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]
) -> None:
    wrong = LATE.replace("late_open", "late_opne")
    path = await done(replays, drafted, begun, what="given", source=wrong, only="1")
    result = await page(replays, path)
    assert result.one("replay-result").attributes["data-state"] == "failed"
    assert "Did you mean purchases.late_open?" in result.one("replay-why").text
    again = await page(replays, result.one("replay-again").attributes["href"])
    assert again.one("replay-source").text == " ".join(wrong.split())
    assert "checked" in again.one("replay-only").attributes
    [chosen] = [each for each in again.one("replay-what").every("option") if "selected" in each.attributes]
    assert chosen.attributes["value"] == "given"


@pytest.mark.slow
async def test_a_whole_set_is_pasted_as_browsers_send_it(
    replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]
) -> None:
    many = "---".join([LATE.replace("late\n", f"late-{number}\n") for number in range(1_000)])
    assert len(many) > MAX_FIELD_BYTES
    fields = SECRET | {"what": "given", "period": "week", "source": many.replace("\n", "\r\n"), "only": "1"}
    answer = await replays.post(PATH, files={name: (None, value) for name, value in fields.items()})
    assert answer.status_code == 303, answer.text
    await script_replay(drafted.sessions, begun.pop())
    result = await page(replays, answer.headers["location"])
    assert result.one("replay-answer").text == "3 of 3 calls would get another script."


async def test_what_was_typed_stays_when_something_is_wrong(
    replays: httpx.AsyncClient, begun: list[int]
) -> None:
    days = {"period": "days", "from": "2026-11-02", "until": "2026-11-01"}
    answer = await begin(replays, what="given", source=" ", **days)
    assert answer.status_code == 422
    shown = drawn(answer)
    wrong = {each.attributes["data-field"] for each in shown.every("p", data_testid="replay-problem")}
    assert wrong == {"source", "until"}
    assert shown.one("replay-until").attributes["value"] == "2026-11-01"
    assert begun == []


async def test_the_same_once_more(replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]) -> None:
    days = {"period": "days", "from": "2026-11-20", "until": "2026-11-21"}
    path = await done(replays, drafted, begun, what="without:late", **days)
    assert (await page(replays, path)).one("replay-tried").text == "Without “Apologise for a late delivery”"
    again = await page(replays, f"{PATH}?like={path.rsplit('/', 1)[1]}")
    assert again.one("replay-from").attributes["value"] == "2026-11-20"
    assert again.one("replay-until").attributes["value"] == "2026-11-21"


async def test_stopping(replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]) -> None:
    path = (await begin(replays)).headers["location"]
    assert (await replays.post(f"{path}/stop", data=SECRET)).headers["location"] == path
    assert (await page(replays, path)).has("replay-stopping")
    await script_replay(drafted.sessions, begun.pop())
    result = await page(replays, path)
    assert "only the first 0 of 3 calls were looked at" in result.one("replay-why").text


async def test_one_whose_process_is_gone_says_so(
    replays: httpx.AsyncClient, sessions: Sessions, begun: list[int], now: datetime
) -> None:
    path = (await begin(replays, what="drafts")).headers["location"]
    async with sessions.begin() as session:
        gone = now - LOST_AFTER - timedelta(seconds=1)
        await session.execute(update(ReplayJob).values(heartbeat_at=gone))
    result = await page(replays, path)
    assert result.one("replay-result").attributes["data-state"] == "lost"
    assert "has given no sign since" in result.one("replay-why").text
    assert "broken off" in (await page(replays)).one("replay-list").text


async def test_how_long_it_will_take(
    replays: httpx.AsyncClient, sessions: Sessions, begun: list[int], now: datetime
) -> None:
    path = (await begin(replays, what="drafts")).headers["location"]
    async with sessions.begin() as session:
        counts = {"total": 4_000, "passed": 1_000, "begun_at": now - timedelta(seconds=10)}
        await session.execute(update(ReplayJob).values(counts))
    shown = await page(replays, path)
    told = [shown.one(f"replay-{what}").text for what in ("percent", "passed", "rate", "left")]
    assert told == ["25 %", "1,000 of 4,000", "100", "about 0:30"]


async def test_whoever_was_erased_since_is_not_told_of(
    replays: httpx.AsyncClient, drafted: Yesterday, begun: list[int]
) -> None:
    path = await done(replays, drafted, begun)
    async with drafted.sessions.begin() as session:
        await erase_callers(session, Call.customer_id == 1)
    row = (await page(replays, path)).one("replay-calls").every("tr")[1]
    assert "erased on request" in row.text
    assert "The facts are not on record any more." in row.text
    assert "Jozef" not in row.text


async def test_all_calls_get_the_same(
    replays: httpx.AsyncClient, yesterday: Yesterday, begun: list[int]
) -> None:
    await publish(yesterday.sessions, yesterday.now, ANYTHING)
    path = await done(replays, yesterday, begun, what="drafts")
    assert "No call of these days has its facts on record." in (await page(replays, path)).text
    await yesterday.call(None)
    await yesterday.call({})
    path = await done(replays, yesterday, begun, what="drafts")
    result = await page(replays, path)
    assert result.one("replay-answer").text == "The one call would get the same script."
    assert result.one("replay-without-facts").text == "1"
    assert not result.has("replay-moves")


async def test_what_is_not_there(replays: httpx.AsyncClient) -> None:
    for number in ("999", str(10**30)):
        for path in (f"{PATH}/{number}", f"{PATH}/{number}/calls.csv", f"{PATH}?like={number}"):
            assert (await replays.get(path)).status_code == 404
    assert (await replays.post(f"{PATH}/1/stop", data=SECRET)).status_code == 404
    assert (await replays.post(PATH, data={"what": "drafts", "period": "week"})).status_code == 403


async def test_a_running_one_has_its_state(replays: httpx.AsyncClient, begun: list[int]) -> None:
    await begin(replays, what="drafts")
    assert ReplayState.RUNNING.value in (await page(replays)).one("replay-list").text
