"""`If-Match` and `If-None-Match`: what a record must be for a request to be done."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from console.errors import OutdatedError

ANY = "*"
_TAG = re.compile(r'(?:W/)?"[^",]*"')

Tags = frozenset[str]


@dataclass(frozen=True, slots=True)
class Conditions:
    """The tags that the record must have (one of), and those it must not have; None asks for nothing."""

    match: Tags | None = None
    none_match: Tags | None = None

    @property
    def read(self) -> bool:
        """Whether the request's author, given that `check` passes, has read what is to be changed."""
        return self.match is not None and ANY not in self.match

    def check(self, current: str | None, name: str) -> None:
        """Whether the record `name`, whose tag is `current` (None: there is no such record), may be changed.

        Raises:
            OutdatedError: it is not what the request was made for.
        """
        if self.match is not None and current is None:
            raise OutdatedError(f"There is no {name}, or not any more: leave If-Match out to create it.")
        if self.match is not None and not self.match & {current, ANY}:
            raise OutdatedError(
                f"The {name} has changed since you read it. Nothing was changed: GET it again, make your "
                "change to what it says now, and send that with its new ETag as If-Match."
            )
        if current is not None and self.seen(current):
            raise OutdatedError(
                f"There is a {name} already. Nothing was changed: leave If-None-Match out to replace it."
            )

    def seen(self, current: str) -> bool:
        """Whether the request is only for a record that its author does not have yet."""
        return self.none_match is not None and bool(self.none_match & {current, f"W/{current}", ANY})


def read_conditions(headers: Headers) -> Conditions:
    """The conditions in a request's headers. Raises HTTPException (400) when they are no ETags."""
    return Conditions(_tags(headers, "If-Match"), _tags(headers, "If-None-Match"))


def _tags(headers: Headers, name: str) -> Tags | None:
    if name not in headers:
        return None
    tags = frozenset(tag.strip() for tag in ",".join(headers.getlist(name)).split(","))
    if not all(tag == ANY or _TAG.fullmatch(tag) for tag in tags):
        sentence = f"{name} must be * or an ETag as it was given, with its quotes."
        raise HTTPException(HTTPStatus.BAD_REQUEST, sentence)
    return tags
