"""Marks texts for translation. Whoever shows them translates them: nothing here knows the reader."""


def N_(message: str) -> str:  # noqa: N802 (the name that gettext tools look for)
    """The message as it is; `make texts` gathers it."""
    return message
