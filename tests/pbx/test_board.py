"""The board beside a real phone system: a caller joins and appears on it, a pause shows on it, and a link that is
cut makes it old until it is back."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import APPEAR_LIMIT_MS
from tests.browser.fixtures import OpenDesk
from tests.pbx.fixtures import Pbx
from tests.pbx.world import ONE
from tests.rig.product import PASSWORD, Product

pytestmark = [pytest.mark.real("asterisk", "chromium"), pytest.mark.asyncio(loop_scope="session")]
