"""Logging in and out, in a browser's steps."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from starlette.applications import Starlette

from console.db.engine import Sessions
from console.identity import sessions as logins
from console.identity.models import User, UserQueue, UserSession
from console.identity.passwords import Passwords
from console.identity.views import safe_next
from tests.conftest import NOW
from tests.console.identity.conftest import (
    PASSWORD,
    Browser,
    MovableClock,
    browser_of,
    console_app,
    hidden_fields,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("ana")]


async def test_an_agent_comes_to_the_desk(browser: Browser) -> None:
    answer = await browser.log_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert (await browser.get("/desk")).text == "Ana, en"


async def test_the_viewer_knows_their_queues(browser: Browser, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        user = (await session.scalars(select(User))).one()
        session.add_all([UserQueue(user_id=user.id, queue=name) for name in ("support", "a b, c")])
    await browser.log_in()
    token = browser.cookies[logins.COOKIE]
    async with sessions() as session:
        loaded = await logins.load(session, [token], NOW, "en")
    assert loaded[token].viewer.queues == ("a b, c", "support")


async def test_the_session_cookie_is_out_of_reach_of_scripts(browser: Browser) -> None:
    (cookie,) = [
        line
        for line in (await browser.log_in()).headers.get_list("set-cookie")
        if line.startswith(logins.COOKIE)
    ]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=lax"}


async def test_over_https_cookies_are_secure(
    sessions: Sessions, passwords: Passwords, clock: MovableClock
) -> None:
    app = console_app(sessions, passwords, clock, public_url="https://console.test")
    browser = browser_of(app, url="https://console.test")
    page, entered = await browser.get("/login"), await browser.log_in()
    cookies = page.headers.get_list("set-cookie") + entered.headers.get_list("set-cookie")
    assert len(cookies) == 3
    assert all("Secure" in cookie for cookie in cookies)


async def test_case_and_blanks_of_the_email_do_not_matter(browser: Browser) -> None:
    assert (await browser.log_in(email=" ANA@example.COM ")).status_code == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@example.com", "wrong horse"), ("bea@example.com", PASSWORD), ("", ""), ("x" * 400, "x")],
)
async def test_wrong_credentials_leave_the_email_and_say_what_to_do(
    browser: Browser, email: str, password: str
) -> None:
    answer = await browser.log_in(email, password)
    assert answer.status_code == 422
    assert "The e-mail or the password is wrong" in answer.text
    assert f'value="{email}"' in answer.text
    assert logins.COOKIE not in browser.cookies


async def test_a_disabled_user_is_out_at_once(
    browser: Browser, sessions: Sessions, clock: MovableClock
) -> None:
    await browser.log_in()
    async with sessions.begin() as session:
        (await session.scalars(select(User))).one().disabled_at = clock()
    assert (await browser.get("/desk")).status_code == 303
    assert (await browser.log_in()).status_code == 422


async def test_login_leads_on_to_the_page_that_was_asked_for(browser: Browser) -> None:
    asked = await browser.get("/board?queue=support")
    assert asked.headers["location"] == "/login?next=/board%3Fqueue%3Dsupport"
    answer = await browser.log_in(next_page="/board?queue=support")
    assert answer.headers["location"] == "/board?queue=support"


async def test_who_is_logged_in_is_not_asked_again(browser: Browser) -> None:
    await browser.log_in()
    assert (await browser.get("/login?next=/board")).headers["location"] == "/board"


@pytest.mark.parametrize(
    "target",
    [
        "", "desk", "//evil.example", "///evil.example", "https://evil.example/", "/\\evil.example",
        "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "/login",
        "/login?next=/desk", "/logout", "/",
    ],
)  # fmt: skip
def test_a_login_never_leads_elsewhere(target: str) -> None:
    assert safe_next(target) == "/desk"


@pytest.mark.parametrize("target", ["/board", "/customers/K-7?tab=orders", "/customers/a%2F%2Fb"])
def test_pages_of_the_console_are_kept(target: str) -> None:
    assert safe_next(target) == target


async def test_a_planted_session_is_not_taken_over(app: Starlette) -> None:
    """Session fixation: the value that a browser came with is worth nothing after the log-in."""
    attacker, victim = browser_of(app), browser_of(app)
    for planted in ("made-up", await session_value(attacker)):
        page = await victim.get("/login")
        victim.cookies.set(logins.COOKIE, planted, domain="console.test")
        fields = {"email": "ana@example.com", "password": PASSWORD, **hidden_fields(page.text)}
        fields["csrf_token"] = await csrf_of(app, planted) or fields["csrf_token"]
        assert (await victim.post("/login", data=fields)).status_code == 303
        stranger = browser_of(app)
        stranger.cookies.set(logins.COOKIE, planted, domain="console.test")
        assert (await stranger.get("/desk")).status_code == 303
        assert (await victim.get("/desk")).status_code == 200
        victim.cookies.clear()


async def session_value(browser: Browser) -> str:
    """Log in, and return the cookie's value."""
    await browser.log_in()
    return browser.cookies[logins.COOKIE]


async def csrf_of(app: Starlette, value: str) -> str | None:
    """The CSRF secret of the session behind a cookie's value."""
    query = select(UserSession.csrf_token).where(UserSession.token_hash == logins.hash_token(value))
    async with app.state.sessions() as session:
        found: str | None = await session.scalar(query)
    return found


async def test_the_cookie_is_stored_as_a_hash_only(browser: Browser, sessions: Sessions) -> None:
    value = await session_value(browser)
    async with sessions() as session:
        stored = (await session.scalars(select(UserSession))).one()
    assert value not in (stored.token_hash, stored.csrf_token)


async def test_logging_out_ends_the_session(browser: Browser, app: Starlette) -> None:
    value = await session_value(browser)
    answer = await browser.post("/logout", data={"csrf_token": await csrf_of(app, value) or ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert logins.COOKIE not in browser.cookies
    browser.cookies.set(logins.COOKIE, value, domain="console.test")
    assert (await browser.get("/desk")).status_code == 303


async def test_a_session_lives_while_it_is_used(browser: Browser, clock: MovableClock) -> None:
    await browser.log_in()
    for _ in range(3):
        clock.move(timedelta(hours=11))
        assert (await browser.get("/desk")).status_code == 200
    clock.move(timedelta(hours=12))
    assert (await browser.get("/desk")).status_code == 303


async def test_sessions_that_are_over_are_swept_away(
    browser: Browser, clock: MovableClock, sessions: Sessions
) -> None:
    await browser.log_in()
    clock.move(timedelta(hours=13))
    await browser.log_in()
    async with sessions() as session:
        assert len((await session.scalars(select(UserSession))).all()) == 1


async def test_a_hash_of_other_strength_is_renewed(sessions: Sessions, clock: MovableClock) -> None:
    async with sessions() as session:
        before = (await session.scalars(select(User.password_hash))).one()
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    app = console_app(sessions, stronger, clock)
    assert (await browser_of(app).log_in()).status_code == 303
    async with sessions() as session:
        after = (await session.scalars(select(User.password_hash))).one()
    assert stronger.outdated(before)
    assert not stronger.outdated(after)
    assert (await browser_of(app).log_in()).status_code == 303
