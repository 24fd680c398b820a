"""Names that callers chose are harmless to look at."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.desk.plain_text import NAME_LIMIT, plain


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Jozef Mrkva", "Jozef Mrkva"),
        ("  Jozef \r\n Mrkva\t", "Jozef Mrkva"),
        ("Jozef\u202eavkrM", "JozefavkrM"),  # right-to-left override
        ("\u2066\u2067Jozef\u2069", "Jozef"),  # isolates
        ("Jo\u200bzef", "Jozef"),  # zero width space
        ("\x00\x1b[31mJozef\x7f", "[31mJozef"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # escaping is the template's work
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),  # one family, not three people
        ("J" + "\u0337\u0338\u0301\u0302\u0303" * 9 + "o", "J\u0337\u0338o"),
        ("Šťastný", "Šťastný"),
        ("", ""),
    ],
)
def test_shows_what_can_be_seen_in_one_line(sent: str, shown: str) -> None:
    assert plain(sent) == shown


def test_keeps_79_bytes_of_emoji_whole() -> None:
    name = "🦊" * 19 + "abc"
    assert len(name.encode()) == 79
    assert plain(name) == name


def test_cuts_what_is_too_long_and_says_so() -> None:
    assert plain("x" * 81) == "x" * 79 + "…"
    assert plain("x" * 80) == "x" * 80
    assert plain("abcdef", 4) == "abc…"


@given(st.text(max_size=300))
def test_nothing_unseen_gets_through(text: str) -> None:
    shown = plain(text)
    assert len(shown) <= NAME_LIMIT
    assert {unicodedata.category(character) for character in shown if character != "\u200d"}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    assert plain(shown) == shown
