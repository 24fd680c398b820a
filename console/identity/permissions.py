"""Who may do what, as one table. Every route names the permission it needs (`guard.require`)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from console.identity.models import Role
from console.web.i18n import N_


class Scope(StrEnum):
    """What an API token may be given."""

    RECORDS_READ = "records:read"
    RECORDS_WRITE = "records:write"
    CALLS_READ = "calls:read"
    PICK = "pick"
    BOARD_READ = "board:read"


class Permission(StrEnum):
    """What a route may need."""

    PUBLIC = "public"
    DESK = "desk"
    DESK_LEARN = "desk.learn"
    PATTERNS = "patterns"
    RECORDS_READ = "records.read"
    RECORDS_WRITE = "records.write"
    RECORDS_MERGE = "records.merge"
    PERSONS_ERASE = "persons.erase"
    RECORDS_IMPORT = "records.import"
    CASES_WORK = "cases.work"
    CASES_RULES = "cases.rules"
    QUEUES_SET = "queues.set"
    CALLBACKS_CHANGE = "callbacks.change"
    CALLS_CONTROL = "calls.control"
    CALLS_READ = "calls.read"
    PICK = "pick"
    SCRIPTS_CHECK = "scripts.check"
    SCRIPTS_REPLAY = "scripts.replay"
    BOARD_READ = "board.read"
    BOARD_LISTEN = "board.listen"
    BOARD_ACT = "board.act"
    BOARD_MESSAGE = "board.message"
    AUDIT_READ = "audit.read"
    BOARD_SET = "board.set"
    BOARD_SHARE = "board.share"
    ALERTS_SEE = "alerts.see"
    REPORTS_READ = "reports.read"
    AT_RISK_READ = "at_risk.read"
    SCRIPTS_WRITE = "scripts.write"
    WORK = "work"
    WORK_ALL = "work.all"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who holds a permission: users of these roles, tokens with one of these scopes."""

    label: str
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()


EVERYBODY = frozenset(Role)
LEADERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

PERMISSIONS: dict[Permission, Grant] = {
    Permission.PUBLIC: Grant(N_("Open to everybody, without logging in")),
    Permission.DESK: Grant(
        N_("Work at the desk: see one's own calls, write notes, walk through scripts"), EVERYBODY
    ),
    Permission.DESK_LEARN: Grant(
        N_("Say who is calling: link numbers, make customers, take it back"), EVERYBODY
    ),
    Permission.PATTERNS: Grant(N_("Look at the page of all components"), ADMINS),
    Permission.RECORDS_READ: Grant(
        N_("Read customers, purchases and cases"), EVERYBODY, frozenset({Scope.RECORDS_READ})
    ),
    Permission.RECORDS_WRITE: Grant(
        N_("Change customers, purchases and cases"), ADMINS, frozenset({Scope.RECORDS_WRITE})
    ),
    Permission.RECORDS_MERGE: Grant(
        N_("Find duplicates, merge customers and take them apart again"), LEADERS
    ),
    Permission.PERSONS_ERASE: Grant(N_("Export everything about a customer, and erase customers"), ADMINS),
    Permission.RECORDS_IMPORT: Grant(N_("Import customers, purchases and cases from files"), ADMINS),
    Permission.CASES_WORK: Grant(
        N_("Open cases, comment on them, take them over, change, close and reopen them"), EVERYBODY
    ),
    Permission.CASES_RULES: Grant(N_("Set how long cases may take, working hours and holidays"), ADMINS),
    Permission.QUEUES_SET: Grant(
        N_("Set how calls of a queue are finished: wrap-up, outcomes and their words"), ADMINS
    ),
    Permission.CALLBACKS_CHANGE: Grant(N_("Note that a call-back is done, move and withdraw it"), EVERYBODY),
    Permission.CALLS_CONTROL: Grant(
        N_("Control one's own calls: hang up, pass on, call a number with a click"), EVERYBODY
    ),
    Permission.CALLS_READ: Grant(
        N_("Read calls, with their notes and runs"), LEADERS, frozenset({Scope.CALLS_READ})
    ),
    Permission.PICK: Grant(
        N_("Ask which script fits a customer right now"), LEADERS, frozenset({Scope.PICK})
    ),
    Permission.SCRIPTS_CHECK: Grant(
        N_("Have call scripts checked, without storing them"), LEADERS, frozenset({Scope.PICK})
    ),
    Permission.SCRIPTS_REPLAY: Grant(N_("Try call scripts on past calls"), ADMINS, frozenset({Scope.PICK})),
    Permission.BOARD_READ: Grant(
        N_("See queues and agents as they are now"), LEADERS, frozenset({Scope.BOARD_READ})
    ),
    Permission.BOARD_LISTEN: Grant(N_("Listen to agents' calls, whisper to them, join the call"), LEADERS),
    Permission.BOARD_ACT: Grant(
        N_("Pause agents, move them between queues, log them out; say which waiting caller is served when"),
        LEADERS,
    ),
    Permission.BOARD_MESSAGE: Grant(N_("Send messages to agents"), LEADERS),
    Permission.AUDIT_READ: Grant(N_("Read who did what to agents and calls"), ADMINS),
    Permission.ALERTS_SEE: Grant(N_("Say that one has seen an alert of a queue"), LEADERS),
    Permission.BOARD_SET: Grant(N_("Set from when on a queue is yellow or red on the boards"), LEADERS),
    Permission.BOARD_SHARE: Grant(
        N_("Make and revoke links by which a screen shows the wallboard without a log-in"), LEADERS
    ),
    Permission.REPORTS_READ: Grant(
        N_("Read reports on queues and agents, and take them along as files"),
        LEADERS,
        frozenset({Scope.BOARD_READ}),
    ),
    Permission.AT_RISK_READ: Grant(
        N_("See the list of customers at risk, take it along as a file, have it made anew"),
        LEADERS,
        frozenset({Scope.RECORDS_READ}),
    ),
    Permission.SCRIPTS_WRITE: Grant(
        N_("Write call scripts and articles, try them out, and decide which scripts calls get"), ADMINS
    ),
    Permission.WORK: Grant(
        N_("Work off the callers whom nobody answered, and the call-backs due"), EVERYBODY
    ),
    Permission.WORK_ALL: Grant(
        N_("See the work list of all queues, and give back or close what an agent has claimed"), LEADERS
    ),
}


def role_may(role: Role, permission: Permission) -> bool:
    """Whether users of `role` hold `permission`."""
    return permission is Permission.PUBLIC or role in PERMISSIONS[permission].roles


def scopes_may(scopes: Collection[Scope], permission: Permission) -> bool:
    """Whether a token with `scopes` holds `permission`."""
    return permission is Permission.PUBLIC or not PERMISSIONS[permission].scopes.isdisjoint(scopes)
