"""Settings from the environment, prefix `LINESIDE_`. A wrong one names itself in one sentence."""

import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies

from console.errors import SettingError
from telephony.simulator.faults import Faults, read_faults
from telephony.simulator.scenarios import SCENARIOS
from telephony.source import Capability

PREFIX = "LINESIDE_"
DEFAULTS = {
    "DATABASE_URL": "sqlite+aiosqlite:///lineside.sqlite",
    "REDIS_URL": "",
    "PBX": "",
    "REGION": "SK",
    "TIME_ZONE": "Europe/Bratislava",
    "LOCALE": "en",
    "CURRENCY": "EUR",
    "SECRET_KEY": "",
    "PUBLIC_URL": "",
    "CLAIM_MINUTES": "15",
    "LISTENING_SHOWN": "yes",
}
"""Every setting with its default: the documentation's table is checked against this one."""

MOST_MINUTES = 24 * 60

DEFAULT_ZONE = ZoneInfo(DEFAULTS["TIME_ZONE"])
PORTS = {"ami": 5038, "amis": 5039}
COMMON_OPTIONS = {"name", "region", "prefix", "bare_e164", "extensions", "context"}
LINK_OPTIONS = {
    "ami": COMMON_OPTIONS,
    "amis": COMMON_OPTIONS,
    "sim": COMMON_OPTIONS | {"seed", "rate", "scenario", "transcript", "speed", "faults", "without"},
}


@dataclass(frozen=True, slots=True)
class Link:
    """One phone system. `extensions` is the length of internal numbers (shortest, longest) or None;
    `prefix` the digits for an outside line.

    What begins with `seed` is the simulator's: `rate` is in calls a second, `scenario` names what is played
    instead of a random day, `transcript` is a file to play at `speed`, `without` what it cannot tell."""

    scheme: str
    name: str
    host: str = ""
    port: int = 0
    user: str = ""
    secret: str = ""
    region: str | None = None
    prefix: str = ""
    bare_e164: bool = False
    extensions: tuple[int, int] | None = None
    context: str = "from-internal"
    seed: int = 1
    rate: float = 0.2
    scenario: tuple[str, ...] = ()
    transcript: str = ""
    speed: float = 1.0
    faults: Faults = field(default_factory=Faults)
    without: frozenset[Capability] = frozenset()


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked."""

    database_url: str = DEFAULTS["DATABASE_URL"]
    redis_url: str | None = None
    links: tuple[Link, ...] = ()
    region: str = DEFAULTS["REGION"]
    time_zone: ZoneInfo = DEFAULT_ZONE
    locale: str = DEFAULTS["LOCALE"]
    currency: str = DEFAULTS["CURRENCY"]
    secret_key: str | None = None
    public_url: str | None = None
    claim_lasts: timedelta = timedelta(minutes=int(DEFAULTS["CLAIM_MINUTES"]))
    listening_shown: bool = DEFAULTS["LISTENING_SHOWN"] == "yes"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment such as `os.environ`.

    Raises:
        SettingError: one is wrong; the sentence names it and says what would be right.
    """
    _reject_unknown(environment)
    value = {
        name: environment.get(PREFIX + name, "").strip() or default for name, default in DEFAULTS.items()
    }
    return Settings(
        database_url=_database_url(value["DATABASE_URL"]),
        redis_url=_redis_url(value["REDIS_URL"]),
        links=_links(value["PBX"]),
        region=_region(PREFIX + "REGION", value["REGION"]),
        time_zone=_time_zone(value["TIME_ZONE"]),
        locale=_locale(value["LOCALE"]),
        currency=_currency(value["CURRENCY"]),
        secret_key=value["SECRET_KEY"] or None,
        public_url=_public_url(value["PUBLIC_URL"]),
        claim_lasts=_minutes("CLAIM_MINUTES", value["CLAIM_MINUTES"]),
        listening_shown=_flag("LISTENING_SHOWN", value["LISTENING_SHOWN"]),
    )


def _reject_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name for name in DEFAULTS}
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TEST_"):
            raise SettingError(name, f"there is no such setting; there are {', '.join(sorted(known))}.")


def _minutes(name: str, text: str) -> timedelta:
    minutes = int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
    if not 0 < minutes <= MOST_MINUTES:
        raise SettingError(PREFIX + name, f"must be a number of minutes from 1 to {MOST_MINUTES}.")
    return timedelta(minutes=minutes)


def _flag(name: str, text: str) -> bool:
    if text not in {"yes", "no"}:
        raise SettingError(PREFIX + name, "must be yes or no.")
    return text == "yes"


def _database_url(url: str) -> str:
    name = PREFIX + "DATABASE_URL"
    scheme = url.partition("://")[0]
    if "://" not in url or scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
        raise SettingError(
            name, "must be sqlite+aiosqlite:///FILE or postgresql+asyncpg://user:password@host/database."
        )
    return url


def _redis_url(url: str) -> str | None:
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingError(PREFIX + "REDIS_URL", "must look like redis://host:6379/0.")
    return url or None


def _region(name: str, region: str) -> str:
    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise SettingError(name, f"{region!r} is no country code of two letters, such as SK, DK or GB.")
    return region.upper()


def _time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name!r} is no time zone; write one such as Europe/Bratislava."
        raise SettingError(PREFIX + "TIME_ZONE", message) from None


def _locale(name: str) -> str:
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        raise SettingError(
            PREFIX + "LOCALE", f"{name!r} is no locale; write one such as en or sk_SK."
        ) from None


def _currency(code: str) -> str:
    if code.upper() not in list_currencies():
        raise SettingError(PREFIX + "CURRENCY", f"{code!r} is no currency code such as EUR, CZK or DKK.")
    return code.upper()


def _public_url(url: str) -> str | None:
    if url and (not url.startswith(("http://", "https://")) or not urlsplit(url).hostname):
        raise SettingError(PREFIX + "PUBLIC_URL", "must look like https://lineside.example.com.")
    return url.rstrip("/") or None


LONGEST_CREDENTIAL = 1_000
"""Bytes. Asterisk takes lines of 1,024."""


def _links(text: str) -> tuple[Link, ...]:
    links = tuple(_link(url) for url in text.split())
    names = [link.name for link in links]
    for name in names:
        if names.count(name) > 1:
            raise _pbx_error(f"two links are called {name!r}; give each its own ?name=.")
    return links


def _pbx_error(problem: str) -> SettingError:
    return SettingError(PREFIX + "PBX", problem)


def _link(url: str) -> Link:
    parts = _parts(url)
    address = _address(parts)
    options = _options(parts)
    try:
        _check_programme(options)
        values = {option: OPTION_READERS[option](value) for option, value in options.items()}
    except SettingError as error:
        link = _called(parts).rstrip(":")
        raise _pbx_error(f"{link}: {error.problem}") from None
    usual: dict[str, Any] = {"name": "sim" if parts.scheme == "sim" else "main"}
    return Link(scheme=parts.scheme, **address, **usual | values)


def _called(parts: SplitResult) -> str:
    """The link as sentences name it: without its secrets."""
    return "the link sim:" if parts.scheme == "sim" else f"the link {parts.scheme}://…{parts.hostname or ''}"


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:  # a [ that is not the beginning of an IPv6 address
        raise _pbx_error("a link's host is a name or an address such as 10.0.0.1 or [fd00::1].") from None
    if parts.scheme not in LINK_OPTIONS:
        raise _pbx_error(
            f"a link starts with ami://, amis:// or sim:, not with {parts.scheme or url[:10]!r}; "
            "write ami://user:secret@host:5038?name=main."
        )
    return parts


def _options(parts: SplitResult) -> dict[str, str]:
    """The options of a link, each once and with a value."""
    link = _called(parts)
    if parts.path.strip("/") or parts.fragment:
        raise _pbx_error(f"{link} goes on with something that is no option: options stand behind one ?.")
    options: dict[str, str] = {}
    for option, value in parse_qsl(parts.query, keep_blank_values=True):
        if option not in LINK_OPTIONS[parts.scheme]:
            known = ", ".join(sorted(LINK_OPTIONS[parts.scheme]))
            raise _pbx_error(f"{link} has no option {option!r}; there are {known}.")
        if option in options:
            raise _pbx_error(f"{link} has the option {option} twice: leave one out.")
        if not value:
            raise _pbx_error(f"{link} has the option {option} without a value: give it one or leave it out.")
        options[option] = value
    return options


def _link_name(name: str) -> str:
    if not (name.isascii() and name.replace("_", "").isalnum() and len(name) <= 40):
        raise _pbx_error(f"a link's name is up to 40 letters, digits and _, not {name!r}.")
    return name


def _address(parts: SplitResult) -> dict[str, Any]:
    if parts.scheme == "sim":
        return {}
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise _pbx_error("a link's port is a number up to 65535.") from None
    if not (parts.hostname and parts.username and parts.password):
        raise _pbx_error(
            f"{_called(parts)} lacks host, user or secret; "
            "write ami://user:secret@host:5038?name=main (percent-encode special characters)."
        )
    return {
        "host": parts.hostname,
        "port": port,
        "user": _credential(parts.username),
        "secret": _credential(parts.password),
    }


def _credential(quoted: str) -> str:
    text = unquote(quoted)
    if set("\r\n\0") & set(text) or len(text.encode()) > LONGEST_CREDENTIAL:
        raise _pbx_error(
            f"user and secret of a link: no line break, no NUL, at most {LONGEST_CREDENTIAL} bytes each."
        )
    return text


MOST_DIGITS = 18
"""Of a number in an option."""


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS


def _digits(option: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not _is_whole(value):
            raise _pbx_error(f"the option {option} is digits, not {value!r}.")
        return value

    return read


def _yes_no(value: str) -> bool:
    if value not in {"yes", "no"}:
        raise _pbx_error(f"the option bare_e164 is yes or no, not {value!r}.")
    return value == "yes"


def _extensions(value: str) -> tuple[int, int]:
    low, _, high = value.partition("-")
    high = high or low
    if not (_is_whole(low) and _is_whole(high) and 1 <= int(low) <= int(high) <= 10):
        raise _pbx_error(f"the option extensions is a length such as 4 or 3-4, not {value!r}.")
    return int(low), int(high)


def _seed(value: str) -> int:
    if not _is_whole(value):
        raise _pbx_error(f"the option seed is a whole number of up to {MOST_DIGITS} digits, not {value!r}.")
    return int(value)


def _up_to_1000(option: str, what: str) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number <= 1000:
            raise _pbx_error(f"the option {option} is {what}, above 0 and up to 1000, not {value!r}.")
        return number

    return read


def _check_programme(options: Mapping[str, str]) -> None:
    """The simulator plays a random day, scenarios or a transcript."""
    if "scenario" in options and "transcript" in options:
        raise _pbx_error("the simulator plays a scenario or a transcript, not both: leave one out.")
    if "speed" in options and "transcript" not in options:
        raise _pbx_error("the option speed goes with the option transcript.")


def _scenario(value: str) -> tuple[str, ...]:
    names = tuple(SCENARIOS) if value == "all" else tuple(value.split(","))
    for name in names:
        if name not in SCENARIOS:
            raise _pbx_error(f"there is no scenario {name!r}; there are all, {', '.join(SCENARIOS)}.")
    return names


def _faults(value: str) -> Faults:
    try:
        return read_faults(value)
    except ValueError as error:
        raise _pbx_error(f"the option faults is a list such as drop:0.02,delay, but {error}.") from None


def _without(value: str) -> frozenset[Capability]:
    names = value.split(",")
    for name in names:
        if name not in set(Capability):
            raise _pbx_error(f"the option without: {name!r} is none of {', '.join(Capability)}.")
    return frozenset(map(Capability, names))


OPTION_READERS: dict[str, Callable[[str], Any]] = {
    "name": _link_name,
    "region": lambda value: _region(PREFIX + "PBX", value),
    "prefix": _digits("prefix"),
    "bare_e164": _yes_no,
    "extensions": _extensions,
    "context": str,
    "seed": _seed,
    "rate": _up_to_1000("rate", "how many calls a second"),
    "scenario": _scenario,
    "transcript": str,
    "speed": _up_to_1000("speed", "how many times as fast"),
    "faults": _faults,
    "without": _without,
}
