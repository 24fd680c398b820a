"""The text of each script of a file stays as its author wrote it."""

import pytest

from console.scripts.sources import written
from console.scripts.yaml_files import read_documents, rewrite

ONE = "# a story\nscript: a  # the key\ntitle: 'A'\n"
TWO = "script: b\nwhen: >-\n  one\n\n  two\n# the end\n"


def sources(text: str) -> list[str | None]:
    return [document.source for document in read_documents(text, "x.yaml")]


def values(text: str) -> list[object]:
    return [document.value for document in read_documents(text, "x.yaml")]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}---\n{TWO}",
        f"---\n{ONE}---\n{TWO}",
        f"{ONE}...\n---\n{TWO}...\n",
        f"\ufeff{ONE}\n\n---   \n\n{TWO}\n---\n",
        f"{ONE}---\n{TWO}".replace("\n", "\r\n"),
        f"%YAML 1.2\n---\n{ONE}...\n%YAML 1.2\n---\n{TWO}",
        f"---\n# nothing\n---\n{ONE}---\n{TWO}",
    ],
)
def test_documents(text: str) -> None:
    assert sources(text) == [ONE, TWO]


def test_comments_in_front_of_the_first_mark_belong_to_the_first_script() -> None:
    assert sources(f"# all of ours\n---\n{TWO}---\n{ONE}") == [f"# all of ours\n{TWO}", ONE]
    assert sources(f"{TWO}---\n{ONE}") == [TWO, ONE]


def test_an_inline_document() -> None:
    assert sources("--- {script: a}\n--- # b\nscript: b\n") == ["{script: a}\n", "# b\nscript: b\n"]


@pytest.mark.parametrize("text", ["--- |\n  a\n", "---\n- |\n  a\n"])
def test_what_is_no_script_is_left_to_others(text: str) -> None:
    assert values(text) == ["a\n"]


def test_a_list() -> None:
    text = (
        "# of them all\n\n# a story\n- script: a  # the key\n  title: 'A'\n"
        "\n  # of b\n- script: b\n  when: >-\n    one\n\n    two\n"
    )
    first, second = sources(text)
    assert first == ONE
    assert second == "# of b\nscript: b\nwhen: >-\n  one\n\n  two\n"


def test_a_list_that_is_written_otherwise() -> None:
    assert sources("[{script: a}, {script: b}]\n") == ["{script: a}\n", "{script: b}\n"]
    assert sources("-\n  script: a\n- # b\n  script: b\n- script: c") == [None, None, "script: c\n"]
    assert sources('- script: a\n  title: "one\ntwo"\n') == ['script: a\ntitle: "one\ntwo"\n']


def test_what_leans_on_another_script_cannot_stand_by_itself() -> None:
    text = "- {script: a, lines: &both [1, 2]}\n- {script: b, lines: *both}\n"
    assert sources(text) == ["{script: a, lines: &both [1, 2]}\n", None]
    assert values(text)[1] == {"script": "b", "lines": [1, 2]}


def test_a_directive_that_matters_is_not_lost_silently() -> None:
    assert sources("%TAG ! tag:yaml.org,2002:\n---\nscript: a\npriority: !int 5\n") == [None]


def test_another_value_and_all_else_as_it_was() -> None:
    assert rewrite(ONE, "script", "b-2") == ONE.replace("script: a ", "script: b-2 ")
    assert rewrite(ONE, "title", "Ä: 1") == ONE.replace("'A'", '"Ä: 1"')
    with pytest.raises(KeyError):
        rewrite(ONE, "steps", "x")


@pytest.mark.parametrize(
    "value", ["a", "late-delivery", "v1.2", "true", "null", "1e5", "0x1F", "1", "a: b", "#"]
)
def test_a_text_stays_a_text(value: str) -> None:
    assert values(f"x: {written(value)}") == [{"x": value}]
