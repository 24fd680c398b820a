"""Values as people read them, and as scripts have them."""

from console.scripts.templates import mistakes
from console.scripts.value_words import GROUPS
from console.studio.values import readable, value_options, written


def test_every_value_can_be_used_and_comes_back() -> None:
    for values in GROUPS.values():
        for expression, name in values.items():
            text = f"a {{{{ {expression} }}}} b"
            assert not mistakes(text), expression
            assert readable(text) == f"a ‹{name}› b"
            assert written(readable(text)) == text
    names = [name for values in GROUPS.values() for name in values.values()]
    assert len(names) == len(set(names))


def test_answers() -> None:
    text = "to {{ answers.voucher_email }}"
    assert readable(text) == "to ‹answer voucher_email›"
    assert written(readable(text)) == text
    assert value_options(["voucher_email"])[-1][1] == [("‹answer voucher_email›", "answer voucher_email")]
    assert len(value_options([])) == len(GROUPS)


def test_what_has_no_name_stays() -> None:
    for text in (
        "{{ customer.birthday | date }}",
        "{% if customer %}a{% endif %}",
        "‹nobody's value›",
        "‹answer ž›",
    ):
        assert readable(text) == written(text) == text
    for text in ("{{" + " " * 60_000, "{{ " * 20_000, "{{ a" + " |" * 30_000):
        assert readable(text) == text  # at once, however it is unfinished
    assert readable("{{customer.name|name}}") == "‹customer's name›"
