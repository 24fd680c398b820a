"""The figures of a period for other programs, as they are described."""

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from console.api.openapi import REPORT
from console.app import Parts, open_parts
from console.settings import Settings
from tests.conftest import NOW
from tests.console.api.conftest import api_of
from tests.console.reports.storing import Past

DAYS = {"period": "days", "from": f"{NOW:%Y-%m-%d}", "until": f"{NOW:%Y-%m-%d}"}


async def answered(parts: Parts) -> None:
    past = Past()
    past.agent(1, "ana", "sales")
    past.queue("sales", title="Sales")
    past.answered("c1", NOW, 10, talk_s=120)
    past.abandoned("c2", NOW, 40)
    await past.store(parts.sessions)


@pytest.mark.slow
async def test_each_row_has_its_figures(database_url: str) -> None:
    async with open_parts(Settings(database_url=database_url), listens=False) as parts, api_of(parts) as api:
        await answered(parts)
        report = (await api.get("reports", params={**DAYS, "show": "all"})).json()
        OAS31Validator(REPORT).validate(report)
        [row] = report["rows"]
        assert (row["key"], row["label"]) == ("sales", "Sales")
        figures = row["figures"]
        assert figures["service_level"] == {"part": 0.5, "count": 1, "of": 2}
        assert (figures["answered"], figures["asa"], figures["satisfaction"]) == (1, 10.0, None)
        assert report["total"]["figures"] == figures
        by_day = (await api.get("reports", params={**DAYS, "by": "day"})).json()
        OAS31Validator(REPORT).validate(by_day)
        assert [row["key"] for row in by_day["rows"]] == [by_day["from"]]


async def test_what_is_wrong_is_a_problem_at_its_place(records: httpx.AsyncClient) -> None:
    answer = await records.get("reports", params={"by": "moon", "first_contact_days": "x"})
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["errors"]] == ["by", "first_contact_days"]
    answer = await records.get("reports", params={"queues": "sales"})
    assert [each["where"] for each in answer.json()["errors"]] == ["queues"]
