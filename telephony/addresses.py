"""The number inside what phone systems send: out of a SIP or tel address, with every step said. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

_NOT_PLAIN = re.compile("[<@:;%]|[^\\x00-\\x7f]")
_HEADER = re.compile(r"([^<>]*)<([^<>]+)>([^<>]*)")
_SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
_PARAMETERS = re.compile(r"(?:;[A-Za-z-]+(?:=[^;<>@]*)?)+")
_CONTEXT = re.compile(r";phone-context=(\+[0-9]{1,3})(?:;|$)", re.IGNORECASE)
_SHORTENED = r"[Ee][+-]?[0-9]+$"
"""What spreadsheets write behind a number that was too long for its column: 4.21905E+11."""
_EXTENSION = re.compile(rf"(.*[0-9)])(?!{_SHORTENED})[\s,;]*(?:#|[^\W\d_])\D{{0,20}}[0-9]{{1,6}}")


@dataclass(frozen=True, slots=True)
class Bare:
    """What is left of a text without its address. `context` is the country code that a tel address gives
    (`+421`, else ""); `steps` say what was stripped; `anonymous`: the address itself withholds the number."""

    text: str
    context: str
    anonymous: bool
    steps: tuple[str, ...]


def without_address(raw: str) -> Bare:
    """The number without display name, scheme, host, parameters. Percent-encoding is undone once, after the
    address is cut, so that it cannot make an address."""
    if not _NOT_PLAIN.search(raw):  # most numbers
        return Bare(raw.strip(), "", anonymous=False, steps=())
    steps: list[str] = []
    text = _without_display_name(_plain_forms(raw).strip(), steps)
    scheme = _SCHEME.match(text)
    user, _, rest = text.removeprefix(scheme[0] if scheme else "").partition("@")
    host, *of_host = rest.split(";")
    context = _CONTEXT.search(user)
    number = _without_parameters(user, is_address=bool(scheme or host))
    parameters = [*user.removeprefix(number).lstrip(";").split(";"), *of_host]
    stripped = [("scheme", scheme[1] if scheme else ""), ("host", host), ("parameters", ";".join(parameters))]
    steps += [f"Stripped the {name} {what.strip(';')}." for name, what in stripped if what.strip(";")]
    decoded = unquote(number)
    if decoded != number:
        steps.append("Undid the percent-encoding.")
    anonymous = host.lower().startswith("anonymous.invalid")
    return Bare(decoded.strip(), context[1] if context else "", anonymous, tuple(steps))


def without_extension(text: str) -> str:
    """A number from an address book without the extension that people wrote behind it (`ext. 12`, `kl. 12`,
    `#12`), in whatever language: it is never sent by those who call."""
    found = _EXTENSION.fullmatch(text.strip())
    return found[1] if found else text


def _plain_forms(raw: str) -> str:
    """Full-width letters, digits and signs as the usual ones."""
    return raw if raw.isascii() else unicodedata.normalize("NFKC", raw)


def _without_display_name(text: str, steps: list[str]) -> str:
    """What stands in angle brackets, of a header such as `"Ana" <sip:…>;tag=7`."""
    header = _HEADER.fullmatch(text)
    if header is None or not (header[1] or header[3] or _SCHEME.match(header[2])):
        return text
    steps.append("Took the address out of its header.")
    return header[2].strip()


def _without_parameters(user: str, *, is_address: bool) -> str:
    if is_address:
        return re.split("[;?:]", user, maxsplit=1)[0]
    found = _PARAMETERS.search(user)
    return user[: found.start()] if found and found.end() == len(user) else user
