"""Guessing is slowed down; nobody is locked out for good."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from console.db.engine import Sessions
from console.identity import throttle
from console.identity.models import LoginFailure
from tests.console.identity.conftest import Browser, MovableClock, browser_of

pytestmark = pytest.mark.slow

S = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("tries", "wait_s"), [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (1_000_000, 900)]
)
def test_each_try_past_the_limit_doubles_the_wait_up_to_a_bound(
    now: datetime, tries: int, wait_s: int
) -> None:
    assert throttle.PAIR.open_at(tries, now) == now + wait_s * S


@pytest.mark.usefixtures("ana")
async def test_the_form_says_when_to_try_again(browser: Browser, clock: MovableClock) -> None:
    for _ in range(5):
        assert (await browser.log_in(password="wrong")).status_code == 422
    refused = await browser.log_in()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "15")
    assert "Try again in 15 seconds" in refused.text
    clock.move(timedelta(seconds=15))
    assert (await browser.log_in()).status_code == 303


@pytest.mark.usefixtures("ana")
async def test_tries_during_the_wait_do_not_lengthen_it(browser: Browser, clock: MovableClock) -> None:
    for _ in range(5):
        await browser.log_in(password="wrong")
    for _ in range(14):
        clock.move(S)
        assert (await browser.log_in(password="wrong")).status_code == 429
    clock.move(S)
    assert (await browser.log_in()).status_code == 303


@pytest.mark.usefixtures("ana")
async def test_a_success_clears_what_was_mistyped(browser: Browser) -> None:
    for _ in range(3):
        for _ in range(4):
            await browser.log_in(password="wrong")
        assert (await browser.log_in()).status_code == 303
        browser.cookies.clear()


@pytest.mark.usefixtures("ana")
async def test_somebody_elsewhere_cannot_keep_the_owner_out(app: Starlette, clock: MovableClock) -> None:
    for number in range(40):
        await browser_of(app, f"198.51.100.{number}").log_in(password="wrong")
    clock.move(throttle.EMAIL.longest_wait)
    assert (await browser_of(app).log_in()).status_code == 303


async def test_one_address_cannot_guess_for_many(sessions: Sessions, now: datetime) -> None:
    for number in range(throttle.ADDRESS.free):
        async with sessions.begin() as session:
            await throttle.admit(session, f"user{number}@example.com", "192.0.2.1", now)
    async with sessions.begin() as session:
        with pytest.raises(throttle.TooManyTriesError) as refusal:
            await throttle.admit(session, "another@example.com", "192.0.2.1", now)
        assert refusal.value.retry_at == now + throttle.ADDRESS.first_wait
        await throttle.admit(session, "another@example.com", "192.0.2.2", now)


async def test_two_who_log_in_at_the_same_moment_do_not_hinder_each_other(
    sessions: Sessions, now: datetime
) -> None:
    """The one who came first may be counted last."""
    async with sessions.begin() as session:
        await throttle.admit(session, "ben@example.com", "203.0.113.1", now + S)
        await throttle.admit(session, "ana@example.com", "203.0.113.1", now)


async def test_tries_are_forgotten_after_the_window(sessions: Sessions, now: datetime) -> None:
    for number in range(3):
        async with sessions.begin() as session:
            await throttle.admit(session, "ana@example.com", "192.0.2.1", now + number * 2 * throttle.WINDOW)
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(LoginFailure)) == 3
