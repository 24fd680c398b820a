"""Script files as YAML: what is read, where it stands, and what is refused."""

from typing import Any

import pytest
from ruamel.yaml.reader import Reader

from console.errors import InvalidError
from console.scripts import yaml_files
from console.scripts.yaml_files import read_documents, write_documents


def values(text: str) -> list[Any]:
    return [document.value for document in read_documents(text, "x.yaml")]


def refused(text: str) -> str:
    with pytest.raises(InvalidError) as caught:
        read_documents(text, "x.yaml")
    return str(caught.value)


def test_one_script_a_list_and_several_documents() -> None:
    one, two = {"script": "a"}, {"script": "b"}
    assert values("script: a\n") == [one]
    assert values("- script: a\n- script: b\n") == [one, two]
    assert values("---\nscript: a\n---\nscript: b\n---\n") == [one, two]
    assert values("\ufeffscript: a\n") == [one]


def test_values_are_plain_and_yaml_1_2() -> None:
    text = "a: no\nb: 2026-11-01\nc: true\nd: 8\ne: 1.5\nf:\ng: 'x'\nh: 0x1F\nyes: =\n1: <<\nk: .inf\n"
    assert values(text) == [
        {
            "a": "no",
            "b": "2026-11-01",
            "c": True,
            "d": 8,
            "e": 1.5,
            "f": None,
            "g": "x",
            "h": "0x1F",
            "yes": "=",
            "1": "<<",
            "k": ".inf",
        }
    ]


def test_every_place_knows_its_line() -> None:
    [first, second] = read_documents("# hello\na: 1\nb:\n  - x\n  - y:\n      2\n---\nc: 1\n", "x.yaml")
    assert first.line_of(("a",)) == 2
    assert first.line_of(("b",)) == 3
    assert first.line_of(("b", 1)) == 5
    assert first.line_of(("b", 1, "y", "more")) == 5
    assert first.line_of(()) == 2
    assert second.line_of(("c",)) == 8


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "x.yaml: the file holds no script"),
        ("a: [1", "x.yaml line 1: this is not YAML: expected ',' or ']'"),
        ("a: 1\n\tb: 2", "x.yaml line 2: this is not YAML: "),
        ("a: *b", "undefined alias 'b'"),
        ("a: 1\na: 2", 'x.yaml line 2: "a" stands here twice'),
        ("? [a]\n: 1", "x.yaml line 1: the name of a field must be a text"),
        ("a: !!python/object/apply:os.system [ls]", "plain values, nothing marked"),
        ("a: !!binary aGVsbG8=", "plain values, nothing marked"),
        ("a: \x00", "x.yaml: this is not YAML: "),
        ("a: &x [*x]", "nested deeper than 60 levels"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    assert why in refused(text)


@pytest.mark.parametrize("part", ["[", "{", "[[]", "{a: ", "- ", "? "])
def test_what_is_nested_too_deep_is_not_read_to_its_end(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    furthest = 0
    forward = Reader.forward

    def counted(reader: Reader, length: int = 1) -> None:
        nonlocal furthest
        forward(reader, length)
        furthest = max(furthest, reader.index)

    monkeypatch.setattr(Reader, "forward", counted)
    assert refused("a: 1\n---\n" + part * 5_000) == (
        "x.yaml line 3: lists and mappings are nested deeper than 60 levels"
    )
    assert furthest < 1_000


def test_what_is_nested_as_deep_as_may_be_is_read() -> None:
    assert values("a: " + "[" * 60 + "]" * 60)
    assert values("- a: " + "[" * 60 + "]" * 60)
    assert "nested deeper than 60" in refused("a: " + "[" * 61 + "1" + "]" * 61)
    quoted = "[{" * 5_000
    assert values(f"say: '{quoted}'\ntext: |\n  {quoted}\n") == [{"say": quoted, "text": f"{quoted}\n"}]


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_files, "MAX_CHARACTERS", 10)
    assert refused("a: 12345678") == "x.yaml: the file has 11 characters, more than 10"


def test_the_number_of_scripts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_files, "MAX_DOCUMENTS", 2)
    assert refused("- a\n- b\n- c\n") == "x.yaml line 1: the list holds more than 2 scripts; part it"
    assert refused("a\n---\nb\n---\nc\n") == "x.yaml: the file holds more than 2 documents; part it"


def test_what_is_no_script_has_no_text_of_its_own() -> None:
    [text, one] = read_documents("- a\n- {script: b}\n", "x.yaml")
    assert (text.source, one.source) == (None, "{script: b}\n")


def test_aliases_do_not_multiply_without_bound() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]"
        for before, name in zip("abcdef", "bcdefg", strict=True)
    ]
    assert "the file holds more than 1,318 values" in refused("\n".join(lines))


def test_what_is_written_reads_the_same() -> None:
    documents: list[dict[str, Any]] = [
        {
            "script": "a",
            "z": 1,
            "b": ["x: y", "no", "2026-11-01"],
            "long": "word " * 100 + "end",
            "š": "ď 'x' \"y\"",
        },
        {"script": "b", "c": {"d": True, "e": 1.5}},
    ]
    text = write_documents(documents)
    assert values(text) == documents
    assert text.index("z: 1") < text.index("b:")
    assert "š: ď" in text
    assert write_documents([]) == ""
