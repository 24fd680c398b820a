"""Who gets in where, and what those who do not are told."""

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from console.db.engine import Sessions
from console.identity import sessions as logins
from console.identity.guard import require
from console.identity.models import Role
from console.identity.passwords import Passwords
from console.identity.permissions import Permission, Scope
from console.identity.tokens import add_token
from tests.console.identity.conftest import Browser, MovableClock, browser_of, stored_user
from tests.console.web.conftest import open_socket


async def make_token(sessions: Sessions, clock: MovableClock, *scopes: Scope) -> dict[str, str]:
    """The header of other software that holds a token."""
    async with sessions.begin() as session:
        token = await add_token(session, "crm", scopes, clock())
    return {"Authorization": f"Bearer {token}"}


async def test_a_page_leads_to_the_login(browser: Browser) -> None:
    answer = await browser.get("/desk?tab=now")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/desk%3Ftab%3Dnow")


async def test_a_fragment_leads_the_whole_page_to_the_login(browser: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://console.test/board?queue=a"}
    answer = await browser.get("/desk", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/board%3Fqueue%3Da")


async def test_a_form_of_somebody_logged_out_says_that_nothing_was_saved(browser: Browser) -> None:
    answer = await browser.post("/desk/save", data={"what": "x"})
    assert answer.status_code == 401
    assert "nothing was saved" in answer.text


@pytest.mark.usefixtures("ana")
async def test_a_role_that_may_not_is_told_why(browser: Browser) -> None:
    await browser.log_in()
    answer = await browser.get("/board")
    assert answer.status_code == 403
    assert "Your role, agent, does not allow this: See queues and agents as they are now." in answer.text


async def test_a_role_that_may_gets_in(sessions: Sessions, passwords: Passwords, app: Starlette) -> None:
    at = app.state.clock()
    await stored_user(sessions, passwords, at, email="eva@example.com", name="Eva", role=Role.SUPERVISOR)
    browser = browser_of(app)
    await browser.log_in("eva@example.com")
    assert (await browser.get("/board")).text == "Eva, en"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer lst_guess", "Basic YTpi", "lst_guess"])
async def test_the_api_asks_for_a_token(browser: Browser, authorization: str) -> None:
    answer = await browser.get("/api/v1/calls", headers={"Authorization": authorization})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "lineside token add" in answer.json()["detail"]


async def test_a_token_opens_what_its_scopes_say(
    browser: Browser, sessions: Sessions, clock: MovableClock
) -> None:
    headers = await make_token(sessions, clock, Scope.CALLS_READ)
    assert (await browser.get("/api/v1/calls", headers=headers)).text == "crm, en"
    refused = await browser.get("/api/v1/queues", headers=headers)
    assert refused.status_code == 403
    assert "lacks the scope board:read" in refused.json()["detail"]


@pytest.mark.usefixtures("ana")
async def test_a_session_does_not_open_the_api_nor_a_token_the_pages(
    browser: Browser, sessions: Sessions, clock: MovableClock
) -> None:
    headers = await make_token(sessions, clock, *Scope)
    assert (await browser.get("/desk", headers=headers)).status_code == 303
    await browser.log_in()
    assert (await browser.get("/api/v1/calls")).status_code == 401


@pytest.mark.usefixtures("ana")
async def test_a_form_needs_the_secret_of_its_own_session(browser: Browser, app: Starlette) -> None:
    await browser.log_in()
    login_page = await browser_of(app).get("/login")
    async with app.state.sessions() as session:
        cookie = browser.cookies[logins.COOKIE]
        held = await logins.load(session, [cookie], app.state.clock(), "en")
    secret = held[cookie].viewer.csrf
    for wrong in ("", "x", login_page.cookies["lineside_form"]):
        assert (await browser.post("/desk/save", data={"csrf_token": wrong})).status_code == 403
    assert (await browser.post("/desk/save", data={"what": "a", "csrf_token": secret})).text == "a"
    assert (
        await browser.post("/desk/save", data={"what": "b"}, headers={"X-CSRF-Token": secret})
    ).text == "b"


@pytest.mark.usefixtures("ana")
async def test_the_login_form_needs_a_secret_too(browser: Browser) -> None:
    fields = {"email": "ana@example.com", "password": "correct horse"}
    assert (await browser.post("/login", data=fields)).status_code == 403
    assert (await browser.post("/login", data={**fields, "csrf_token": ""})).status_code == 403


@pytest.mark.usefixtures("ana")
async def test_sockets_are_for_those_logged_in_and_from_here(browser: Browser, app: Starlette) -> None:
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()

    app.router.routes.append(WebSocketRoute("/live", live, middleware=require(Permission.DESK)))
    here = {"Host": "console.test", "Origin": "http://console.test"}
    await browser.log_in()
    cookie = {"Cookie": f"{logins.COOKIE}={browser.cookies[logins.COOKIE]}"}

    async def status(headers: dict[str, str]) -> object:
        return (await open_socket(app, "/live", headers))[0].get("status", "accepted")

    assert await status(here | cookie) == "accepted"
    assert await status(here) == 401
    assert await status(cookie | {"Host": "console.test"}) == 403
    assert await status(here | cookie | {"Origin": "http://evil.example"}) == 403
