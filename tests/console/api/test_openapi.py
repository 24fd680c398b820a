"""The description of the API is one that other programs can read, and what it says of records is true."""

from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from console.api.openapi import OPERATIONS, document
from console.api.record_kinds import CASES, CUSTOMERS, PURCHASES, RecordKind
from console.api.schemas import BATCH, BATCH_ANSWER, CUSTOMER, PURCHASE, Schema, page_of
from console.api.schemas import CASE as CASE_SCHEMA
from tests.console.api.test_records import CASE, JANA, ORDER


def test_the_description_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(document()).validate()


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [each["operationId"] for path in document()["paths"].values() for each in path.values()]
    assert len(set(names)) == len(names) == len(OPERATIONS)


@pytest.mark.parametrize(
    ("kind", "schema"), [(CUSTOMERS, CUSTOMER), (PURCHASES, PURCHASE), (CASES, CASE_SCHEMA)]
)
def test_every_key_is_described(kind: RecordKind, schema: Schema) -> None:
    assert set(schema["properties"]) == set(kind.keys)


@pytest.mark.slow
async def test_records_are_as_they_are_described(records: httpx.AsyncClient) -> None:
    described: list[tuple[str, dict[str, Any], Schema]] = [
        ("customers/C-1", JANA, CUSTOMER),
        ("purchases/2026/1", ORDER, PURCHASE),
        ("cases/K-1", CASE, CASE_SCHEMA),
    ]
    for path, said, schema in described:
        OAS31Validator(schema).validate(said)
        await records.put(path, json=said)
        OAS31Validator(schema).validate((await records.get(path)).json())
        page = (await records.get(path.partition("/")[0])).json()
        OAS31Validator(page_of(schema)).validate(page)
    batch = {"items": [JANA, {"ref": "C-2", "name": "Eva", "phones": []}]}
    OAS31Validator(BATCH).validate(batch)
    batch["items"].append({})
    answer = (await records.post("/customers:batch", json=batch)).json()
    OAS31Validator(BATCH_ANSWER).validate(answer)
