"""Finds out how a text file is encoded."""

import re
from codecs import getincrementaldecoder
from itertools import chain
from typing import BinaryIO

from babel.languages import get_official_languages
from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LONGEST_MARK = 3
PIECE = 64 * 1024
"""So many bytes of a file are in memory at a time."""

OTHER_FILES = {
    b"PK\x03\x04": "a workbook (.xlsx, .ods) or another zip file",
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel (.xls)",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"II*\0": "a picture (TIFF)",
    b"MM\0*": "a picture (TIFF)",
    b"%PDF": "a PDF document",
}
"""What people take for a CSV file, by its first bytes."""

OTHER_BOXES = {
    re.compile(rb"RIFF....WEBP", re.DOTALL): "a picture (WebP)",
    re.compile(rb"\0\0\0.ftyp", re.DOTALL): "a picture or film of a telephone (HEIC, MP4)",
}
"""By what stands at the beginning around their length."""

CODE_PAGES = {
    "cp1250": "bs cs hr hu pl ro sk sl sq",
    "cp1251": "be bg kk mk ru sr uk",
    "cp1253": "el",
    "cp1254": "az tr",
    "cp1255": "he",
    "cp1256": "ar fa ur",
    "cp1257": "et lt lv",
    "cp1258": "vi",
    "cp932": "ja",
    "cp936": "zh",
    "cp949": "ko",
}
"""The code page in which Windows programs write each language; the others are in cp1252."""

SAMPLE = 20_000
"""So many bytes of lines outside ASCII tell the code page."""

GOOD_ENOUGH = 0.1
"""The country's own code page is believed when it reads at most so much messier than the best one."""


LATIN = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "cp1258"})
FEW = 20
"""Characters outside ASCII that tell no alphabet: two Slovak names have fewer, two Russian ones more."""

ASCII = bytes(range(128))


MOSTLY = 10
"""So many times as many lines outside ASCII must be UTF-8 as are not, so that it is told what breaks it."""

MOST_BROKEN = 100
"""So many lines that are no UTF-8, or up to the first long one, are looked at."""


class BrokenUtf8Error(ValueError):
    """A file is UTF-8 but for some bytes, which stand in `line` first."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line} is no UTF-8")


def no_text(start: bytes) -> str | None:
    """What a file that starts so is when it holds no text, where that can be told; else None."""
    by_mark = (kind for mark, kind in OTHER_FILES.items() if start.startswith(mark))
    by_box = (kind for box, kind in OTHER_BOXES.items() if box.match(start))
    return next(chain(by_mark, by_box), None)


def find_encoding(file: BinaryIO, region: str) -> str | None:
    """How a file is encoded: by its byte order mark, as UTF-8, or in a code page (a country's own one first,
    because a few names in it look alike in many). None when it cannot be told. Reads the file piece by piece
    to its end: what is wrong with the last line is known before the first one is stored.

    Raises:
        BrokenUtf8Error: it is UTF-8, but not all of it.
    """
    file.seek(0)
    start = file.read(LONGEST_MARK)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            if reads(file, encoding):
                return encoding
            _refuse_broken(file, marked=encoding == "utf-8-sig")
            return None
    if start[1:2] == b"\0" != start[:1] and reads(file, "utf-16-le"):
        return "utf-16-le"
    if reads(file, "utf-8"):
        return "utf-8"
    _refuse_broken(file)
    pages = _code_pages(_telling(file), region)
    return next((page for page in pages if reads(file, page)), None)


def is_certain(encoding: str) -> bool:
    """Whether a file that can be read so is encoded so: in a code page almost any file can be read."""
    return encoding.startswith("utf")


def reads(file: BinaryIO, encoding: str) -> bool:
    """Whether all of the file can be read so."""
    decoder = getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def code_page(region: str) -> str:
    """The code page of the country's first official language."""
    language = next(iter(get_official_languages(region)), "en")
    return next((page for page, languages in CODE_PAGES.items() if language in languages.split()), "cp1252")


def _refuse_broken(file: BinaryIO, *, marked: bool = False) -> None:
    """Raise BrokenUtf8Error when the file is UTF-8, which its byte order mark or most of its lines say."""
    whole, broken, first = 0, 0, 0
    file.seek(0)
    for number, line in enumerate(iter(lambda: file.readline(PIECE), b""), 1):
        if line.isascii():
            continue
        try:
            line.decode()
            whole += 1
        except UnicodeDecodeError:
            broken, first = broken + 1, first or number
            if broken > MOST_BROKEN or marked:
                break
    if first and (marked or whole >= MOSTLY * broken):
        raise BrokenUtf8Error(first)


def _telling(file: BinaryIO) -> bytes:
    """The first lines outside ASCII."""
    telling = b""
    file.seek(0)
    while len(telling) < SAMPLE and (piece := file.read(PIECE) + file.readline(PIECE)):
        if not piece.isascii():
            telling += b"\n".join(line for line in piece.splitlines() if not line.isascii()) + b"\n"
    return telling[:SAMPLE]


def _code_pages(telling: bytes, region: str) -> list[str]:
    """The likely code pages, the likeliest first."""
    own = code_page(region)
    matches = list(from_bytes(telling, cp_isolation=[own, "cp1252", *CODE_PAGES]))
    best = [match.encoding for match in matches]
    if own in LATIN and LATIN.isdisjoint(best[:1]) and len(telling.translate(None, ASCII)) < FEW:
        return [own, *best]
    for match in matches:
        if own in match.could_be_from_charset and match.chaos <= matches[0].chaos + GOOD_ENOUGH:
            return [own, *best]
    return best
