"""Errors carry data and say what to do next.

LinesideError            a sentence for people; `status` for HTTP
├── SettingError         a setting is wrong: exit status 2
├── UsageError           a command was used wrongly: exit status 2
├── NotFoundError        404
├── ForbiddenError       403
├── OutdatedError        412: what was to be changed is not what its author has seen
└── InvalidError         input that can be mended: 422, with `problems` (where, why)
"""

from dataclasses import dataclass, field
from http import HTTPStatus


class LinesideError(Exception):
    """What went wrong, in one sentence for people."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


class SettingError(LinesideError):
    """A setting is wrong. The sentence names it, says what is wrong and what would be right."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(f"{name}: {problem}")


class UsageError(LinesideError):
    """A command was used wrongly."""

    status = HTTPStatus.BAD_REQUEST


class NotFoundError(LinesideError):
    """There is no such thing."""

    status = HTTPStatus.NOT_FOUND


class ForbiddenError(LinesideError):
    """Not allowed to this user or token."""

    status = HTTPStatus.FORBIDDEN


class OutdatedError(LinesideError):
    """What was to be changed is not, or not any more, what its author has seen; nothing was changed."""

    status = HTTPStatus.PRECONDITION_FAILED


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in some input: `where` (a field, a line, a place in a file) and `why`; the `line` as
    a number, where there is one."""

    where: str
    why: str
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


class InvalidError(LinesideError):
    """Input that its author can mend; nothing was changed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))
