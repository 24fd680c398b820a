"""What works: the page of what became of a script's runs, and its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.errors import InvalidError
from console.scripts.queries import read_version
from console.studio.history import History, read_history, version_of
from console.studio.paths import works_path
from console.studio.script_views import draw
from console.studio.works_choice import DAYS, LONGEST_SPAN, SPANS, USUAL_SPAN, Choice, read_choice
from console.studio.works_figures import figure_lines, offer_lines, outcome_lines, rating_lines
from console.studio.works_file import Column, write_file
from console.studio.works_intervals import Share
from console.studio.works_reading import read_tallies
from console.studio.works_steps import step_lines
from console.studio.works_tally import UNRECORDED, Tally, together
from console.web.formats import lasted
from scripts_engine.script import Script

FIELDS = ("period", "from", "until", "version", "beside")


@dataclass(frozen=True, slots=True)
class Found:
    """What was chosen, and what became of each version in that period."""

    history: History
    choice: Choice
    tallies: Mapping[int, Tally]
    scripts: Sequence[Script | None]

    @property
    def columns(self) -> list[Column]:
        """What is shown side by side."""
        version, beside = self.choice.version, self.choice.beside
        if version is None:
            return [Column(None, together(self.tallies.values()))]
        shown = (version,) if beside is None else (version, beside)
        return [Column(each, self.of(each)) for each in shown]

    def of(self, version: int) -> Tally:
        """What became of a version, which may be nothing."""
        return self.tallies.get(version, Tally())


async def works_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/works: what became of its runs. `?period=` a span or `days` with `from` and
    `until`; `?version=` only of one version, `?beside=` another one beside it."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        history = await read_history(session, key)
        try:
            found = await _read(request, session, history)
        except InvalidError as error:
            problems = {each.where: each.why for each in error.problems}
            context = {**_frame(request, history), "problems": problems, "columns": []}
            return draw(request, "studio/works.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)
    return draw(request, "studio/works.html", {**_frame(request, history), **_figures(request, found)})


async def works_file(request: Request) -> Response:
    """GET /studio/scripts/{key}/works.csv: the same figures as a file."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        found = await _read(request, session, await read_history(session, key))
    text = write_file(found.columns, found.scripts, found.choice.period, request.app.state.clock())
    headers = {"content-disposition": f'attachment; filename="{key}-works.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def _read(request: Request, session: AsyncSession, history: History) -> Found:
    """Raises InvalidError when the address asks for what there is not."""
    state, at = request.app.state, request.app.state.clock()
    numbers = {each.number for each in history.versions}
    choice = read_choice(request.query_params, numbers, at, state.templates.zone)
    shown = [each for each in (choice.version, choice.beside) if each is not None] or [history.newest]
    scripts = [read_version(await version_of(session, history.key, each)) for each in shown]
    return Found(history, choice, await read_tallies(session, history.key, choice.period, at), scripts)


def _frame(request: Request, history: History) -> dict[str, Any]:
    """What the page has in any case: what was chosen, as it was typed, and what can be."""
    typed = {name: request.query_params.get(name, "") for name in FIELDS}
    return {
        "history": history,
        "typed": typed | {"period": typed["period"] or USUAL_SPAN},
        "spans": SPANS,
        "days": DAYS,
        "problems": {},
    }


def _figures(request: Request, found: Found) -> dict[str, Any]:
    columns = found.columns
    tallies = [each.tally for each in columns]
    path, typed = works_path(found.history.key), _typed(request)
    return {
        "title": next((each.title for each in found.scripts if each), found.history.key),
        "at": request.app.state.clock(),
        "period": found.choice.period,
        "columns": columns,
        "empty": not any(each.runs or each.picks.calls for each in tallies),
        "figures": figure_lines(tallies),
        "steps": step_lines(found.scripts, tallies),
        "outcomes": outcome_lines(tallies),
        "offers": offer_lines(tallies),
        "ratings": rating_lines(tallies),
        "unrecorded": UNRECORDED,
        "lasted": lambda seconds: lasted(timedelta(seconds=seconds)),
        "versions": _versions(found, typed),
        "file": f"{path}.csv?{urlencode(typed)}",
        "longer": f"{path}?{urlencode({**typed, 'period': LONGEST_SPAN})}",
        "is_longest": typed.get("period") == LONGEST_SPAN,
    }


def _typed(request: Request) -> dict[str, str]:
    """What the address says, without what it leaves empty."""
    return {name: value for name in FIELDS if (value := request.query_params.get(name, ""))}


def _versions(found: Found, typed: Mapping[str, str]) -> list[tuple[int, Tally, Share, str]]:
    """Each version that was picked or walked through, the newest first, with how many of its runs were
    completed, and where it is shown alone."""
    alone = {name: value for name, value in typed.items() if name not in {"version", "beside"}}
    return [
        (
            number,
            tally,
            Share(tally.completed, tally.runs),
            f"{works_path(found.history.key)}?{urlencode({**alone, 'version': number})}",
        )
        for number, tally in sorted(found.tallies.items(), reverse=True)
    ]
