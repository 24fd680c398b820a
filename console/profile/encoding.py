"""Finds out how a text file is encoded."""

from babel.languages import get_official_languages
from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

OTHER_FILES = {
    b"PK\x03\x04": "a workbook (.xlsx, .ods) or another zip file",
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel (.xls)",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"%PDF": "a PDF document",
}
"""What people take for a CSV file, by its first bytes."""

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


def no_text(data: bytes) -> str | None:
    """What a file is that holds no text, where that can be told; else None."""
    return next((kind for start, kind in OTHER_FILES.items() if data.startswith(start)), None)


def decode(data: bytes, region: str) -> str | None:
    """The text of a file: by its byte order mark, as UTF-8, or in a code page (a country's own one first,
    because a few names in it look alike in many). None when it cannot be told."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _decoded(data, encoding)
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    readings = (_decoded(data, encoding) for encoding in _code_pages(data, region))
    return next((text for text in readings if text is not None), None)


def code_page(region: str) -> str:
    """The code page of the country's first official language."""
    language = next(iter(get_official_languages(region)), "en")
    return next((page for page, languages in CODE_PAGES.items() if language in languages.split()), "cp1252")


def _code_pages(data: bytes, region: str) -> list[str]:
    """The likely code pages, the likeliest first."""
    own = code_page(region)
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    matches = list(from_bytes(telling, cp_isolation=[own, "cp1252", *CODE_PAGES]))
    best = [match.encoding for match in matches]
    for match in matches:
        if own in match.could_be_from_charset and match.chaos <= matches[0].chaos + GOOD_ENOUGH:
            return [own, *best]
    return best


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
