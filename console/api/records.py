"""`/api/v1/customers`, `/purchases` and `/cases`, one by one: read, replaced, deleted; and their lists."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from console.api.answers import json_answer, record_answer, write_json
from console.api.bodies import read_object, read_region, refuse_unknown
from console.api.conditions import read_conditions
from console.api.paging import read_limit, read_place, write_place
from console.api.record_kinds import CASES, CUSTOMERS, PURCHASES, RecordKind
from console.api.record_reading import RecordReading
from console.api.record_writing import Written, delete_record, put_record
from console.cases.news import announce
from console.db.batch import Saved
from console.errors import InvalidError

Endpoint = Callable[[Request], Awaitable[Response]]

AT_ONCE = 50
"""So many records are written as JSON before others get a turn: a pop must not wait for a list."""


def _get(kind: RecordKind) -> Endpoint:
    async def get(request: Request) -> Response:
        refuse_unknown(request.query_params, ())
        conditions, ref = read_conditions(request.headers), request.path_params["ref"]
        async with request.app.state.sessions() as session:
            document = await kind.document(session, ref)
            if document is None:
                raise await kind.absent(session, ref)
        answer = record_answer(document)
        if conditions.seen(answer.headers["etag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": answer.headers["etag"]})
        return answer

    return get


def _put(kind: RecordKind) -> Endpoint:
    async def put(request: Request) -> Response:
        refuse_unknown(request.query_params, kind.put_parameters)
        conditions, said = read_conditions(request.headers), await read_object(request)
        reading = RecordReading(kind, request.app.state.settings, read_region(request.query_params))
        record, problems = reading.record_at(request.path_params["ref"], said)
        if problems:
            raise InvalidError(problems)
        state = request.app.state
        written = await put_record(state.sessions, reading, record, conditions, state.clock())
        if kind is CASES and written.saved is not Saved.UNCHANGED:
            await announce(state.bus, *_owners(written))
        status = HTTPStatus.CREATED if written.saved is Saved.NEW else HTTPStatus.OK
        return record_answer(written.document, status)

    return put


def _owners(written: Written) -> set[str]:
    """Whose it was, and is."""
    documents = (written.before, written.document)
    return {document["customer_ref"] for document in documents if document is not None}


def _list(kind: RecordKind) -> Endpoint:
    async def get_list(request: Request) -> Response:
        query = request.query_params
        refuse_unknown(query, ("limit", "cursor"))
        limit, after = read_limit(query), read_place(query)
        async with request.app.state.sessions() as session:
            found = await kind.documents(session, kind.model.id > after, limit + 1)
        ids, items = list(found)[:limit], []
        for place, id_ in enumerate(ids, start=1):
            items.append(write_json(found[id_]))
            if place % AT_ONCE == 0:
                await asyncio.sleep(0)
        after_that = write_place(ids[-1]) if len(found) > limit else None
        return json_answer(f'{{"items":[{",".join(items)}],"next":{write_json(after_that)}}}')

    return get_list


async def delete_customer(request: Request) -> Response:
    """Delete a customer with numbers, purchases and cases; calls stay, as nobody's."""
    refuse_unknown(request.query_params, ())
    conditions, ref = read_conditions(request.headers), request.path_params["ref"]
    await delete_record(request.app.state.sessions, CUSTOMERS, ref, conditions)
    return Response(status_code=HTTPStatus.NO_CONTENT)


get_customer, put_customer, get_customers = _get(CUSTOMERS), _put(CUSTOMERS), _list(CUSTOMERS)
get_purchase, put_purchase, get_purchases = _get(PURCHASES), _put(PURCHASES), _list(PURCHASES)
get_case, put_case, get_cases = _get(CASES), _put(CASES), _list(CASES)
