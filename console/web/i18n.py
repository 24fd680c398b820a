"""Texts in the reader's language: English in the source, gettext catalogues beside (`locale/`).

`make texts` gathers the texts of code and templates into `locale/lineside.pot`; a language is added with
`pybabel init -i console/web/locale/lineside.pot -d console/web/locale -D lineside -l sk`. The `.po` files
are read as they are, without a compile step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.types import ASGIApp, Receive, Scope, Send

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "lineside"
SOURCE_LOCALE = "en"

_current: ContextVar[str] = ContextVar("locale", default=SOURCE_LOCALE)


def gettext(message: str, **values: object) -> str:
    """The text in the current locale, with `%(name)s` filled from `values`."""
    text = translations(_current.get()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """The text for `number` things in the current locale; `%(num)s` is the number."""
    text = translations(_current.get()).ngettext(singular, plural, number)
    return text % {"num": number, **values}


def N_(message: str) -> str:  # noqa: N802 (the name that gettext tools look for)
    """Marks a text of a table for the catalogue; `gettext` it where it is shown."""
    return message


def current_locale() -> str:
    """The locale of the request, or command, that is being served."""
    return _current.get()


@contextmanager
def using_locale(locale: str) -> Iterator[None]:
    """Speak `locale` (as in `sk_SK`) within the block."""
    token = _current.set(locale)
    try:
        yield
    finally:
        _current.reset(token)


class UseLocale:
    """Serves each request in `locale`."""

    def __init__(self, app: ASGIApp, locale: str) -> None:
        self.app = app
        self.locale = locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["locale"] = self.locale
        with using_locale(self.locale):
            await self.app(scope, receive, send)


@lru_cache(maxsize=64)
def translations(locale: str) -> NullTranslations:
    """The catalogue of `locale`, or of its language; where there is none, texts stay English."""
    parsed = Locale.parse(locale, sep="-" if "-" in locale else "_")
    for name in (str(parsed), parsed.language):
        path = CATALOGUES / name / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.is_file():
            return _read(path)
    return NullTranslations()


def _read(path: Path) -> GNUTranslations:
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return GNUTranslations(compiled)
