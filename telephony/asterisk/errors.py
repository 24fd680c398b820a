"""What can go wrong with AMI, and whose fault it is.

AmiError
├── LocalAmiError: we were about to send what must not be sent
│   ├── UnsafeValueError
│   └── ActionTooLongError
└── RemoteAmiError: the other side sent what we do not take
    ├── NotAmiError
    ├── FrameTooLongError
    ├── LineTooLongError
    └── TooManyHeadersError
"""

from dataclasses import dataclass


class AmiError(Exception):
    """Something is wrong with what went, or was to go, over a manager connection."""


class LocalAmiError(AmiError):
    """We were about to send what must not be sent."""


class RemoteAmiError(AmiError):
    """The other side sent what we do not take."""


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
class NotAmiError(RemoteAmiError):
    """Something else than an Asterisk manager answers at this address."""

    greeting: str

    def __str__(self) -> str:
        return (
            f"Not an Asterisk manager: it greeted with {self.greeting!r}. Check host and port (AMI is 5038)."
        )


@dataclass
class FrameTooLongError(RemoteAmiError):
    """A frame that does not end within the limit."""

    limit: int

    def __str__(self) -> str:
        return f"A frame of more than {self.limit} bytes was skipped."


@dataclass
class LineTooLongError(RemoteAmiError):
    """A header line beyond the limit."""

    size: int
    limit: int

    def __str__(self) -> str:
        return (
            f"A frame was skipped: it has a line of {self.size} characters, at most {self.limit} are taken."
        )


@dataclass
class TooManyHeadersError(RemoteAmiError):
    """A frame with more headers than the limit."""

    count: int
    limit: int

    def __str__(self) -> str:
        return f"A frame was skipped: it has {self.count} headers, at most {self.limit} are taken."
