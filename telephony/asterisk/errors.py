"""What can go wrong with AMI, and whose fault it is.

AmiError
├── LocalAmiError: we were about to send what must not be sent
│   ├── UnsafeValueError
│   ├── ActionTooLongError
│   └── TooManyQuestionsError
└── RemoteAmiError: the other side sent what we do not take
    ├── NotAmiError
    ├── LineTooLongError
    ├── TooManyHeadersError
    └── NulError
"""

from dataclasses import dataclass
from typing import ClassVar

from telephony.asterisk.troubles import Trouble


class AmiError(Exception):
    """Something is wrong with what went, or was to go, over a manager connection."""


class LocalAmiError(AmiError):
    """We were about to send what must not be sent."""


class RemoteAmiError(AmiError):
    """The other side sent what we do not take; counted as `trouble`."""

    trouble: ClassVar[Trouble]


@dataclass
class UnsafeValueError(LocalAmiError):
    """A key or value that could be read as another header or action."""

    header: str

    def __str__(self) -> str:
        return f"The header {self.header!r} holds a line break or NUL and was not sent."


@dataclass
class ActionTooLongError(LocalAmiError):
    """More than Asterisk reads: it would cut the action and take the rest for another one."""

    what: str
    size: int
    limit: int

    def __str__(self) -> str:
        return f"An action was not sent: {self.what} is {self.size}, Asterisk takes at most {self.limit}."


@dataclass
class TooManyQuestionsError(LocalAmiError):
    """More questions than may wait until those before them are answered."""

    limit: int

    def __str__(self) -> str:
        return f"A question was not asked: {self.limit} are waiting for the phone system already."


@dataclass
class NotAmiError(RemoteAmiError):
    """Something else than an Asterisk manager answers at this address."""

    trouble: ClassVar = Trouble.NOT_AMI
    greeting: str

    def __str__(self) -> str:
        return (
            f"Not an Asterisk manager: it greeted with {self.greeting!r}. Check host and port (AMI is 5038)."
        )


@dataclass
class LineTooLongError(RemoteAmiError):
    """A header line beyond the limit."""

    trouble: ClassVar = Trouble.LINE_TOO_LONG
    size: int
    limit: int

    def __str__(self) -> str:
        return (
            f"A frame was skipped: it has a line of {self.size} characters, at most {self.limit} are taken."
        )


@dataclass
class TooManyHeadersError(RemoteAmiError):
    """A frame with more headers than the limit."""

    trouble: ClassVar = Trouble.TOO_MANY_HEADERS
    count: int
    limit: int

    def __str__(self) -> str:
        return f"A frame was skipped: it has {self.count} headers, at most {self.limit} are taken."


class NulError(RemoteAmiError):
    """A frame with a NUL. Asterisk's texts end at one; PostgreSQL takes none."""

    trouble: ClassVar = Trouble.NUL

    def __str__(self) -> str:
        return "A frame was skipped: it holds a NUL."
