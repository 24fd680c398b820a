"""The addresses of reports."""

from starlette.routing import BaseRoute, Route

from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.reports import picture_views as pictures
from console.reports import risk_views as risk
from console.reports import views as reports
from console.reports.views import TOP


def build_reports() -> list[BaseRoute]:
    """What was, in figures."""
    may, at_risk = require(May.REPORTS_READ), require(May.AT_RISK_READ)
    return [
        Route(TOP, reports.reports_page, methods=["GET"], middleware=may),
        Route(risk.PATH, risk.at_risk_page, methods=["GET"], middleware=at_risk),
        Route(f"{risk.PATH}.csv", risk.at_risk_csv, methods=["GET"], middleware=at_risk),
        Route(f"{risk.PATH}.xlsx", risk.at_risk_xlsx, methods=["GET"], middleware=at_risk),
        Route(f"{risk.PATH}/count", risk.post_count, methods=["POST"], middleware=at_risk),
        Route(f"{TOP}/staffing", pictures.staffing_page, methods=["GET"], middleware=may),
        Route(f"{TOP}/table.csv", reports.reports_csv, methods=["GET"], middleware=may),
        Route(f"{TOP}/table.xlsx", reports.reports_xlsx, methods=["GET"], middleware=may),
        Route(f"{TOP}/trend", pictures.trend_page, methods=["GET"], middleware=may),
        Route(f"{TOP}/week", pictures.week_page, methods=["GET"], middleware=may),
    ]
