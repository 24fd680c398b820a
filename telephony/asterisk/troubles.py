"""What can be wrong with what a phone system sends: the name under which it is counted, and the meaning.

They are the keys of `AsteriskSource.counters` and thus labels on `/metrics`: these and no others. Nothing
that the other side sends ever becomes a label.
"""

from collections.abc import Mapping
from enum import StrEnum


class Trouble(StrEnum):
    """Why something was dropped, or read with a grain of salt."""

    # The stream.
    FRAME_TOO_LONG = "frame_too_long"
    LINE_TOO_LONG = "line_too_long"
    TOO_MANY_HEADERS = "too_many_headers"
    NUL = "nul"
    UNKNOWN_FRAME = "unknown_frame"
    BAD_UTF8 = "bad_utf8"
    DUPLICATE_HEADER = "duplicate_header"
    BARE_LINE_FEED = "bare_line_feed"
    BARE_CARRIAGE_RETURN = "bare_carriage_return"
    # Questions and answers.
    UNSOLICITED_ANSWER = "unsolicited_answer"
    UNANSWERED = "unanswered"
    LIST_UNFINISHED = "list_unfinished"
    LIST_TOO_LONG = "list_too_long"
    RESYNC_FAILED = "resync_failed"
    # Events that do not fit.
    INCOMPLETE = "incomplete"
    UNKNOWN_CHANNEL = "unknown_channel"
    INTRODUCED_TWICE = "introduced_twice"
    FOREIGN_CHANNEL = "foreign_channel"
    TOO_MANY_CHANNELS = "too_many_channels"
    ID_TOO_LONG = "id_too_long"
    WRONG_TIME = "wrong_time"
    UNEXPECTED = "unexpected"
    # The connection.
    NOT_AMI = "not_ami"
    NO_GREETING = "no_greeting"
    SILENT = "silent"
    NO_ANSWERS = "no_answers"
    BACKLOG_DROPPED = "backlog_dropped"


MEANING: Mapping[Trouble, str] = {
    Trouble.FRAME_TOO_LONG: "A frame of more than 64 KiB; skipped up to the next blank line.",
    Trouble.LINE_TOO_LONG: "A frame with a line of more than 8,192 characters; dropped.",
    Trouble.TOO_MANY_HEADERS: "A frame of more than 512 headers; dropped.",
    Trouble.NUL: "A frame with a NUL, which Asterisk cannot have written; dropped.",
    Trouble.UNKNOWN_FRAME: "A frame that is neither an event nor an answer; dropped.",
    Trouble.BAD_UTF8: "A frame that is not UTF-8; read with replacement characters.",
    Trouble.DUPLICATE_HEADER: "A frame with a header twice that occurs once; read where no caller can reach.",
    Trouble.BARE_LINE_FEED: "A frame with lines that end with a line feed alone; read.",
    Trouble.BARE_CARRIAGE_RETURN: "A frame with a carriage return that ends no line; read.",
    Trouble.UNSOLICITED_ANSWER: "An answer to nothing that was asked; dropped.",
    Trouble.UNANSWERED: "A question that had no answer within 10 s.",
    Trouble.LIST_UNFINISHED: "A list that began and was broken off, or had no end within 10 s; dropped.",
    Trouble.LIST_TOO_LONG: "A list of more than 20,000 rows or 8 MiB; dropped.",
    Trouble.RESYNC_FAILED: "Which calls are alive could not be learned; asked again later.",
    Trouble.INCOMPLETE: "An event without the full header set of its type; dropped.",
    Trouble.UNKNOWN_CHANNEL: "An event about a channel that was never introduced; dropped.",
    Trouble.INTRODUCED_TWICE: "A channel introduced under an id or a name that another one has; dropped.",
    Trouble.FOREIGN_CHANNEL: "An event that rings a channel which belongs to another call; dropped.",
    Trouble.TOO_MANY_CHANNELS: "A channel beyond the 20,000 that are kept; dropped.",
    Trouble.ID_TOO_LONG: "A channel whose name or id is longer than Asterisk makes them; dropped.",
    Trouble.WRONG_TIME: "An event whose `Timestamp` is no moment of 2000 to 2099; read with our own time.",
    Trouble.UNEXPECTED: "An event or a list that Lineside failed on, by a mistake of its own; dropped.",
    Trouble.NOT_AMI: "A connection on which something else than an Asterisk manager greeted.",
    Trouble.NO_GREETING: "A connection on which nothing greeted within 10 s.",
    Trouble.SILENT: "A connection that was silent for 12 s although we asked.",
    Trouble.NO_ANSWERS: "A connection on which three questions in a row had no answer.",
    Trouble.BACKLOG_DROPPED: "Our own events, dropped because the reader was too slow; a resync follows.",
}
"""What each means, and what becomes of it: the table of the documentation."""
