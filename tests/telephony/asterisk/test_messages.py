"""Headers in and actions out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.errors import (
    ActionTooLongError,
    LineTooLongError,
    NulError,
    TooManyHeadersError,
    UnsafeValueError,
)
from telephony.asterisk.messages import (
    MAX_ACTION_HEADERS,
    MAX_ACTION_LINE,
    MAX_HEADERS,
    MAX_LINE,
    Action,
    Message,
    encode,
    parse,
    unescape,
)
from telephony.asterisk.troubles import Trouble

WORDS = st.text(st.sampled_from("\r\n\0\x85\u2028:; aAü\x1b"), max_size=6)
"""Words that are more often odd than not."""


class TestParse:
    def test_headers_keep_their_order_and_may_repeat(self) -> None:
        message = parse(b"Event: TestEvent\r\nState: a\r\nAppFile: x.c\r\nState: b")
        assert (message.kind, message.name) == ("Event", "TestEvent")
        assert (message.first("State"), message.last("State"), message.all("State")) == ("a", "b", ["a", "b"])
        assert [name for name, _ in message.headers] == ["Event", "State", "AppFile", "State"]

    def test_a_missing_header_is_empty_and_known_to_be_missing(self) -> None:
        message = parse(b"Event: X\r\nAccountCode: \r\nLanguage:")
        assert (message.first("AccountCode"), message.first("Language"), message.first("Queue")) == (
            "",
            "",
            "",
        )
        assert message.last("Queue") == ""
        assert ("AccountCode" in message, "Language" in message, "Queue" in message) == (True, True, False)
        assert message.has_all(frozenset({"Event", "Language"}))
        assert not message.has_all(frozenset({"Event", "Queue"}))

    def test_bare_line_feeds_and_lines_without_a_colon(self) -> None:
        message = parse(b"Response: Follows\nsome output\nActionID: 1")
        assert message.headers == [("Response", "Follows"), ("ActionID", "1")]
        assert message.troubles == (Trouble.BARE_LINE_FEED,)

    def test_a_carriage_return_within_a_value_is_odd(self) -> None:
        message = parse(b"Event: X\r\nCallerIDName: a\rQueue: b\r\nQueue: c")
        assert (message.first("CallerIDName"), message.all("Queue")) == ("a\rQueue: b", ["c"])
        assert message.troubles == (Trouble.BARE_CARRIAGE_RETURN,)

    def test_what_does_not_begin_with_a_header_is_no_event(self) -> None:
        assert parse(b"junk\r\nEvent: Hangup").kind == "junk"

    def test_nothing_at_all(self) -> None:
        assert (parse(b"").kind, Message(()).name) == ("", "")

    def test_bytes_that_are_not_utf_8(self) -> None:
        message = parse(b"CallerIDName: M\xfcller")
        assert message.text("CallerIDName") == "M\ufffdller"
        assert message.troubles == (Trouble.BAD_UTF8,)

    def test_a_header_twice_is_odd_unless_asterisk_repeats_it(self) -> None:
        assert parse(b"Event: X\r\nQueue: a\r\nQueue: b").troubles == (Trouble.DUPLICATE_HEADER,)
        variables = b"ChanVariable: a=1\r\nChanVariable(c): x=1\r\nDestChanVariable: a=1\r\nOutput: 1\r\n"
        assert parse(b"Event: X\r\n" + variables * 2).troubles == ()

    def test_a_nul_is_nothing_that_asterisk_wrote(self) -> None:
        with pytest.raises(NulError):
            parse(b"Event: Hangup\r\nChannel: a\0b")

    def test_only_line_feeds_end_lines(self) -> None:
        assert parse("A: x\u2028B: y\x0bC: z\x85".encode()).all("A") == ["x\u2028B: y\x0bC: z\x85"]

    def test_limits(self) -> None:
        assert len(parse(b"A: 1\r\n" * MAX_HEADERS).headers) == MAX_HEADERS
        with pytest.raises(TooManyHeadersError):
            parse(b"A: 1\r\n" * (MAX_HEADERS + 1))
        assert parse(b"A: " + b"x" * (MAX_LINE - 3) + b"\r\nB: 1").first("B") == "1"
        with pytest.raises(LineTooLongError):
            parse(b"A: " + b"x" * (MAX_LINE - 2))

    @given(st.binary(max_size=200).map(lambda data: data.replace(b"\0", b"")))
    def test_takes_any_bytes(self, frame: bytes) -> None:
        message = parse(frame)
        assert all("\n" not in name + value for name, value in message.headers)


class TestText:
    @pytest.mark.parametrize(
        ("sent", "meant"),
        [
            (r"O\'Brien", "O'Brien"),
            (r"a\\b", r"a\b"),
            (r"two\nlines", "two\nlines"),
            (r"\"Ann\"", '"Ann"'),
            ("plain", "plain"),
            ("cut\\", "cut\\"),
        ],
    )
    def test_names_are_unescaped(self, sent: str, meant: str) -> None:
        assert unescape(sent) == meant
        assert Message([("CallerIDName", sent)]).text("CallerIDName") == meant
        assert Message([("DestConnectedLineName", sent)]).text("DestConnectedLineName") == meant

    def test_other_headers_are_raw(self) -> None:
        assert Message([("Queue", r"a\nb")]).text("Queue") == r"a\nb"

    @pytest.mark.parametrize("missing", ["<unknown>", "<null>", ""])
    def test_what_asterisk_does_not_have(self, missing: str) -> None:
        assert Message([("CallerIDNum", missing)]).text("CallerIDNum") == ""

    def test_what_only_looks_like_it_is_a_name(self) -> None:
        assert Message([("CallerIDName", "<unknown> ")]).text("CallerIDName") == "<unknown> "

    def test_channel_variables_in_both_notations(self) -> None:
        new, old = b"ChanVariable: CALLERID(num-pres)=prohib", b"ChanVariable(PJSIP/a-1): x=y=z"
        message = parse(b"\r\n".join([new, old, b"DestChanVariable: a=b"]))
        assert list(message.variables()) == [("CALLERID(num-pres)", "prohib"), ("x", "y=z")]

    def test_when_it_happened(self) -> None:
        sent = parse(b"Event: X\r\nTimestamp: 1795293368.142637")
        assert sent.happened_at() == datetime(2026, 11, 21, 20, 36, 8, 142637, UTC)

    def test_when_is_believed_only_where_no_caller_can_say_it(self) -> None:
        sent = parse(b"Event: X\r\nPrivilege: call,all\r\nChannel: a\r\nCallerIDNum: 1\r\nTimestamp: 0")
        assert sent.happened_at() is None

    @pytest.mark.parametrize("stamp", ["", "soon", "nan", "inf", "1e300", "0", "-1", "253370764800"])
    def test_when_is_not_known(self, stamp: str) -> None:
        assert Message([("Timestamp", stamp)]).happened_at() is None
        assert Message([]).happened_at() is None


class TestEncode:
    def test_an_action(self) -> None:
        data = encode(Action("QueuePause", {"Queue": "support", "Reason": "Müde"}), "t-1")
        text = "Action: QueuePause\r\nActionID: t-1\r\nQueue: support\r\nReason: Müde\r\n\r\n"
        assert data == text.encode()

    @pytest.mark.parametrize("evil", ["a\rb", "a\nb", "a\0b", "x\r\n\r\nAction: Originate"])
    def test_nothing_is_sent_that_could_act_as_another_action(self, evil: str) -> None:
        for action in (Action("Ping", {"Reason": evil}), Action("Ping", {evil: "x"}), Action(evil, {})):
            with pytest.raises(UnsafeValueError):
                encode(action, "t-1")
        with pytest.raises(UnsafeValueError):
            encode(Action("Ping", {}), evil)
        with pytest.raises(UnsafeValueError):
            encode(Action("Ping", {"Reason: x": "y"}), "t-1")

    def test_a_line_is_as_long_as_asterisk_reads(self) -> None:
        room = MAX_ACTION_LINE - len("Reason: \r\n")
        assert len(encode(Action("Ping", {"Reason": "x" * room}), "t")) > MAX_ACTION_LINE
        with pytest.raises(ActionTooLongError):
            encode(Action("Ping", {"Reason": "x" * (room + 1)}), "t")
        with pytest.raises(ActionTooLongError):
            encode(Action("Ping", {"Reason": "ü" * (room // 2 + 1)}), "t")

    def test_an_action_has_as_many_headers_as_asterisk_takes(self) -> None:
        headers = {f"V{number}": "x" for number in range(MAX_ACTION_HEADERS - 2)}
        assert encode(Action("Ping", headers), "t").count(b"\r\n") == MAX_ACTION_HEADERS + 1
        with pytest.raises(ActionTooLongError):
            encode(Action("Ping", headers | {"V": "x"}), "t")

    @given(WORDS, st.dictionaries(WORDS, WORDS, max_size=3), WORDS)
    def test_what_is_sent_is_one_frame_that_says_what_was_meant(
        self, name: str, headers: dict[str, str], action_id: str
    ) -> None:
        said = [("Action", name), ("ActionID", action_id), *headers.items()]
        unsafe = any(set("\r\n\0") & set(key + value) or ":" in key for key, value in said)
        try:
            data = encode(Action(name, headers), action_id)
        except UnsafeValueError:
            assert unsafe
            return
        assert not unsafe
        assert data.split(b"\r\n") == [f"{key}: {value}".encode() for key, value in said] + [b"", b""]
        assert data.count(b"\n") == data.count(b"\r") == len(said) + 1
        assert b"\0" not in data
