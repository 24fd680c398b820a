"""What of the editor's page is not sent again: each large part has a sign of what it is drawn from, the page
says which it has, and an edit's answer leaves those out. Pure."""

from collections.abc import Sequence
from hashlib import blake2b

from console.studio.drawing import ScriptView

SIGN_BYTES = 6
"""Two parts of one page with the same sign are less likely than a broken disk."""


def sign_of(*drawn_from: object) -> str:
    """Names what is drawn from these values."""
    return blake2b(repr(drawn_from).encode(), digest_size=SIGN_BYTES).hexdigest()


def signs_of_cards(view: ScriptView) -> Sequence[str]:
    """The signs of the steps, each with how it names the steps that it leads to."""
    words = dict(view.step_options)
    return [
        sign_of(step, words.get(step.onward), [words.get(way.onward) for way in step.ways])
        for step in view.steps
    ]


def read_signs(text: str) -> frozenset[str]:
    """The signs of what a page has, as it sends them."""
    return frozenset(text.split())
