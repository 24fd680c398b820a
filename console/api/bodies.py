"""What a request says in its body and its query: either understood or refused."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NoReturn

from phonenumbers import SUPPORTED_REGIONS
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request

from console.errors import InvalidError, Problem

MOST_BYTES = 1024 * 1024


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body; its decimals are exact.

    Raises:
        HTTPException: the body is no JSON (400), or too large (413).
        InvalidError: it is no object, or has a key twice.
    """
    raw = await read_bounded(request)
    try:
        said = json.loads(raw, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=no_key_twice)
    except (ValueError, ArithmeticError, RecursionError) as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        sentence = f"The body is no JSON{where}. Send one JSON object, in UTF-8."
        raise HTTPException(HTTPStatus.BAD_REQUEST, sentence) from None
    if not isinstance(said, dict):
        raise InvalidError([Problem("body", "must be a JSON object, in { and }")])
    return said


async def read_bounded(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body. Raises HTTPException (413) when it has more than `most` bytes."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > most:
            sentence = f"The body is larger than {most:,} bytes. Send it in smaller parts."
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    return raw


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that is there twice nobody can tell which was meant."""
    said = dict(pairs)
    if len(said) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise InvalidError([Problem(key, "is there twice in one object: leave one out")])
    return said


def unknown(query: QueryParams, known: Collection[str]) -> list[Problem]:
    """The problems of a query that has parameters which are not known, or one of them twice: whoever asks
    expects more of it than it does."""
    there_are = f"there are {', '.join(known)}" if known else "there are none here"
    strange = [Problem(name, f"is not known; {there_are}") for name in query if name not in known]
    twice = [name for name in known if len(query.getlist(name)) > 1]
    return strange + [Problem(name, "is there twice: leave one out") for name in twice]


def refuse_unknown(query: QueryParams, known: Collection[str]) -> None:
    """Raise InvalidError when a query has parameters that are not known, or one of them twice."""
    if problems := unknown(query, known):
        raise InvalidError(problems)


def read_region(query: Mapping[str, str]) -> str:
    """The country that `region` names, "" when it is left out. Raises InvalidError."""
    region = query.get("region", "").upper()
    if region and region not in SUPPORTED_REGIONS:
        raise InvalidError(
            [Problem("region", f"{region!r} is no country code of two letters, such as SK or DK")]
        )
    return region
