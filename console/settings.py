"""Settings from the environment, prefix `LINESIDE_`. A wrong one names itself in one sentence."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

PREFIX = "LINESIDE_"
LINK_SCHEMES = {"ami": 5038, "amis": 5039, "sim": 0}
"""What a link may be, with its default port."""

LINK_OPTIONS = {
    "ami": {"name", "region", "prefix", "bare_e164", "extensions", "context"},
    "amis": {"name", "region", "prefix", "bare_e164", "extensions", "context"},
    "sim": {"name", "region", "prefix", "bare_e164", "extensions", "context", "seed", "rate"},
}


@dataclass(frozen=True, slots=True)
class Link:
    """One phone system. `extensions` is the length of internal numbers (shortest, longest) or None;
    `prefix` the digits for an outside line; `seed` and `rate` (calls a second) are the simulator's."""

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


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked."""

    database_url: str
    redis_url: str | None
    links: tuple[Link, ...]
    region: str
    time_zone: ZoneInfo
    locale: str
    currency: str
    secret_key: str | None
    public_url: str | None
