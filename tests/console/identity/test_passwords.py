"""Passwords: hashed, checked, and as slow for nobody as for somebody."""

from typing import Literal

import pytest
from argon2 import PasswordHasher

from console.identity.passwords import Passwords


class CountingHasher(PasswordHasher):
    """Counts how often a password was checked."""

    checks = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 (argon2's name)
        self.checks += 1
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_a_password_matches_its_own_hash_only(hasher: CountingHasher) -> None:
    passwords = Passwords(hasher)
    stored = await passwords.hash("correct horse")
    assert "correct" not in stored
    assert await passwords.matches(stored, "correct horse")
    assert not await passwords.matches(stored, "correct horsE")
    assert not await passwords.matches("no hash at all", "correct horse")


async def test_an_unknown_user_takes_as_much_work(hasher: CountingHasher) -> None:
    assert not await Passwords(hasher).matches(None, "correct horse")
    assert hasher.checks == 1


async def test_letters_that_keyboards_write_in_two_ways_are_one(hasher: CountingHasher) -> None:
    passwords = Passwords(hasher)
    assert await passwords.matches(
        await passwords.hash("ku\N{LATIN SMALL LETTER N WITH CARON}a"), "kun\u030ca"
    )
