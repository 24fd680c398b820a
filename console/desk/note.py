"""One note per leg: what to keep when it was written in two tabs at once. Pure."""

from dataclasses import dataclass

NOTE_LIMIT = 20_000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The text to keep; `conflict` tells that it holds two texts which its author should tidy up."""

    text: str
    conflict: bool


def merge(stored: str, stored_version: int, text: str, based_on: int, mark: str) -> Merged:
    """What becomes of `stored` when `text` comes in, written on top of version `based_on`.

    On top of the stored version the new text simply takes its place. Otherwise it was saved in between: when
    one text goes on where the other stops nothing can get lost and the longer one is kept (so a save that is
    repeated because its answer got lost does no harm); else both are kept, the new one below the line `mark`.
    """
    if based_on == stored_version or text.startswith(stored):
        return Merged(text, conflict=False)
    if stored.startswith(text):
        return Merged(stored, conflict=False)
    return Merged(f"{stored}\n\n{mark}\n{text}", conflict=True)
