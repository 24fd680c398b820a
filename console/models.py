"""Imports every table, so that `Base.metadata` is whole (for migrations and tests)."""

from console.alerts import models as alerts
from console.audit import models as audit
from console.boards import models as boards
from console.calls import models as calls
from console.cases import models as cases
from console.customers import models as customers
from console.db import revision
from console.handover import models as handover
from console.identity import models as identity
from console.knowledge import models as knowledge
from console.messages import models as messages
from console.profile import models as profile
from console.promises import models as promises
from console.queues import models as queues
from console.risk import models as risk
from console.scripts import models as scripts
from console.studio import replay_models as replays
from console.worklist import models as worklist

__all__ = [
    "alerts",
    "audit",
    "boards",
    "calls",
    "cases",
    "customers",
    "handover",
    "identity",
    "knowledge",
    "messages",
    "profile",
    "promises",
    "queues",
    "replays",
    "revision",
    "risk",
    "scripts",
    "worklist",
]
