"""Whom a call can be passed on to: colleagues, queues, numbers; found by what is typed in one field. Pure."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from console.errors import InvalidError, Problem
from console.live.bus import Value
from console.queues.directory import Agent, Directory, QueueInfo
from console.web.i18n import gettext as _
from telephony.commands import Target, ToAgent, ToNumber, ToQueue
from telephony.numbers import Plan
from telephony.outgoing import to_dial, to_press

T = TypeVar("T")

AT_A_GLANCE = 8
"""Colleagues and queues that are listed: whoever looks for another types a letter of the name."""

RANKS = ("available", "wrap_up", "ringing", "on_call", "on_break", "offline")
"""What agents do, from who can be asked to who cannot."""

PresenceOf = Callable[[int], Value]


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent whom a call may be passed on to, and what they are doing."""

    agent: Agent
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What is listed for what was typed. `unreachable` are the queues of whose extension nobody was told;
    `more` colleagues or queues are there than are listed."""

    colleagues: list[Colleague]
    queues: list[QueueInfo]
    unreachable: list[QueueInfo]
    more: bool


class Targets:
    """Finds whom a call is to be passed on to, or lists who fits."""

    def __init__(self, directory: Directory, presence_of: PresenceOf) -> None:
        self._directory = directory
        self._presence_of = presence_of

    def offered(self, typed: str, own: int) -> Offered:
        """Colleagues (the second line first, those who are free first) and queues that fit what was typed by
        the agent `own` so far."""
        colleagues = sorted((self._colleague(each) for each in self._others(own, typed)), key=_rank)
        queues = [each for each in self._directory.queues() if _fits(typed, *_names(each))]
        reachable = sorted((each for each in queues if each.extension), key=lambda each: each.title)
        return Offered(
            colleagues[:AT_A_GLANCE],
            reachable[:AT_A_GLANCE],
            [each for each in queues if not each.extension][:AT_A_GLANCE],
            more=max(len(colleagues), len(reachable)) > AT_A_GLANCE,
        )

    def find(self, typed: str, own: int, plan: Plan, *, asks: bool) -> Target:
        """Whom exactly somebody means, who `asks` them first or not. Raises InvalidError."""
        text = typed.strip()
        if not text:
            raise _wrong(_("Say whom the call is passed on to: a name, a queue or a number."))
        target = self._by_extension(text, own) or self._by_name(text, own)
        if target is not None:
            return target
        # Asking is done with the keys of the agent's phone.
        keys = to_press(text, plan) if asks else to_dial(text, plan)
        if keys is None:
            raise _wrong(_("Nobody here is called %(typed)s, and it is no number.", typed=text[:60]))
        return self._by_extension(keys, own) or ToNumber(keys)

    def _by_extension(self, text: str, own: int) -> Target | None:
        agent = self._directory.at_extension(text)
        if agent is not None:
            if agent.user_id == own:
                raise _wrong(_("%(extension)s is your own phone.", extension=text))
            return self._to_agent(agent)
        found = next((each for each in self._directory.queues() if each.extension == text), None)
        return ToQueue(found.name, text) if found else None

    def _by_name(self, text: str, own: int) -> Target | None:
        """By the whole name, or by a part that only one has."""
        agents = _best(text, self._others(own, text, by_extension=False), lambda each: (each.name,))
        queues = _best(
            text, [each for each in self._directory.queues() if _fits(text, *_names(each))], _names
        )
        if len(agents) + len(queues) > 1:
            names = ", ".join(
                [*(each.name for each in agents), *(each.title for each in queues)][:AT_A_GLANCE]
            )
            raise _wrong(_("Several fit %(typed)s: %(names)s. Choose one.", typed=text[:60], names=names))
        if queues and not queues[0].extension:
            raise _wrong(without_extension(queues[0]))
        if queues:
            return ToQueue(queues[0].name, queues[0].extension or "")
        return self._to_agent(agents[0]) if agents else None

    def _others(self, own: int, typed: str, *, by_extension: bool = True) -> list[Agent]:
        return [
            each
            for each in self._directory.agents()
            if each.extension
            and each.user_id != own
            and _fits(typed, each.name, each.extension if by_extension else "")
        ]

    def _to_agent(self, agent: Agent) -> ToAgent:
        return ToAgent(self._directory.interface(agent.user_id) or "", agent.extension or "")

    def _colleague(self, agent: Agent) -> Colleague:
        presence = self._presence_of(agent.user_id)
        return Colleague(agent, str(presence["state"]), str(presence.get("reason") or ""))


def without_extension(queue: QueueInfo) -> str:
    """Why nothing can be passed on to a queue, and what helps."""
    return _(
        "Calls cannot be passed on to the queue %(title)s yet: an admin must say which extension leads into "
        "it (lineside queue set %(name)s --extension …).",
        title=queue.title,
        name=queue.name,
    )


def _rank(colleague: Colleague) -> tuple[int, int, str]:
    free = RANKS.index(colleague.state) if colleague.state in RANKS else len(RANKS)
    return -colleague.agent.line, free, colleague.agent.name


def _names(queue: QueueInfo) -> tuple[str, ...]:
    return queue.title, queue.name


def _best(text: str, found: Iterable[T], names: Callable[[T], tuple[str, ...]]) -> list[T]:
    """Those whose whole name it is; where it is nobody's, all."""
    all_of_them = list(found)
    return [each for each in all_of_them if _plain(text) in map(_plain, names(each))] or all_of_them


def _fits(typed: str, *names: str) -> bool:
    """Whether each word that was typed begins a word of the names."""
    words = [word for name in names for word in _plain(name).split()]
    return all(any(word.startswith(part) for word in words) for part in _plain(typed).split())


def _plain(text: str) -> str:
    """Without case and accents: nobody types them in a hurry."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _wrong(why: str) -> InvalidError:
    return InvalidError([Problem("to", why)])
