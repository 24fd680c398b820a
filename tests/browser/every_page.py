"""Every page of the console, by its route. A page that is new is missing here, which a test says."""

from starlette.routing import Route

from console.routes import API, build_operations, build_routes
from console.web.static import StaticLibrary

PAGES: dict[str, list[str]] = {
    "/admin/audit": ["/admin/audit"],
    "/admin/due-times": ["/admin/due-times"],
    "/admin/import": ["/admin/import"],
    "/admin/import/{number:int}": ["/admin/import/{import}", "/admin/import/{import}?change"],
    "/admin/queues": ["/admin/queues"],
    "/board/alerts": ["/board/alerts"],
    "/board/calls/{leg}": ["/board/calls/{leg}"],
    "/board/team": ["/board/team"],
    "/board": ["/board"],
    "/board/thresholds": ["/board/thresholds"],
    "/board/wall": ["/board/wall", "/board/wall?theme=light"],
    "/board/walls": ["/board/walls"],
    "/board/queues/{name:path}": ["/board/queues/support"],
    "/calls/{id}": ["/calls/{call}"],
    "/companies/{ref:path}": ["/companies/{company}"],
    "/customers/{ref:path}": ["/customers/{customer}"],
    "/customers/{ref:path}/change": ["/customers/{customer}/change"],
    "/customers/{ref:path}/erase": ["/customers/{customer}/erase"],
    "/customers/{ref:path}/merge": [
        "/customers/{customer}/merge",
        "/customers/{customer}/merge?with={other}",
    ],
    "/customers/{ref:path}/unmerge": ["/customers/{merged}/unmerge"],
    "/desk": ["/desk"],
    "/desk/work": ["/desk/work"],
    "/duplicates": ["/duplicates"],
    "/duplicates/compare": ["/duplicates/compare?stays={customer}&goes={other}"],
    "/erasures": ["/erasures"],
    "/login": ["/login"],
    "/patterns": ["/patterns"],
    "/reports": [
        "/reports?period=last_28_days&show=all",
        "/reports?period=last_28_days&by=agent",
    ],
    "/reports/at-risk": ["/reports/at-risk"],
    "/reports/staffing": ["/reports/staffing?day=2026-11-23"],
    "/reports/trend": ["/reports/trend?period=last_28_days"],
    "/reports/week": ["/reports/week"],
    "/search": ["/search?q=a", "/search?q=nobody-at-all"],
    "/studio": ["/studio"],
    "/studio/articles": ["/studio/articles"],
    "/studio/articles/new": ["/studio/articles/new"],
    "/studio/articles/{key}": ["/studio/articles/{article}"],
    "/studio/articles/{key}/compare": ["/studio/articles/{article}/compare?from=1&to=1"],
    "/studio/articles/{key}/versions/{number:int}": ["/studio/articles/{article}/versions/1"],
    "/studio/at-risk": ["/studio/at-risk"],
    "/studio/at-risk/new": ["/studio/at-risk/new"],
    "/studio/at-risk/rules/{key}": ["/studio/at-risk/rules/{risk}"],
    "/studio/at-risk/versions/{number:int}": ["/studio/at-risk/versions/1"],
    "/studio/gallery": ["/studio/gallery"],
    "/studio/hand-over": ["/studio/hand-over"],
    "/studio/hand-over/new": ["/studio/hand-over/new"],
    "/studio/hand-over/rules/{key}": ["/studio/hand-over/rules/{rule}"],
    "/studio/hand-over/versions/{number:int}": ["/studio/hand-over/versions/1"],
    "/studio/import": ["/studio/import"],
    "/studio/import/articles": ["/studio/import/articles"],
    "/studio/new": ["/studio/new"],
    "/studio/replay": ["/studio/replay"],
    "/studio/replay/{number:int}": ["/studio/replay/{replay}"],
    "/studio/scripts/{key}": ["/studio/scripts/{script}"],
    "/studio/scripts/{key}/compare": ["/studio/scripts/{script}/compare?from=1&to=2"],
    "/studio/scripts/{key}/copy": ["/studio/scripts/{script}/copy"],
    "/studio/scripts/{key}/edit": ["/studio/scripts/{script}/edit"],
    "/studio/scripts/{key}/publish": ["/studio/scripts/{script}/publish?version=2"],
    "/studio/scripts/{key}/text": ["/studio/scripts/{script}/text"],
    "/studio/scripts/{key}/versions/{number:int}": ["/studio/scripts/{script}/versions/1"],
    "/studio/scripts/{key}/withdraw": ["/studio/scripts/{script}/withdraw"],
    "/studio/scripts/{key}/works": ["/studio/scripts/{script}/works"],
}
"""The addresses of each page to look at, with the names of records that are there."""

NO_PAGES = {
    "/cases/{ref:path}/work": "a part of the customer's page",
    "/customers/{ref:path}/cases": "a part of the customer's page",
    "/desk/cases": "a part of the desk",
    "/desk/cases/{ref:path}": "a part of the desk",
    "/desk/targets": "a part of the desk",
    "/": "leads on",
    "/board/agents/{agent:int}/acts": "a part of the board",
    "/board/calls/{leg}/now": "a part of the page of a call",
    "/admin/import/{number:int}/rejected": "a file",
    "/customers/{ref:path}/export": "a file",
    "/desk/answers/{leg}": "a part of the desk",
    "/desk/articles/{leg}": "a part of the desk",
    "/desk/articles/{leg}/{key}": "a part of the desk",
    "/desk/day": "a part of the desk",
    "/desk/find": "a part of the desk",
    "/desk/pops/{leg}/hand-over": "a part of the desk",
    "/desk/presence": "a part of the desk",
    "/desk/runs/{leg}/scripts": "a part of the desk",
    "/wall/{token}": "the wallboard, for who has a link",
    "/reports/at-risk.csv": "a file",
    "/reports/at-risk.xlsx": "a file",
    "/reports/table.csv": "a file",
    "/reports/table.xlsx": "a file",
    "/studio/export": "a file",
    "/studio/export/articles": "a file",
    "/studio/people": "a part of the editor",
    "/studio/replay/{number:int}/calls.csv": "a file",
    "/studio/scripts/{key}/works.csv": "a file",
}
"""What a browser gets that is no page, and what it is instead."""


def routes_to_get() -> set[str]:
    """The paths of all routes by which a browser may get a page."""
    others = {route.path for route in build_operations() if isinstance(route, Route)}
    return {
        route.path
        for route in build_routes(StaticLibrary())
        if isinstance(route, Route) and "GET" in (route.methods or ()) and not route.path.startswith(API)
    } - others
