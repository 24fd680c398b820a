"""Who works in the demo, and in which queues."""

from dataclasses import dataclass

from console.identity.models import Role

DOMAIN = "example.com"
PASSWORD = "lineside-demo"  # noqa: S105 - printed by `lineside demo`, which listens on this machine only
FIRST_EXTENSION = 1001


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the demo; agents have an extension."""

    id: int
    name: str
    role: Role = Role.AGENT
    line: int = 1
    queues: tuple[str, ...] = ()
    extension: str | None = None

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"

    @property
    def interface(self) -> str:
        return f"PJSIP/{self.extension}"


@dataclass(frozen=True, slots=True)
class DemoQueue:
    """A queue of the demo."""

    name: str
    title: str
    extension: str
    line: int = 1


QUEUES = (
    DemoQueue("support", "Customer support", "501"),
    DemoQueue("orders", "Orders", "502"),
    DemoQueue("specialists", "Specialists", "503", line=2),
)

FIRST_LINE = (
    ("Ana Horváthová", ("support",)),
    ("Boris Kováč", ("support",)),
    ("Clara Jensen", ("support",)),
    ("David Novák", ("support",)),
    ("Eva Tóthová", ("support",)),
    ("Filip Dvořák", ("support",)),
    ("Greta Lund", ("support", "orders")),
    ("Hugo Kowalski", ("support", "orders")),
    ("Ines Baláž", ("orders",)),
    ("Jakub Černý", ("orders",)),
)
SECOND_LINE = ("Karol Molnár", "Lenka Benešová", "Martin Evans")


def _agents() -> tuple[Member, ...]:
    rows = [(name, 1, queues) for name, queues in FIRST_LINE]
    rows += [(name, 2, ("specialists",)) for name in SECOND_LINE]
    return tuple(
        Member(index + 1, name, Role.AGENT, line, queues, str(FIRST_EXTENSION + index))
        for index, (name, line, queues) in enumerate(rows)
    )


AGENTS = _agents()
SUPERVISOR = Member(len(AGENTS) + 1, "Sofia Pokorná", Role.SUPERVISOR)
ADMIN = Member(len(AGENTS) + 2, "Adam Walker", Role.ADMIN)
SUPERVISORS_PHONE = "PJSIP/1900"
"""Where she listens to calls: she takes none."""
TEAM = (*AGENTS, SUPERVISOR, ADMIN)


def agents_of_line(line: int) -> list[Member]:
    return [member for member in AGENTS if member.line == line]


def agents_of_queue(queue: str) -> list[Member]:
    return [member for member in AGENTS if queue in member.queues]
