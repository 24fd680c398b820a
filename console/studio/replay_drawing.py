"""How replays are drawn: how far one is, what it tries, and how its form stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.studio.replay_choice import DAYS, USUAL_SPAN
from console.studio.replay_jobs import is_lost
from console.studio.replay_models import ReplayJob, ReplayState, Tried
from console.web.formats import lasted
from console.web.i18n import gettext as _

SOON = timedelta(seconds=1)
LOST = "lost"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is. `rate` in calls a second and `left` are None until there is something to tell them
    by; `at` is when this was so."""

    percent: int
    rate: int | None
    left: str | None
    at: datetime


def draw_progress(job: ReplayJob) -> Progress:
    """How far a running replay is, by its last sign."""
    taken = job.heartbeat_at - job.begun_at
    share = job.passed / job.total if job.total else 0.0
    known = taken >= SOON and share > 0
    return Progress(
        percent=min(100, int(share * 100)),
        rate=round(job.passed / taken.total_seconds()) if known else None,
        left=lasted(taken * (1 / share - 1)) if known else None,
        at=job.heartbeat_at,
    )


def state_of(job: ReplayJob, at: datetime) -> str:
    """How it stands: a ReplayState, or `lost`."""
    return LOST if is_lost(job, at) else job.state


def draw_state(state: str) -> str:
    """The state in words."""
    return {
        ReplayState.RUNNING: _("running"),
        ReplayState.DONE: _("done"),
        ReplayState.STOPPED: _("stopped"),
        ReplayState.FAILED: _("failed"),
        LOST: _("broken off"),
    }[ReplayState(state) if state != LOST else LOST]


def draw_tried(job: ReplayJob, title: str, version: int | None = None) -> str:
    """What is tried, in words; `title` is that of its one script."""
    tried = Tried(job.tried)
    if tried is Tried.DRAFT and version is not None:
        return _("“%(title)s” in version %(version)s", title=title, version=version)
    return {
        Tried.DRAFT: _("The draft of “%(title)s”", title=title),
        Tried.DRAFTS: _("All drafts together"),
        Tried.GIVEN: _("Pasted scripts beside those in force"),
        Tried.ONLY_GIVEN: _("Pasted scripts and no others"),
        Tried.WITHOUT: _("Without “%(title)s”", title=title),
    }[tried]


def blank_fields(what: str) -> Mapping[str, str]:
    """How a new form stands; `what` is tried."""
    return {"what": what, "period": USUAL_SPAN}


def fields_of(job: ReplayJob, source: str | None, zone: ZoneInfo) -> Mapping[str, str]:
    """How the form stands that asks for the same once more: its days as they were."""
    tried = Tried(job.tried)
    only = {"only": "1"} if tried is Tried.ONLY_GIVEN else {}
    kind = Tried.GIVEN if only else tried
    last = job.ends_at - timedelta(microseconds=1)
    return {
        "what": f"{kind}:{job.script_key}" if job.script_key else str(kind),
        "source": source or "",
        "period": DAYS,
        "from": job.starts_at.astimezone(zone).date().isoformat(),
        "until": last.astimezone(zone).date().isoformat(),
        **only,
    }
