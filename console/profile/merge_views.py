"""Merging customers and taking them apart: `/customers/{ref}/merge`, `/customers/{ref}/unmerge`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.customers.merged import kept_refs
from console.customers.paths import customer_path
from console.errors import NotFoundError
from console.profile.duplicate_statements import Reason
from console.profile.duplicates import duplicates_of, in_common, listed
from console.profile.merge_drawing import draw_counts, draw_fields, draw_numbers, label_of, spoken_number
from console.profile.merge_history import came_since, kept_merge
from console.profile.merge_plan import Side, Take, phones_after, plan_merge, plan_parting
from console.profile.merge_sides import read_snapshot, sides
from console.profile.merging import (
    By,
    ChangedError,
    Kept,
    Pair,
    counts,
    last_merge,
    merge,
    unmerge,
    versions,
)
from console.web.forms import Form, read_form
from console.web.i18n import N_
from console.web.i18n import gettext as _

REASONS = {
    Reason.NUMBER: N_("same number"),
    Reason.EMAIL: N_("same e-mail"),
    Reason.NAME: N_("same name and company"),
}
TAKE = "take-"


async def merge_page(request: Request) -> Response:
    """GET /customers/{ref}/merge?with=: what becomes of both; without `with`, whom it may be merged with."""
    ref, other = request.path_params["ref"], request.query_params.get("with", "").strip()
    async with request.app.state.sessions() as session:
        if not other:
            return await _choice(request, session, ref)
        return await _preview(request, session, Pair(ref, other), {}, HTTPStatus.OK)


async def post_merge(request: Request) -> Response:
    """POST /customers/{ref}/merge: on to the customer that is kept, or the preview again when somebody
    changed either meanwhile."""
    state, form = request.app.state, await read_form(request)
    pair, takes = Pair(request.path_params["ref"], form.text("with")), _takes(form)
    seen = {pair.kept: form.text("version"), pair.other: form.text("version-other")}
    try:
        await merge(state.sessions, pair, takes, seen, By(request.state.viewer.email, state.clock()))
    except ChangedError:
        async with state.sessions() as session:
            return await _preview(request, session, pair, takes, HTTPStatus.CONFLICT)
    return RedirectResponse(kept_path(pair.kept, pair.other), HTTPStatus.SEE_OTHER)


def kept_path(kept: str, was: str) -> str:
    """The page of the customer that was kept, which says who `was` merged into it."""
    return f"{customer_path(kept)}?{urlencode({'was': was})}"


def _takes(form: Form) -> dict[str, Take]:
    chosen = {name.removeprefix(TAKE): value for name, value in form.items() if name.startswith(TAKE)}
    return {name: Take(value) for name, value in chosen.items() if value in {*Take}}


async def _choice(request: Request, session: AsyncSession, ref: str) -> Response:
    own = await _found(session, ref)
    groups = await duplicates_of(session, own.id)
    found = [(group.people[1], [_(REASONS[reason]) for reason in group.reasons]) for group in groups]
    context = {"own": own, "found": found}
    return _page(request, "profile/merge_with.html", context, HTTPStatus.OK)


async def _found(session: AsyncSession, ref: str) -> Side:
    found = await sides(session, [ref])
    if ref in found:
        return found[ref]
    kept = (await kept_refs(session, [ref])).get(ref)
    if kept is not None:
        raise NotFoundError(_("Customer %(ref)s was merged into %(kept)s already.", ref=ref, kept=kept))
    raise NotFoundError(_("There is no customer %(ref)s (any more): nothing was merged.", ref=ref))


async def _preview(
    request: Request, session: AsyncSession, pair: Pair, takes: Mapping[str, Take], status: HTTPStatus
) -> Response:
    kept, other = await _found(session, pair.kept), await _found(session, pair.other)
    plan = plan_merge(kept, other, takes)
    people = await listed(session, {kept.id, other.id})
    context = {
        "kept": kept,
        "other": other,
        "same": kept.id == other.id,
        "seen": await versions(session, pair.kept, pair.other),
        "reasons": [_(REASONS[reason]) for reason in in_common([*people.values()])],
        "fields": draw_fields(kept, other, takes),
        "numbers": draw_numbers(plan, phones_after(plan, kept.phones), request.app.state.settings.region),
        "counts": draw_counts(await counts(session, kept.id), await counts(session, other.id)),
        "outdated": status is HTTPStatus.CONFLICT,
    }
    return _page(request, "profile/merge.html", context, status)


async def unmerge_page(request: Request) -> Response:
    """GET /customers/{ref}/unmerge: what goes back, and what stays, when the last merge is taken apart."""
    async with request.app.state.sessions() as session:
        return await _parting(request, session, HTTPStatus.OK)


async def post_unmerge(request: Request) -> Response:
    """POST /customers/{ref}/unmerge: on to the customer that was kept, or the page again when something
    changed meanwhile."""
    state, form = request.app.state, await read_form(request)
    pair = Pair(request.path_params["ref"], form.text("other"))
    by = By(request.state.viewer.email, state.clock())
    try:
        await unmerge(state.sessions, pair, form.text("version"), by)
    except ChangedError:
        async with state.sessions() as session:
            return await _parting(request, session, HTTPStatus.CONFLICT)
    return RedirectResponse(f"{customer_path(pair.kept)}#merges", HTTPStatus.SEE_OTHER)


async def _parting(request: Request, session: AsyncSession, status: HTTPStatus) -> Response:
    ref = request.path_params["ref"]
    kept, merged = await _found(session, ref), await last_merge(session, ref)
    if merged is None:
        raise NotFoundError(
            _("Nobody is merged into customer %(ref)s (any more): there is nothing to take apart.", ref=ref)
        )
    context = {
        "kept": kept,
        "merged": await kept_merge(session, merged.id),
        "version": (await versions(session, ref))[ref],
        "outdated": status is HTTPStatus.CONFLICT,
        **await _what_goes_back(session, kept, merged, request.app.state.settings.region),
    }
    return _page(request, "profile/unmerge.html", context, status)


async def _what_goes_back(session: AsyncSession, kept: Side, merged: Kept, region: str) -> dict[str, Any]:
    plan, phones = read_snapshot(merged.snapshot)
    parting = plan_parting(plan, kept, phones)
    return {
        "back": [(label_of(name), value) for name, value in parting.back.items()],
        "stay": [label_of(name) for name in parting.stay],
        "numbers": [spoken_number(phone, region) for phone in plan.joined],
        "since": await came_since(session, kept.id, merged.at),
    }


def _page(request: Request, name: str, context: Mapping[str, Any], status: HTTPStatus) -> Response:
    templates = request.app.state.templates
    response: Response = templates.response(
        request, name, {**context, "customer_path": customer_path}, status=status
    )
    return response
