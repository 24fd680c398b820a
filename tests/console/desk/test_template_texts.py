"""Every text of every template goes through gettext, nothing is inline that the content policy forbids."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))

JINJA = re.compile(
    r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<code>.*?</code>", re.DOTALL
)
READ_ATTRIBUTES = re.compile(r'\b(?:title|placeholder|aria-label|alt|label|value|data-text-\w+)="([^"]*)"')
TAGS = re.compile(r"<[^>]*>")
OWN_NAMES = {"Lineside"}


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_left_out(name: str) -> None:
    # what Jinja prints or translates becomes a blank, so that only the template's own words are left
    source = JINJA.sub(" ", (TEMPLATES / name).read_text())
    texts = [*READ_ATTRIBUTES.findall(source), TAGS.sub(" ", source)]
    words = {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text)}
    assert words <= OWN_NAMES


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_inline(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("name", NAMES)
def test_attributes_are_quoted(name: str) -> None:
    """An unquoted attribute is where escaping ends."""
    assert not re.search(r"=\{\{", (TEMPLATES / name).read_text())
    assert "|safe" not in (TEMPLATES / name).read_text()
