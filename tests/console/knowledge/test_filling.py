"""Letters with a caller's values."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

from console.knowledge.article import Kind
from console.knowledge.filling import Filled, fill_in
from console.scripts.rendering import Renderer
from tests.console.knowledge.articles import article

RENDERER = Renderer("en", ZoneInfo("Europe/Bratislava"), "EUR")
ANA = {"customer": SimpleNamespace(name="Ana <b>Nová</b>", language=None, notes="n" * 5000)}


def test_an_answer_stands_as_it_is_written() -> None:
    assert fill_in(article(text="Type {{ x"), RENDERER, ANA) == Filled("Type {{ x")


def test_a_letter_has_the_callers_values() -> None:
    letter = article(kind=Kind.LETTER, text="Dear {{ customer.name }}!")
    assert fill_in(letter, RENDERER, ANA) == Filled("Dear Ana <b>Nová</b>!")


def test_a_value_that_is_missing_leaves_a_gap_and_a_word() -> None:
    text = "Dear {{ customer.name }}, {{ company.name }}: {{ late_orders[0].ref }}, {{ company.name }}!"
    filled = fill_in(article(kind=Kind.LETTER, text=text), RENDERER, ANA)
    assert filled.text == "Dear Ana <b>Nová</b>, …: …, …!"
    assert filled.missing == "company's name, late order's number"


def test_where_it_chooses_between_texts_all_values_are_gaps() -> None:
    letter = article(
        kind=Kind.LETTER, text="{{ customer.name }}{% if orders %} {{ company.name }}{% endif %}"
    )
    context = {**ANA, "orders": (1,)}
    assert fill_in(letter, RENDERER, context) == Filled("… …", "company's name")


def test_what_comes_out_too_long_says_so() -> None:
    letter = article(kind=Kind.LETTER, text="{{ customer.notes }} and more")
    assert fill_in(letter, RENDERER, ANA).cut
