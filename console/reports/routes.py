"""The addresses of reports."""

from starlette.routing import BaseRoute, Route

from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.reports import picture_views as pictures
from console.reports import views as reports
from console.reports.views import TOP


def build_reports() -> list[BaseRoute]:
    """What was, in figures."""
    may = require(May.REPORTS_READ)
    return [
        Route(TOP, reports.reports_page, methods=["GET"], middleware=may),
        Route(f"{TOP}/staffing", pictures.staffing_page, methods=["GET"], middleware=may),
        Route(f"{TOP}/table.csv", reports.reports_csv, methods=["GET"], middleware=may),
        Route(f"{TOP}/table.xlsx", reports.reports_xlsx, methods=["GET"], middleware=may),
        Route(f"{TOP}/trend", pictures.trend_page, methods=["GET"], middleware=may),
        Route(f"{TOP}/week", pictures.week_page, methods=["GET"], middleware=may),
    ]
