"""Values are ready to print."""

from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from console.desk.drawing import OVER, dom_id, draw_desk, draw_link, draw_pop, draw_presence
from console.desk.pop import PopState, is_pop
from console.desk.reading import Reader, moment
from console.desk.record_appearance import Alerts
from console.desk.samples import sample_desk, sample_pop


def test_a_moment_is_on_the_readers_clock() -> None:
    reader = Reader("en", ZoneInfo("Europe/Bratislava"))
    at = moment("2026-11-21T23:30:05.123+00:00", reader, of_year=2026)
    assert (at.day, at.clock, at.exact) == ("Nov 22", "00:30", "2026-11-22 00:30:05")


def test_a_day_of_another_year_says_so(reader: Reader) -> None:
    assert moment("2025-03-02T12:00:00+00:00", reader, of_year=2026).day == "Mar 2, 2025"


def test_the_end_of_the_calendar_is_a_day_as_well(reader: Reader) -> None:
    never = moment("9999-12-31T23:59:59+00:00", Reader(reader.locale, ZoneInfo("Europe/Bratislava")))
    assert (never.clock, never.exact) == ("23:59", "9999-12-31 23:59:59")


@pytest.mark.parametrize(("locale", "day"), [("sk", "22. 11."), ("da_DK", "22. nov."), ("en-GB", "22 Nov")])
def test_a_day_is_written_as_the_reader_does(locale: str, day: str) -> None:
    assert moment("2026-11-22T12:00:00+00:00", Reader(locale, ZoneInfo("UTC")), 2026).day == day


def test_ids_fit_selectors_and_stay_different() -> None:
    names = ["main-1795292938.8", "main-1795292938-8", "main-1795292938_8", "m€in", 'a"b', "a b", ""]
    ids = [dom_id(name) for name in names]
    assert len(set(ids)) == len(names)
    assert all(
        character.isascii() and (character.isalnum() or character in "-_") for character in "".join(ids)
    )


@pytest.mark.parametrize("state", get_args(PopState))
def test_a_clock_ticks_while_the_call_is_on(now: datetime, reader: Reader, state: str) -> None:
    began, over = "2026-11-21T11:59:00+00:00", "2026-11-21T12:00:05+00:00"
    pop = sample_pop("x", now, state=state, answered_at=began, ended_at=over)
    drawn = draw_pop(pop, reader)
    assert (drawn.since is None) == (state in OVER)
    assert drawn.talked == "1:05"


def test_an_hour_on_the_phone(now: datetime, reader: Reader) -> None:
    times = {"answered_at": "2026-11-21T11:00:00+00:00", "ended_at": "2026-11-21T12:03:09+00:00"}
    assert draw_pop(sample_pop("x", now, state="ended", **times), reader).talked == "1:03:09"


def test_who_withholds_their_number_is_nobody(now: datetime, reader: Reader) -> None:
    pop = sample_pop("x", now, match="withheld", customer=None, caller_name="MRKVA J", number="+421905123456")
    drawn = draw_pop(pop, reader)
    assert (drawn.number, drawn.caller_name, drawn.candidates) == ("", "", [])


def test_what_is_wrong_is_named(now: datetime, reader: Reader) -> None:
    alerts = draw_pop(sample_pop("x", now, late_orders=3), reader).alerts
    assert isinstance(alerts, Alerts)
    assert [order.ref for order in alerts.late] == ["O-77"]
    assert alerts.more_late == 2
    assert [case.ref for case in alerts.cases] == ["K-5"]
    assert (alerts.repeat_today, alerts.often, alerts.birthday) == (True, 3, False)


def test_what_is_normal_is_not(now: datetime, reader: Reader) -> None:
    normal = {"orders": [], "late_orders": 0, "cases": [], "calls_7d": 2, "repeat_today": False}
    normal |= {"callbacks": [], "offers": []}
    normal["last_call_at"] = (now - timedelta(hours=2)).isoformat()
    assert draw_pop(sample_pop("x", now, **normal), reader).alerts is None


def test_a_desk_is_presence_pops_and_notes(now: datetime, reader: Reader) -> None:
    desk = draw_desk(sample_desk(now), reader)
    assert desk.presence.state == "on_call"
    assert [note.leg for note in desk.notes] == ["sample-answered"]
    [answered] = [pop for pop in desk.pops if pop.leg == "sample-answered"]
    assert answered.note == desk.notes[0]
    assert len(desk.pops) == sum(map(is_pop, sample_desk(now)))


def test_an_empty_desk_is_offline(reader: Reader) -> None:
    assert draw_desk({}, reader).presence == draw_presence({"state": "offline"}, reader)


def test_a_link_says_why_and_since_when(reader: Reader) -> None:
    value = {"state": "down", "reason": "Refused.", "since": "2026-11-21T12:00:00+00:00"}
    assert draw_link("main", value, reader).title == "Refused. · 2026-11-21 13:00:00"
