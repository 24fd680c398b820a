"""Folding as a table, and what holds for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.customers.folding import (
    MOST_SPELLINGS,
    WHOLE_LETTERS,
    all_words_of,
    fold,
    spellings_of,
    words_of,
)

FOLDED = [
    ("Šťastný", "stastny"),
    ("ŠŤASTNÝ", "stastny"),
    ("S\u030ctastny\u0301", "stastny"),
    ("Łódź", "lodz"),
    ("Ørsted", "orsted"),
    ("Đorđe", "dorde"),
    ("Þórður Æsir", "thordur aesir"),
    ("Hœgaerts", "hoegaerts"),
    ("İstanbul ıŞIK", "istanbul isik"),
    ("Groß GROSS GROẞ", "gross gross gross"),
    ("Ħal Għaxaq", "hal ghaxaq"),
    ("Ŧŋ", "tn"),
    ("Nguyễn Thị Ánh", "nguyen thi anh"),
    ("Žofia Ľubomírová", "zofia lubomirova"),
    ("Ők Űr", "ok ur"),
    ("ΆΝΝΑ Σωκράτης", "αννα σωκρατησ"),
    ("Алёна ЙОД", "алена иод"),
    ("Ｊａｎ", "jan"),
    ("ﬁla", "fila"),
    ("한국", "한국"),
    ("", ""),
]

WORDS = [
    ("Jana Nováková-Malá", ("jana", "novakova", "mala")),
    ("O'Brien", ("obrien",)),
    ("O\u2019Brien", ("obrien",)),
    ("Kvetinárstvo Mrkva, s.r.o.", ("kvetinarstvo", "mrkva", "sro")),
    ("J.R. Smith", ("jr", "smith")),
    ("Ing.Jan Novák", ("ing", "jan", "novak")),
    ("snake_case & Sons (2)", ("snake", "case", "sons", "2")),
    (" \t ", ()),
    ("...", ()),
]

SPELLINGS = [
    ("Jan Novák", {"jan novak"}),
    ("Đorđe", {"dorde", "djordje"}),
    ("Müller", {"muller", "mueller"}),
    ("MU\u0308LLER", {"muller", "mueller"}),
    ("Ørsted Åse", {"orsted ase", "orsted aase", "oersted ase", "oersted aase"}),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_are_told_apart(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(("text", "spellings"), SPELLINGS)
def test_letters_that_are_typed_as_two_give_another_spelling(text: str, spellings: set[str]) -> None:
    assert {" ".join(words) for words in spellings_of(text)} == spellings


def test_the_plain_spelling_comes_first() -> None:
    assert spellings_of("Đorđe Müller")[0] == ("dorde", "muller")


def test_a_name_of_many_such_letters_has_few_spellings() -> None:
    assert len(spellings_of("å ä ö ü ø đ " * 5)) == MOST_SPELLINGS


@given(st.text())
def test_folding_once_more_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("aábcčdďeéłøæœßđþ" + "".join(WHOLE_LETTERS))))
def test_case_does_not_count(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(st.text(st.sampled_from("aábcčdďđeéłøÅüı -.'" + "".join(WHOLE_LETTERS))))
def test_words_are_of_plain_letters(text: str) -> None:
    for words in spellings_of(text):
        assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)


@given(st.text())
def test_each_spelling_has_the_same_words(text: str) -> None:
    assert {len(words) for words in spellings_of(text)} == {len(words_of(text))}


def test_all_words_have_their_other_spelling_beside_them() -> None:
    assert all_words_of("Jörg Müller, Praha") == ("jorg", "joerg", "muller", "mueller", "praha")
    assert all_words_of("Šťastný pán") == ("stastny", "pan")


@given(st.text(max_size=60))
def test_all_words_have_the_plain_ones_among_them(text: str) -> None:
    assert set(words_of(text)) <= set(all_words_of(text))
