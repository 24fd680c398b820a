"""Every URL, in one table. Each route names the permission it needs; a test walks them all."""

import sys

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from console.admin import queue_views as queues
from console.api import alerts as api_alerts
from console.api import (
    at_risk,
    calls,
    customer_batch,
    openapi,
    operations,
    pick,
    records,
    replays,
    script_checks,
)
from console.api import queues as api_queues
from console.api import reports as api_reports
from console.boards.routes import build_boards
from console.cases import rule_views as case_rules
from console.desk import call_views
from console.desk import calling_views as calling
from console.desk import case_views as desk_cases
from console.desk import handover_views as handover
from console.desk import learning_views as learning
from console.desk import lookup_views as lookup
from console.desk import run_views as runs
from console.desk import shift_views as shift
from console.desk import views as desk
from console.desk import work_views as work
from console.identity import views as identity
from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.live.socket import live_endpoint
from console.profile import (
    callback_views,
    change_views,
    duplicate_views,
    erasure_views,
    import_views,
    merge_views,
)
from console.profile import case_views as profile_cases
from console.profile import customer_views as profile
from console.profile.search_views import search_customers
from console.reports.routes import build_reports
from console.studio.routes import build_articles, build_editor, build_replay, build_rules, build_studio
from console.supervision.routes import build_supervision
from console.web.static import PREFIX as STATIC
from console.web.static import CachedStaticFiles, StaticLibrary

API = "/api/v1"


async def home(_request: Request) -> Response:
    """GET /: on to the desk."""
    return RedirectResponse("/desk", 303)


def build_operations() -> list[BaseRoute]:
    """What whoever runs Lineside asks of any of its processes."""
    return [
        Route("/healthz", operations.healthz, methods=["GET"], middleware=require(May.PUBLIC)),
        Route("/readyz", operations.readyz, methods=["GET"], middleware=require(May.PUBLIC)),
        Route("/metrics", operations.metrics, methods=["GET"], middleware=require(May.PUBLIC)),
    ]


def build_records() -> list[BaseRoute]:
    """Customers, purchases and cases in the API. A key may have slashes in it."""
    read, write = require(May.RECORDS_READ), require(May.RECORDS_WRITE)
    customers, batch = f"{API}/customers", f"{API}/customers:batch"
    purchases, cases = f"{API}/purchases", f"{API}/cases"
    large = sys.maxsize  # they bound bodies themselves: the framework's own refusal is no problem+json
    return [
        Route(cases, records.get_cases, methods=["GET"], middleware=read),
        Route(f"{cases}/{{ref:path}}", records.get_case, methods=["GET"], middleware=read),
        Route(
            f"{cases}/{{ref:path}}", records.put_case, methods=["PUT"], middleware=write, max_body_size=large
        ),
        Route(customers, records.get_customers, methods=["GET"], middleware=read),
        Route(batch, customer_batch.post_customers, methods=["POST"], middleware=write, max_body_size=large),
        Route(f"{customers}/{{ref:path}}", records.get_customer, methods=["GET"], middleware=read),
        Route(
            f"{customers}/{{ref:path}}",
            records.put_customer,
            methods=["PUT"],
            middleware=write,
            max_body_size=large,
        ),
        Route(f"{customers}/{{ref:path}}", records.delete_customer, methods=["DELETE"], middleware=write),
        Route(purchases, records.get_purchases, methods=["GET"], middleware=read),
        Route(f"{purchases}/{{ref:path}}", records.get_purchase, methods=["GET"], middleware=read),
        Route(
            f"{purchases}/{{ref:path}}",
            records.put_purchase,
            methods=["PUT"],
            middleware=write,
            max_body_size=large,
        ),
    ]


def build_profile() -> list[BaseRoute]:
    """The pages of customers and companies. A key may have slashes in it."""
    company, customer = "/companies/{ref:path}", "/customers/{ref:path}"
    change, erase, export = f"{customer}/change", f"{customer}/erase", f"{customer}/export"
    merge, unmerge = f"{customer}/merge", f"{customer}/unmerge"
    may_erase = require(May.PERSONS_ERASE)
    return [
        Route(company, profile.company_page, methods=["GET"], middleware=require(May.RECORDS_READ)),
        Route(change, change_views.change_page, methods=["GET"], middleware=require(May.RECORDS_WRITE)),
        Route(change, change_views.post_change, methods=["POST"], middleware=require(May.RECORDS_WRITE)),
        Route(erase, erasure_views.erase_page, methods=["GET"], middleware=may_erase),
        Route(erase, erasure_views.post_erase, methods=["POST"], middleware=may_erase),
        Route(export, erasure_views.export_person, methods=["GET"], middleware=may_erase),
        Route(merge, merge_views.merge_page, methods=["GET"], middleware=require(May.RECORDS_MERGE)),
        Route(merge, merge_views.post_merge, methods=["POST"], middleware=require(May.RECORDS_MERGE)),
        Route(unmerge, merge_views.unmerge_page, methods=["GET"], middleware=require(May.RECORDS_MERGE)),
        Route(unmerge, merge_views.post_unmerge, methods=["POST"], middleware=require(May.RECORDS_MERGE)),
        Route(customer, profile.customer_page, methods=["GET"], middleware=require(May.RECORDS_READ)),
        Route("/erasures", erasure_views.erasures_page, methods=["GET"], middleware=may_erase),
        *_build_duplicates(),
    ]


def _build_duplicates() -> list[BaseRoute]:
    may, compare = require(May.RECORDS_MERGE), "/duplicates/compare"
    return [
        Route("/duplicates", duplicate_views.duplicates_page, methods=["GET"], middleware=may),
        Route(compare, duplicate_views.compare_customers, methods=["GET"], middleware=may),
        Route("/duplicates/different", duplicate_views.post_different, methods=["POST"], middleware=may),
    ]


def build_learning() -> list[BaseRoute]:
    """What an agent says of who is calling."""
    pop, may = "/desk/pops/{leg}", require(May.DESK_LEARN)
    return [
        Route("/desk/find", learning.find_customers, methods=["GET"], middleware=require(May.RECORDS_READ)),
        Route(f"{pop}/customer", learning.link_customer, methods=["POST"], middleware=may),
        Route(f"{pop}/new-customer", learning.make_customer, methods=["POST"], middleware=may),
        Route(f"{pop}/not-this-person", learning.unlink_customer, methods=["POST"], middleware=may),
        Route(f"{pop}/shared", learning.share_number, methods=["POST"], middleware=may),
        Route(f"{pop}/undo", learning.undo_step, methods=["POST"], middleware=may),
        Route("/desk/learnt/{change:int}/undo", learning.take_back, methods=["POST"], middleware=may),
    ]


def build_runs() -> list[BaseRoute]:
    """Walking through a script."""
    run, may = "/desk/runs/{leg}", require(May.DESK)
    return [
        Route(f"{run}/act", runs.act_step, methods=["POST"], middleware=may),
        Route(f"{run}/answer", runs.answer_step, methods=["POST"], middleware=may),
        Route(f"{run}/back", runs.go_back, methods=["POST"], middleware=may),
        Route(f"{run}/confirm", runs.confirm_step, methods=["POST"], middleware=may),
        Route(f"{run}/forward", runs.go_forward, methods=["POST"], middleware=may),
        Route(f"{run}/scripts", runs.other_scripts, methods=["GET"], middleware=may),
        Route(f"{run}/take", runs.take_script, methods=["POST"], middleware=may),
    ]


def build_shift() -> list[BaseRoute]:
    """What agents do about their shift."""
    may, wrap_up = require(May.DESK), "/desk/wrap-up"
    outcome = "/desk/pops/{leg}/outcome"
    return [
        Route("/calls/{id}", call_views.call_page, methods=["GET"], middleware=may),
        Route("/calls/{id}/outcome", call_views.post_outcome, methods=["POST"], middleware=may),
        Route("/desk/day", shift.own_day_fragment, methods=["GET"], middleware=may),
        Route(outcome, shift.post_outcome, methods=["POST"], middleware=may),
        Route("/desk/presence", shift.presence_controls, methods=["GET"], middleware=may),
        Route("/desk/presence", shift.post_presence, methods=["POST"], middleware=may),
        Route(f"{wrap_up}/done", shift.post_done, methods=["POST"], middleware=may),
        Route(f"{wrap_up}/more", shift.post_more, methods=["POST"], middleware=may),
    ]


def build_calling() -> list[BaseRoute]:
    """Controlling calls from the desk, and calling a number with a click."""
    pop, may = "/desk/pops/{leg}", require(May.CALLS_CONTROL)
    return [
        Route("/desk/dial", calling.dial, methods=["POST"], middleware=may),
        Route(f"{pop}/hangup", calling.hang_up, methods=["POST"], middleware=may),
        Route("/desk/targets", calling.list_targets, methods=["GET"], middleware=may),
        Route(f"{pop}/transfer", calling.pass_on, methods=["POST"], middleware=may),
        Route(f"{pop}/transfer/cancel", calling.cancel_transfer, methods=["POST"], middleware=may),
        Route(f"{pop}/transfer/complete", calling.complete_transfer, methods=["POST"], middleware=may),
    ]


def build_lookup() -> list[BaseRoute]:
    """The knowledge base on the desk: beside a script, and searched."""
    may, articles = require(May.DESK), "/desk/articles/{leg}"
    return [
        Route("/desk/answers/{leg}", lookup.find_articles, methods=["GET"], middleware=may),
        Route(articles, lookup.articles_beside, methods=["GET"], middleware=may),
        Route(f"{articles}/{{key}}", lookup.open_article, methods=["GET"], middleware=may),
    ]


def build_work() -> list[BaseRoute]:
    """The work list. One kind of entry is `missed`, the other `callback`."""
    may, entry = require(May.WORK), "/desk/work/{kind}/{id:int}"
    return [
        Route("/desk/work", work.work_page, methods=["GET"], middleware=may),
        Route(
            "/desk/work/cases/{ref:path}/take",
            work.take_case,
            methods=["POST"],
            middleware=require(May.CASES_WORK),
        ),
        Route(f"{entry}/claim", work.claim_entry, methods=["POST"], middleware=may),
        Route(f"{entry}/close", work.close_entry, methods=["POST"], middleware=may),
        Route(f"{entry}/release", work.release_entry, methods=["POST"], middleware=may),
    ]


def build_handover() -> list[BaseRoute]:
    """Handing calls over, and what is said to that."""
    pop, may = "/desk/pops/{leg}", require(May.DESK)
    return [
        Route(f"{pop}/answer", handover.answer_handover, methods=["POST"], middleware=may),
        Route(f"{pop}/hand-over", handover.propose_target, methods=["GET"], middleware=may),
        Route(f"{pop}/hand-over", handover.keep_reason, methods=["POST"], middleware=may),
    ]


def build_imports() -> list[BaseRoute]:
    """The pages on which files are imported."""
    may, top = require(May.RECORDS_IMPORT), import_views.PATH
    number = f"{top}/{{number:int}}"
    large = sys.maxsize  # it bounds files itself, with a sentence
    return [
        Route(top, import_views.import_page, methods=["GET"], middleware=may),
        Route(top, import_views.post_file, methods=["POST"], middleware=may, max_body_size=large),
        Route(number, import_views.job_page, methods=["GET"], middleware=may),
        Route(f"{number}/look", import_views.post_look, methods=["POST"], middleware=may),
        Route(f"{number}/rejected", import_views.rejected_rows, methods=["GET"], middleware=may),
        Route(f"{number}/run", import_views.post_run, methods=["POST"], middleware=may),
        Route(f"{number}/stop", import_views.post_stop, methods=["POST"], middleware=may),
    ]


def build_replay_api() -> list[BaseRoute]:
    """Trying scripts on past calls, for other software."""
    may, top = require(May.SCRIPTS_REPLAY), f"{API}/replays"
    large = sys.maxsize  # it bounds bodies itself, with a sentence
    return [
        Route(top, replays.post_replay, methods=["POST"], middleware=may, max_body_size=large),
        Route(f"{top}/{{number:int}}", replays.get_replay, methods=["GET"], middleware=may),
        Route(f"{top}/{{number:int}}/calls", replays.get_calls, methods=["GET"], middleware=may),
    ]


def build_cases() -> list[BaseRoute]:
    """Working on cases, at the desk and on the page of a customer. A key may have slashes in it."""
    may, top, work = require(May.CASES_WORK), "/desk/cases", "/cases/{ref:path}/work"
    case, theirs = f"{top}/{{ref:path}}", "/customers/{ref:path}/cases"
    return [
        Route(top, desk_cases.show_new, methods=["GET"], middleware=may),
        Route(top, desk_cases.post_new, methods=["POST"], middleware=may),
        Route(case, desk_cases.show, methods=["GET"], middleware=may),
        Route(case, desk_cases.post_step, methods=["POST"], middleware=may),
        Route(work, profile_cases.show, methods=["GET"], middleware=may),
        Route(work, profile_cases.post_step, methods=["POST"], middleware=may),
        Route(theirs, profile_cases.show_new, methods=["GET"], middleware=may),
        Route(theirs, profile_cases.post_new, methods=["POST"], middleware=may),
    ]


def build_case_rules() -> list[BaseRoute]:
    """When cases are due."""
    may, path = require(May.CASES_RULES), case_rules.PATH
    return [
        Route(path, case_rules.rules_page, methods=["GET"], middleware=may),
        Route(path, case_rules.post_rules, methods=["POST"], middleware=may),
    ]


def build_queues() -> list[BaseRoute]:
    """How calls of each queue are finished."""
    may, path = require(May.QUEUES_SET), queues.PATH
    return [
        Route(path, queues.queues_page, methods=["GET"], middleware=may),
        Route(f"{path}/{{name:path}}", queues.post_queue, methods=["POST"], middleware=may),
    ]


def build_callbacks() -> list[BaseRoute]:
    """What becomes of call-backs."""
    callback, may = "/callbacks/{id:int}", require(May.CALLBACKS_CHANGE)
    return [
        Route(f"{callback}/done", callback_views.callback_done, methods=["POST"], middleware=may),
        Route(f"{callback}/move", callback_views.post_move, methods=["POST"], middleware=may),
        Route(f"{callback}/withdraw", callback_views.withdraw_callback, methods=["POST"], middleware=may),
    ]


def build_routes(static: StaticLibrary) -> list[BaseRoute]:
    """The table. First match wins."""
    rate = "/desk/pops/{leg}/satisfaction"
    return [
        Route("/", home, middleware=require(May.PUBLIC)),
        Route("/login", identity.login_form, methods=["GET"], middleware=require(May.PUBLIC)),
        Route("/login", identity.log_in_by_form, methods=["POST"], middleware=require(May.PUBLIC)),
        Route("/logout", identity.log_out, methods=["POST"], middleware=require(May.PUBLIC)),
        Route("/desk", desk.desk_page, methods=["GET"], middleware=require(May.DESK)),
        Route("/desk/notes/{leg}", desk.save_note_of_leg, methods=["POST"], middleware=require(May.DESK)),
        Route("/desk/pops/{leg}/done", desk.put_pop_away, methods=["POST"], middleware=require(May.DESK)),
        Route(rate, desk.rate_call_of_leg, methods=["POST"], middleware=require(May.DESK)),
        *build_handover(),
        *build_calling(),
        *build_learning(),
        *build_lookup(),
        *build_runs(),
        *build_work(),
        *build_shift(),
        Route(
            "/desk/messages/{id:int}/away",
            desk.put_message_away,
            methods=["POST"],
            middleware=require(May.DESK),
        ),
        *build_supervision(),
        WebSocketRoute("/live", live_endpoint, middleware=require(May.DESK)),
        *build_boards(),
        *build_articles(),
        *build_cases(),
        *build_case_rules(),
        *build_queues(),
        *build_reports(),
        *build_imports(),
        *build_profile(),
        *build_callbacks(),
        *build_replay(),
        *build_editor(),
        *build_rules(),
        Route("/search", search_customers, methods=["GET"], middleware=require(May.RECORDS_READ)),
        *build_studio(),
        Route("/patterns", desk.patterns_page, methods=["GET"], middleware=require(May.PATTERNS)),
        *build_operations(),
        Route(f"{API}/openapi.json", openapi.get_openapi, methods=["GET"], middleware=require(May.PUBLIC)),
        Route(f"{API}/alerts", api_alerts.get_alerts, methods=["GET"], middleware=require(May.BOARD_READ)),
        Route(f"{API}/calls", calls.get_calls, methods=["GET"], middleware=require(May.CALLS_READ)),
        Route(f"{API}/calls/{{id}}", calls.get_call, methods=["GET"], middleware=require(May.CALLS_READ)),
        *build_records(),
        Route(f"{API}/identify", pick.get_identify, methods=["GET"], middleware=require(May.RECORDS_READ)),
        Route(f"{API}/pick", pick.post_pick, methods=["POST"], middleware=require(May.PICK)),
        Route(f"{API}/queues", api_queues.get_queues, methods=["GET"], middleware=require(May.BOARD_READ)),
        *build_replay_api(),
        Route(f"{API}/at-risk", at_risk.get_at_risk, methods=["GET"], middleware=require(May.AT_RISK_READ)),
        Route(
            f"{API}/reports", api_reports.get_report, methods=["GET"], middleware=require(May.REPORTS_READ)
        ),
        Route(
            f"{API}/scripts:check",
            script_checks.post_check,
            methods=["POST"],
            middleware=require(May.SCRIPTS_CHECK),
            max_body_size=sys.maxsize,  # it bounds bodies itself, with a sentence
        ),
        Mount(STATIC, CachedStaticFiles(static), middleware=require(May.PUBLIC)),
    ]
