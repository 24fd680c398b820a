"""Somebody is erased from the product as it runs: afterwards no table, file, key of Redis, page, answer of
the API or log holds them. One process on SQLite; two with PostgreSQL and Redis."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from tests.console.profile.everywhere import MARK, NUMBER, bytes_of
from tests.fakes.asterisk_frames import ANA, CALLER, Channel, called, connected, hangup, joined, new
from tests.fakes.asterisk_server import AsteriskServer
from tests.rig.processes import POLL_S, START_LIMIT_S
from tests.rig.product import PASSWORD, Product, add_agent

AGENT, ADMIN = "ana@shop.example", "eva@shop.example"
PETER = "+421905000001"

WORDS = (MARK, NUMBER, NUMBER[4:], "0905 777 888", "905 777 888", "1990-11-21")
"""The person, in any of these forms."""

FILES = {
    "customers": "ref,name,company_ref,company,phones,email,segment,birthday,notes,attr.dog\n"
    f"C-{MARK},Jana {MARK},co-{MARK},{MARK} s.r.o.,0905 777 888|{MARK} mobile,{MARK}@mail.example,gold,"
    f"1990-11-21,likes {MARK},{MARK} dog\n"
    f"C-2,Peter,co-2,Flowers,{PETER},,,,,\n",
    "purchases": "ref,customer_ref,placed_at,status,total,currency,items\n"
    f"O-{MARK},C-{MARK},2026-11-01,shipped,9.90,EUR,{MARK}-1|{MARK} engraved|rings|1|9.90\n",
    "cases": "ref,customer_ref,subject,status,priority,line,opened_at,owner\n"
    f"K-{MARK},C-{MARK},{MARK} is calm,open,high,2,2026-11-02,{MARK}@shop.example\n",
}


def install(folder: Path, server: AsteriskServer, stores: dict[str, str]) -> Product:
    """With an agent, an admin, and records; the case of the person was changed since."""
    link = f"ami://{server.user}:{server.secret}@{server.host}:{server.port}?name=main"
    product = Product(folder, {"PBX": link, "REGION": "SK", **stores})
    admin = ["user", "add", ADMIN, "--name", "Eva", "--role", "admin", "--password-stdin"]
    files = {kind: product.file(f"{kind}.csv", text) for kind, text in FILES.items()}
    changed = product.file("changed.csv", FILES["cases"].replace("is calm", "is angry"))
    product.commands(
        (["db", "upgrade"], ""),
        add_agent(AGENT, "Ana", "PJSIP/1001", 1, "support"),
        (admin, PASSWORD),
        *((["import", kind, file], "") for kind, file in files.items()),
        (["import", "cases", changed], ""),
    )
    for file in (*files.values(), changed):
        Path(file).unlink()
    return product


def channels(number: str, name: str, call: int) -> tuple[Channel, Channel]:
    """The caller's, and that of Ana's phone."""
    id_ = f"100.{call}"
    caller = replace(CALLER, name=f"PJSIP/trunk-{call}", uniqueid=id_, linkedid=id_, number=number)
    phone = replace(ANA, name=f"PJSIP/1001-{call}", uniqueid=f"200.{call}", linkedid=id_, connected=number)
    return replace(caller, caller_name=name), phone


def leg_of(call: int) -> str:
    return f"main-200.{call}"


@dataclass
class Scene:
    """The product, running; Ana and Eva are logged in."""

    product: Product
    server: AsteriskServer
    database_url: str
    redis_url: str | None
    ana: httpx.AsyncClient
    eva: httpx.AsyncClient

    async def rings(self, call: int, number: str, name: str) -> None:
        """Somebody calls, and Ana answers."""
        caller, phone = channels(number, name, call)
        self.server.play(new(caller) + joined(caller) + new(phone) + called(phone, caller))
        await self.desk(lambda page: leg_of(call) in page)
        self.server.play(connected(phone, caller))
        await self.recorded(call, "answered")

    async def hangs_up(self, call: int) -> None:
        for channel in reversed(channels("", "", call)):
            self.server.play(hangup(channel))
        await self.recorded(call, "ended")

    async def recorded(self, call: int, state: str) -> None:
        """Wait until the call is on record in this state."""

        async def is_so() -> bool:
            answer = await self.api(f"calls/main-100.{call}")
            return answer.status_code == 200 and answer.json()["state"] == state

        await eventually(is_so)

    async def desk(self, shows: Callable[[str], bool]) -> None:
        """Wait until Ana's desk shows it."""

        async def is_so() -> bool:
            return shows((await self.ana.get("/desk")).text)

        await eventually(is_so)

    async def notes(self, call: int, text: str) -> httpx.Response:
        fields = {"csrf_token": await secret(self.ana, "/desk"), "text": text, "version": "0"}
        return await self.ana.post(f"/desk/notes/{leg_of(call)}", data=fields)

    async def comments(self, text: str) -> None:
        fields = {"csrf_token": await secret(self.ana, "/desk"), "text": text}
        fields |= {"step": "comment", "seen_line": "1"}
        assert (await self.ana.post(f"/cases/K-{MARK}/work", data=fields)).status_code == 200

    async def erases(self) -> httpx.Response:
        fields = {"csrf_token": await secret(self.eva, "/erasures"), "ref": f"C-{MARK}"}
        return await self.eva.post(f"/customers/C-{MARK}/erase", data=fields)

    async def api(self, path: str) -> httpx.Response:
        if not self.product._token:
            await asyncio.to_thread(self.product.api, "customers")  # makes the token
        headers = {"Authorization": f"Bearer {self.product._token}"}
        return await self.ana.get(f"/api/v1/{path}", headers=headers)

    async def held(self) -> dict[str, str]:
        """What each place holds, in lower case."""
        texts = {path: (await self.api(path)).text for path in ("customers", "purchases", "cases", "calls")}
        for call in (1, 2):
            texts[f"call {call}"] = (await self.api(f"calls/main-100.{call}")).text
        for typed in (MARK, "0905777888", f"O-{MARK}", f"K-{MARK}", f"{MARK}@mail.example"):
            page = (await self.ana.get("/search", params={"q": typed})).text
            texts[f"search for {typed}"] = "".join(
                re.findall(r'data-testid="search-result".*?</li>', page, re.DOTALL)
            )
        texts["desk"] = (await self.ana.get("/desk")).text
        texts["database"] = await stored(self.database_url)
        if self.redis_url:
            texts["redis"] = await kept(self.redis_url)
        return {place: text.lower() for place, text in texts.items()}

    def logged(self) -> str:
        return "".join(log.read_text().lower() for log in self.product.folder.glob("*.log"))


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(START_LIMIT_S):
        while not await is_so():  # noqa: ASYNC110 - other processes tell no event
            await asyncio.sleep(POLL_S)


async def secret(browser: httpx.AsyncClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get(path)).text)
    assert found is not None
    return found[1]


async def stored(database_url: str) -> str:
    """All that SQLite's files hold; every row of every table of PostgreSQL, as text."""
    if database_url.startswith("sqlite"):
        return bytes_of(database_url).decode("utf-8", "replace")
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [await connection.fetch(f'SELECT t::text FROM "{name}" t') for (name,) in tables]
    await connection.close()
    return "\n".join(text for table in rows for (text,) in table)


async def kept(redis_url: str) -> str:
    """All keys of Redis with what they hold."""
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        keys = [key async for key in client.scan_iter("*")]
        values = [
            await (client.hgetall(key) if await client.type(key) == "hash" else client.get(key))
            for key in keys
        ]
    return f"{keys} {values}"


@pytest.fixture
def stores(request: pytest.FixtureRequest, database_url: str) -> dict[str, str]:
    """PostgreSQL with Redis and two processes; SQLite alone."""
    if database_url.startswith("sqlite"):
        return {"DATABASE_URL": database_url}
    return {"DATABASE_URL": database_url, "REDIS_URL": request.getfixturevalue("redis_url")}


@pytest.fixture
async def scene(tmp_path: Path, stores: dict[str, str]) -> AsyncIterator[Scene]:
    async with AsteriskServer(secret="s") as server, AsyncExitStack() as life:
        product = await asyncio.to_thread(install, tmp_path, server, stores)
        for name in ["listen"] * product.two_processes:
            life.enter_context(product._process(tmp_path / "listen.log", name))
        words = ("serve", "--port", str(product.port))
        life.enter_context(product._process(tmp_path / "serve.log", *words))
        await eventually(lambda: asyncio.to_thread(product._answers, "/readyz"))
        people = [await life.enter_async_context(logged_in(product.url, email)) for email in (AGENT, ADMIN)]
        yield Scene(product, server, stores["DATABASE_URL"], stores.get("REDIS_URL"), *people)


@asynccontextmanager
async def logged_in(url: str, email: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=20) as browser:
        fields = {"csrf_token": await secret(browser, "/login"), "email": email, "password": PASSWORD}
        assert (await browser.post("/login", data=fields)).status_code == 303
        yield browser


@pytest.mark.slow
@pytest.mark.real("redis")
async def test_nothing_holds_whoever_was_erased(scene: Scene) -> None:
    await scene.rings(1, NUMBER, f"JANA {MARK.upper()}")
    assert (await scene.notes(1, f"{MARK} rang")).status_code == 200
    await scene.comments(f"told {MARK}")
    await scene.hangs_up(1)
    await scene.rings(2, "0905777888", f"Jana {MARK}")
    before = await scene.held()
    assert [place for place, text in before.items() if MARK not in text] == []
    assert all(NUMBER in before[place] for place in ("calls", "call 1", "call 2", "database"))

    assert (await scene.erases()).status_code == 409
    refused = await asyncio.to_thread(scene.product.try_command, "customer", "erase", f"C-{MARK}", "--yes")
    assert (refused.returncode, "is on a call at this moment" in refused.stderr) == (1, True)
    await scene.hangs_up(2)
    await scene.rings(3, PETER, "Peter")
    erased = await scene.erases()
    assert (erased.status_code, erased.headers["location"]) == (303, "/erasures?done=1")
    await scene.desk(lambda page: leg_of(1) not in page and leg_of(2) not in page)

    assert leg_of(3) in (await scene.ana.get("/desk")).text
    noted = await scene.notes(1, f"{MARK} will call again")  # from a tab that has not heard of it yet
    assert (noted.status_code, "erased on request" in noted.text) == (403, True)
    found = {(place, word) for place, text in (await scene.held()).items() for word in WORDS if word in text}
    assert found == set()
    assert (await scene.api(f"customers/C-{MARK}")).status_code == 404
    identified = (await scene.api("identify?number=0905777888")).json()
    assert (identified["outcome"], identified["matches"], identified["set_aside"]) == ("none", [], [])
    for path in ("", "/export", "/erase"):
        assert (await scene.eva.get(f"/customers/C-{MARK}{path}")).status_code == 404
    assert [word for word in WORDS if word in scene.logged()] == []
