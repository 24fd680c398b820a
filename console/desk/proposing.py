"""Whom the rules propose for a call that an agent is about to hand over, by what is known at that moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from console.desk.actions import pop_on_desk
from console.desk.pop import Pop
from console.desk.run_entry import ground_of, known_on
from console.errors import ForbiddenError
from console.facts.knowledge import Knowledge
from console.handover.rule_book import RuleBook
from console.handover.rules import Rules, Target
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.queues.directory import Agent, Directory
from console.web.i18n import gettext as _
from scripts_engine.facts import Facts


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whom a rule proposes, by names that people know. `dials` is what is to be called: the person's
    extension, else the queue ("": neither is known)."""

    target: Target
    queue: str
    person: str
    dials: str


@dataclass(frozen=True, slots=True)
class Proposing:
    """Asks the rules for a call."""

    bus: Bus
    knowledge: Knowledge
    directory: Directory
    rule_book: RuleBook
    zone: ZoneInfo

    async def propose(self, viewer: Viewer, leg: str, at: datetime) -> Proposal | None:
        """Whom the rules propose for the call of a leg; None when no rule applies. Raises ForbiddenError."""
        pop = await pop_on_desk(self.bus, viewer, leg)
        if pop is None:
            raise ForbiddenError(_("This call is not on your desk, or not any more. Nothing was changed."))
        known = await known_on(self.knowledge, cast("Pop", pop), at)
        agent = Agent(viewer.user_id, viewer.email, viewer.name, viewer.line, viewer.extension)
        facts = ground_of(cast("Pop", pop), known, agent, at, self.zone).facts
        target = suggested_target(self.rule_book.rules, facts, at, self.zone)
        return None if target is None else self._in_words(target)

    def _in_words(self, target: Target) -> Proposal:
        agents = self.directory.agents()
        person = next((agent for agent in agents if agent.email == target.person), None)
        queue = self.directory.queue(target.queue).title if target.queue else ""
        dials = (person.extension if person else None) or target.queue or ""
        return Proposal(target, queue, person.name if person else target.person or "", dials)


def suggested_target(rules: Rules, facts: Facts, at: datetime, zone: ZoneInfo) -> Target | None:
    """The line, queue and person that the first rule which applies proposes, and why (`sentence`)."""
    return rules.suggest(facts, at.astimezone(zone).date())
