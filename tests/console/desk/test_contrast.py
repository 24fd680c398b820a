"""Every pair of colours that meets on a page is readable: WCAG 2.2, 1.4.3 (text) and 1.4.11 (edges)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "static" / "css" / "tokens.css"
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
THEMES = {"light": 0, "dark": 1}

TEXT = 4.5
EDGE = 3.0

GROUNDS = ("ground", "surface", "sunken", "hover")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2") for ground in GROUNDS),
    *(("ink-3", ground, TEXT) for ground in ("ground", "surface", "sunken")),
    *(("accent", ground, TEXT) for ground in ("ground", "surface", "sunken", "accent-soft")),
    *(("on-accent", fill, TEXT) for fill in ("accent-fill", "accent-fill-hover")),
    *(
        (state, ground, TEXT)
        for state in ("green", "amber", "red")
        for ground in ("surface", "sunken", "ground")
    ),
    *((text, "hover", TEXT) for text in ("ink-3", "accent", "amber")),
    *((state, f"{state}-soft", TEXT) for state in ("green", "amber", "red")),
    *(("line-strong", ground, EDGE) for ground in ("surface", "sunken", "ground")),
    *((state, "surface", EDGE) for state in ("green", "amber", "red")),
    *((text, "accent-soft", TEXT) for text in ("ink", "ink-2", "ink-3", "green", "amber", "red")),  # a packet
    ("accent", "surface", EDGE),  # focus rings
    ("accent", "ground", EDGE),
    ("accent-fill", "ground", EDGE),
]


def colours() -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in COLOUR.findall(TOKENS.read_text())}


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(theme: str, front: str, back: str, least: float) -> None:
    tokens = colours()
    one, other = tokens[front][THEMES[theme]], tokens[back][THEMES[theme]]
    assert contrast(one, other) >= least, f"{front} on {back} in the {theme} theme"


def test_every_colour_is_a_token() -> None:
    """No other file of styles names a colour of its own, but for shadows."""
    for sheet in TOKENS.parent.glob("*.css"):
        if sheet != TOKENS:
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text()), sheet.name


def test_every_token_is_defined() -> None:
    known = set(re.findall(r"(--[\w-]+):", TOKENS.read_text()))
    for sheet in TOKENS.parent.glob("*.css"):
        assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) <= known, sheet.name
