"""Texts come from catalogues; where one lacks a text, it stays English."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from console.web import i18n
from console.web.i18n import gettext, ngettext, using_locale

ROOT = Path(__file__).parents[3]

SLOVAK = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: sk\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n"

msgid "Log in"
msgstr "Prihlásiť sa"

msgid "Hello %(name)s"
msgstr "Dobrý deň, %(name)s"

msgid "%(num)d call"
msgid_plural "%(num)d calls"
msgstr[0] "%(num)d hovor"
msgstr[1] "%(num)d hovory"
msgstr[2] "%(num)d hovorov"
"""


@pytest.fixture(autouse=True)
def slovak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A console that knows some Slovak."""
    folder = tmp_path / "sk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "lineside.po").write_text(SLOVAK, encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n.translations.cache_clear()
    yield
    i18n.translations.cache_clear()


@pytest.mark.parametrize("locale", ["sk", "sk_SK", "sk-SK"])
def test_texts_follow_the_locale(locale: str) -> None:
    with using_locale(locale):
        assert gettext("Log in") == "Prihlásiť sa"
        assert gettext("Hello %(name)s", name="Ana") == "Dobrý deň, Ana"
        assert [ngettext("%(num)d call", "%(num)d calls", n) for n in (1, 3, 5)] == [
            "1 hovor",
            "3 hovory",
            "5 hovorov",
        ]
    assert gettext("Log in") == "Log in"


def test_what_is_not_translated_stays_english() -> None:
    with using_locale("sk"):
        assert gettext("100 % of it") == "100 % of it"
    with using_locale("da"):
        assert ngettext("%(num)d call", "%(num)d calls", 2) == "2 calls"


def test_texts_of_code_are_found_for_the_catalogue() -> None:
    found = {
        message for _, _, message, _, _ in extract_from_dir(ROOT / "console" / "web", [("**.py", "python")])
    }
    assert {"Log in first."} <= found
    assert any(str(message).startswith("This page is out of date") for message in found)
