"""The table of numbers in `tests/cases/numbers.csv`: who must be found, who must not, who is only suggested.

Every row goes the whole way: the stored number through the import, the incoming one through the settings of
its link, and both through the statement of a real database.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.customers.actions import save_customers
from console.customers.identification import Outcome
from console.customers.records import CustomerRecord
from console.db.engine import Sessions
from console.facts.knowledge import Knowledge
from console.facts.known import Known
from console.facts.reader import open_fact_reader
from console.profile.fields import forms
from console.settings import read_settings
from telephony.asterisk.frames import caller_of
from telephony.asterisk.messages import Message
from telephony.asterisk.model import Switchboard
from telephony.events import Caller, LinkName
from telephony.numbers import NumberKind

TABLE = Path(__file__).parents[2] / "cases" / "numbers.csv"
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
"""Characters that nobody sees in an editor."""


@dataclass(frozen=True, slots=True)
class Case:
    """A row: a stored number, an incoming one, how its trunk writes numbers, and what must come out."""

    line: int
    expected: str
    stored_region: str
    stored: str
    region: str
    incoming: str
    link: str
    presentation: str
    remark: str


def cases() -> Iterator[Case]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            texts = {name: ESCAPE.sub(lambda found: chr(int(found[1], 16)), row[name]) for name in row}
            yield Case(rows.line_num, **texts)


@pytest.mark.slow
async def test_every_row_of_the_table(sessions: Sessions, database_url: str, now: datetime) -> None:
    table = list(cases())
    assert len(
        {
            (case.stored_region, case.stored, case.region, case.incoming, case.link, case.presentation)
            for case in table
        }
    ) == len(table)
    wrong = []
    async with open_fact_reader(database_url) as reader:
        for case in table:
            await store(sessions, case, now)
            knowledge = Knowledge(reader, read_settings({"LINESIDE_PBX": link_url(case)}))
            known = await knowledge.of_call("main", caller(case), "", now)
            if (found := verdict(known)) != case.expected:
                wrong.append((case, found, known.identification.number.steps))
    assert wrong == []


async def store(sessions: Sessions, case: Case, at: datetime) -> None:
    """The number belongs to the one customer there is."""
    written = re.sub(r"([;|])", r"\\\1", case.stored)
    phones = forms("en", ZoneInfo("UTC"), case.stored_region).phones(written)
    async with sessions.begin() as session:
        await save_customers(session, [CustomerRecord("C-1", {"name": "Ana"}, phones=phones)], at)


def link_url(case: Case) -> str:
    return f"ami://user:secret@localhost?name=main&region={case.region}&{case.link}"


def caller(case: Case) -> Caller:
    """The flag comes from Asterisk's own words; the number as any phone system may send it."""
    headers = [("Event", "QueueCallerJoin"), ("ChanVariable", f"CALLERID(num-pres)={case.presentation}")]
    flagged = caller_of(Switchboard(LinkName("main"), bool), Message(headers)).withheld
    return Caller(case.incoming, "", flagged)


def verdict(known: Known) -> str:
    """What came out, in the words of the table."""
    who = known.identification
    if who.outcome is Outcome.WITHHELD:
        told = [known.shown_number, *who.matches, *who.set_aside]
        return "withheld" if not any(told) else f"withheld, and yet tells {told}"
    if who.number.kind is NumberKind.EXTENSION and not who.matches:
        return "extension"
    if who.outcome is Outcome.ONE:
        return who.matches[0].strength.value
    return "weak" if who.outcome is Outcome.NONE and who.matches else who.outcome.value
