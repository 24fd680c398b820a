"""`lineside replay`: stories and records for people, an exit status for programs."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.commands import replay
from console.errors import UsageError
from console.settings import Settings
from telephony.events import CallAnswered, Caller, CallId, CallOffered, LegId, LinkName
from tests.conftest import NOW
from tests.console.commands.conftest import parse
from tests.fakes.asterisk_frames import membership
from tests.fakes.asterisk_transcripts import FOLDER, recorded

LINK = LinkName("replay")
SETTINGS = Settings(time_zone=ZoneInfo("UTC"))


async def played(file: Path, *more: str) -> int:
    args = parse(replay, "replay", str(file), *more)
    status: int = await args.run(args, SETTINGS)
    return status


async def test_a_call_is_told_and_goes_on_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert await played(FOLDER / "c05_q_ringall_two_agents.raw") == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    caller = '+421905123456 "Jan Novak"'
    assert lines[0] == "Call 1795292969.14"
    assert lines[1] == f"{caller} waits in qall"
    assert set(lines[2:4]) == {f"PJSIP/{a} rings: inbound call of {caller} in qall" for a in ("a1", "a2")}
    assert "PJSIP/a1 answers" in lines
    record = lines[lines.index("On record: inbound, completed") :]
    assert {"PJSIP/a1: answered", "PJSIP/a2: withdrawn"} <= set(record)
    assert lines[-1] == replay.NO_TIMES


async def test_with_timestamps_everything_has_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert await played(FOLDER / "hold_twice.raw") == 0
    printed = capsys.readouterr().out
    told, record = printed.split("On record: ")
    assert all(line[2:10].count(":") == 2 for line in told.splitlines()[1:] if line.strip())
    assert printed.count("puts the caller on hold") == 2
    assert "(rung " in record
    assert ", answered " in record
    assert replay.NO_TIMES not in printed


def test_a_local_member_is_named_with_its_phone() -> None:
    call: dict[str, Any] = {"link": LINK, "at": NOW, "call": CallId("replay-1.1")}
    leg = LegId("replay-1.2")
    offer = CallOffered(**call, leg=leg, interface="Local/a1@agents", device="PJSIP/a1", caller=Caller("123"))
    lines = list(replay._lines([offer, CallAnswered(**call, leg=leg)], ZoneInfo("UTC")))
    assert lines[2] == "  12:00:00.000  Local/a1@agents (PJSIP/a1) answers"
    assert lines[3] == "  On record: inbound, still open (answered)"
    assert lines[4].startswith("    Local/a1@agents (PJSIP/a1): talking (rung 12:00:00.000")


async def test_pauses_of_a_local_member_name_the_phone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pause.raw"
    member = {"Interface": "Local/a1@agents", "StateInterface": "PJSIP/a1"}
    file.write_bytes(membership("QueueMemberAdded", **member))
    assert await played(file) == 0
    assert "Local/a1@agents (PJSIP/a1) gets calls in support" in capsys.readouterr().out


def test_a_recording_of_several_days_names_the_day() -> None:
    call: dict[str, Any] = {"link": LINK, "call": CallId("replay-1.1"), "leg": LegId("replay-1.2")}
    offer = CallOffered(**call, at=NOW, interface="PJSIP/a1", caller=Caller("123"))
    answer = CallAnswered(**call, at=NOW + timedelta(days=1))
    lines = list(replay._lines([offer, answer], ZoneInfo("UTC")))
    assert lines[2] == "  2026-11-22 12:00:00.000  PJSIP/a1 answers"
    assert "rung 2026-11-21 12:00:00.000, answered 2026-11-22 12:00:00.000" in lines[4]


async def test_calls_without_a_queue_need_to_know_the_agents(capsys: pytest.CaptureFixture[str]) -> None:
    await played(FOLDER / "outgoing_answered.raw")
    assert replay.NOTHING in capsys.readouterr().out
    assert await played(FOLDER / "outgoing_answered.raw", "--agent", "PJSIP/a1") == 0
    told = [line.split("  ")[-1] for line in capsys.readouterr().out.splitlines()]
    assert [line for line in told if line.startswith("PJSIP/a1 ")] == [
        "PJSIP/a1 calls +421905654321",
        "PJSIP/a1 is answered",
    ]


async def test_an_outgoing_call_that_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert await played(FOLDER / "outgoing_given_up.raw", "--agent", "PJSIP/a1") == 0
    printed = capsys.readouterr().out
    assert "PJSIP/a1 stops calling: cancelled" in printed
    assert "PJSIP/a1: cancelled (called " in printed


async def test_named_phones_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert await played(FOLDER / "outgoing_answered.raw", "--agent", "PJSIP/a9") == 0
    assert replay.NOTHING_OF_THESE in capsys.readouterr().out


@pytest.mark.parametrize(("agents", "unseen"), [((), True), (("--agent", "PJSIP/a3"), False)])
async def test_where_a_call_went_that_was_passed_on(
    agents: tuple[str, ...], unseen: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """A colleague in no queue is only seen when the phone is named."""
    await played(FOLDER / "blind_transfer_ami.raw", *agents)
    printed = capsys.readouterr().out
    assert (replay.UNSEEN in printed) is unseen
    assert ("PJSIP/a3 rings" in printed) is not unseen


@pytest.mark.parametrize("name", ["transfer_to_queue", "attended_transfer"])
async def test_a_call_that_was_passed_on_in_sight(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    await played(FOLDER / f"{name}.raw", "--agent", "PJSIP/a3")
    printed = capsys.readouterr().out
    assert "passes the call on to" in printed
    assert replay.UNSEEN not in printed


async def test_rings_that_end_without_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    await played(FOLDER / "pickup_directed.raw")
    printed = capsys.readouterr().out
    assert "PJSIP/a1 stops ringing: withdrawn" in printed
    assert "PJSIP/a3 is off the call" in printed


async def test_what_was_dropped_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "calls.raw"
    long = b"Event: Hangup\r\nX: " + b"y" * 9_000 + b"\r\n\r\n"
    incomplete = b"Event: Hangup\r\nChannel: PJSIP/a1-00000001\r\n\r\n"
    file.write_bytes(recorded("c01_q_answered_caller_hangup") + long + incomplete)
    assert await played(file) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("1 x line_too_long: A frame with a line of more than") for line in lines)
    assert any(line.startswith("1 x incomplete: An event without the full header set") for line in lines)


async def test_the_middle_of_a_call_is_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recording that began too late."""
    frames = recorded("c06_q_hold_unhold_by_agent").split(b"\r\n\r\n")
    holds = [frame + b"\r\n\r\n" for frame in frames if frame.startswith((b"Event: Hold", b"Event: Unhold"))]
    file = tmp_path / "calls.raw"
    file.write_bytes(b"".join(holds))
    assert await played(file) == 1
    printed = capsys.readouterr().out
    assert replay.NOTHING in printed
    assert "2 x unknown_channel: An event about a channel that was never introduced" in printed


async def test_a_caller_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "calls.raw"
    hostile = "\u202e\x1b[31mVIP".encode()
    file.write_bytes(recorded("c01_q_answered_caller_hangup").replace(b"Jan Novak", hostile))
    await played(file)
    printed = capsys.readouterr().out
    assert '"\\u202e\\u001b[31mVIP"' in printed
    assert "\x1b" not in printed


async def test_pauses_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pause.raw"
    paused = membership("QueueMemberPause", Paused="1", PausedReason="Lunch")
    back = membership("QueueMemberPause")
    file.write_bytes(paused + back + membership("QueueMemberRemoved"))
    assert await played(file) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [
        "Agents",
        "PJSIP/1001 is paused in support: Lunch",
        "PJSIP/1001 gets calls in support",
        "PJSIP/1001 has left support",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty. Record what Asterisk sends"),
        (b"%PDF-1.7\n", "begins with '%PDF-1.7', not with a greeting or a header. Record what"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2_000), "is no recorded AMI stream"),
        (b"\0" * 2_000, "is no recorded AMI stream"),
        (b"\xef\xbb\xbfAsterisk Call Manager/11.0.0\r\n", "begins with a byte order mark, which an editor"),
        (b"\xef\xbb\xbfEvent: Hangup\r\n\r\n", "Save it as UTF-8 without BOM."),
        (b"a short text", "holds no AMI event. Record what"),
        (b"Asterisk Call Manager/11.0.0\r\nResponse: Error\r\n\r\n", "holds no AMI event. Record what"),
        (b"Event: not to the end", "holds no AMI event. Record what"),
    ],
)
async def test_a_file_that_is_none(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "calls.raw"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        await played(file)
    assert str(refused.value).startswith(f"{file} ")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < len(str(file)) + 350


async def test_a_recording_that_breaks_off_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the middle of a frame: what could be read is told, and the call is said to be open."""
    stream = recorded("c01_q_answered_caller_hangup")
    file = tmp_path / "calls.raw"
    file.write_bytes(stream[: stream.rindex(b"Event: Hangup") + 30])
    assert await played(file) == 1
    printed = capsys.readouterr().out
    assert "PJSIP/a1 answers" in printed
    assert printed.splitlines()[-1] == replay.BREAKS_OFF


async def test_a_recording_may_come_through_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """`lineside replay <(zcat calls.raw.gz)`"""
    reading, writing = os.pipe()
    os.write(writing, recorded("c01_q_answered_caller_hangup"))
    os.close(writing)
    try:
        assert await played(Path(f"/dev/fd/{reading}")) == 0
    finally:
        os.close(reading)
    assert "PJSIP/a1 answers" in capsys.readouterr().out


async def test_calls_that_are_not_over_are_said_to_be_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = recorded("c01_q_answered_caller_hangup")
    file = tmp_path / "calls.raw"
    file.write_bytes(stream[: stream.index(b"Event: HangupRequest")])
    assert await played(file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  On record: inbound, still open (answered)" in lines
    assert "1 call is still open at the end of the recording." in lines
