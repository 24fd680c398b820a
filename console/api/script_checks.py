"""`POST /api/v1/scripts:check`: what is wrong in scripts, without storing them."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import read_bounded, refuse_unknown
from console.errors import InvalidError
from console.knowledge.surroundings import surroundings
from console.scripts.checking import Checked, check_documents
from console.scripts.json_documents import json_documents
from console.scripts.yaml_files import YamlDocument, read_documents
from console.web.errors import problem_list
from scripts_engine.check import Surroundings

MOST_BYTES = 256 * 1024
"""Some 300 scripts. Larger files are checked by `lineside scripts check`, which keeps nobody waiting."""

ONE_AT_A_TIME = ThreadPoolExecutor(max_workers=1, thread_name_prefix="script-check")
"""A check works hard for a second or two: calls go on beside one, not beside many."""


async def post_check(request: Request) -> JSONResponse:
    """What is wrong in the script, or the scripts, in the body: YAML, or JSON by its content type."""
    refuse_unknown(request.query_params, ())
    raw = await read_bounded(request, MOST_BYTES)
    is_json = request.headers.get("content-type", "").partition(";")[0].strip().endswith("json")
    async with request.app.state.sessions() as session:
        there = await surroundings(session)
    checking = asyncio.get_running_loop().run_in_executor(
        ONE_AT_A_TIME, partial(_answer, raw, there, is_json=is_json)
    )
    return JSONResponse(await checking)


def _answer(raw: bytes, there: Surroundings, *, is_json: bool) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        sentence = f"The body is not a text in UTF-8 (byte {error.start}). Send it as UTF-8."
        raise HTTPException(HTTPStatus.BAD_REQUEST, sentence) from None
    try:
        documents = _from_json(text) if is_json else read_documents(text, "")
        checked = check_documents(documents, "", there=there)
    except InvalidError as error:
        return {"ok": False, "scripts": 0, "problems": problem_list(error.problems), "warnings": []}
    return _told(checked)


def _told(checked: Checked) -> dict[str, Any]:
    return {
        "ok": not checked.problems,
        "scripts": len(checked.scripts),
        "problems": problem_list(checked.problems),
        "warnings": problem_list(checked.warnings),
    }


def _from_json(text: str) -> list[YamlDocument]:
    try:
        said = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        sentence = f"The body is no JSON{where}. Send a script, or a list of scripts, in UTF-8."
        raise HTTPException(HTTPStatus.BAD_REQUEST, sentence) from None
    return json_documents(said)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
