"""What other software says of cases is news for those who show them."""

from typing import Any

import pytest

from console.app import open_parts
from console.cases.news import CHANNEL
from console.settings import Settings
from tests.console.api.conftest import api_of
from tests.console.api.test_records import CASE

pytestmark = pytest.mark.slow  # opens a whole console


async def test_whose_cases_have_changed_is_told(database_url: str) -> None:
    async with open_parts(Settings(database_url=database_url), listens=False) as parts, api_of(parts) as api:
        for ref in ("C-1", "C-2"):
            assert (await api.put(f"customers/{ref}", json={"name": "Jana"})).is_success
        async with parts.bus.messages(CHANNEL) as messages:

            async def put(**changes: Any) -> None:
                assert (await api.put("cases/K-1", json={**CASE, **changes})).is_success

            async def told() -> list[str]:
                return sorted((await anext(messages))["customers"])

            await put()
            assert await told() == ["C-1"]
            await put()  # nothing is different: nothing is told
            await put(priority="urgent")
            assert await told() == ["C-1"]
            await put(customer_ref="C-2")
            assert await told() == ["C-1", "C-2"]
            refused = await api.put("cases/K-1", json={**CASE, "customer_ref": "nobody"})
            assert refused.status_code == 422
            await put(customer_ref="C-2", priority="low")
            assert await told() == ["C-2"]
