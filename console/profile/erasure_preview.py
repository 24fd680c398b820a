"""What an erasure would take and what would stay, before anybody decides. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, Note
from console.cases.models import Case, CaseEvent
from console.customers.models import Company, Customer, Merge, PhoneNumber, Purchase
from console.profile.erasing import is_on_call
from console.profile.person import Numbers, callbacks_of, calls_of, find_person, numbers_of, offers_of
from console.web.i18n import gettext as _
from console.web.i18n import ngettext


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """Counts by kind. `own`: of their columns `attr.NAME`, `events`: of comments and changes of cases,
    `merged`: of records that were merged into this one. `company` goes when it has no `colleagues`."""

    ref: str
    name: str
    own: int
    numbers: int
    purchases: int
    cases: int
    events: int
    calls: int
    notes: int
    callbacks: int
    offers: int
    merged: int
    company: str | None
    colleagues: int
    on_call: bool


async def preview_erasure(session: AsyncSession, ref: str) -> ErasurePreview:
    """What erasing this customer means now.

    Raises:
        NotFoundError: there is no such customer; or they were merged into another one.
    """
    person = await find_person(session, ref)
    numbers = await numbers_of(session, person.id)
    company, colleagues = await _company(session, person)
    return ErasurePreview(
        ref=person.ref,
        name=person.name,
        own=len(person.attributes),
        company=company,
        colleagues=colleagues,
        on_call=await is_on_call(session, person.id, numbers),
        **await _counts(session, person.id, numbers),
    )


async def _counts(session: AsyncSession, id_: int, numbers: Numbers) -> dict[str, int]:
    cases = select(Case.id).where(Case.customer_id == id_)
    calls = select(Call.id).where(calls_of(id_, numbers))
    conditions: dict[str, ColumnElement[bool]] = {
        "numbers": PhoneNumber.customer_id == id_,
        "purchases": Purchase.customer_id == id_,
        "cases": Case.customer_id == id_,
        "events": CaseEvent.case_id.in_(cases),
        "calls": Call.id.in_(calls),
        "notes": Note.call_id.in_(calls) & (Note.text != ""),
        "callbacks": callbacks_of(id_, numbers),
        "offers": offers_of(id_, numbers),
        "merged": Merge.kept_id == id_,
    }
    counts = (
        select(func.count()).where(which).scalar_subquery().label(name) for name, which in conditions.items()
    )
    return dict((await session.execute(select(*counts))).mappings().one())


async def _company(session: AsyncSession, person: Customer) -> tuple[str | None, int]:
    """The name of their company, and how many others belong to it."""
    if person.company_id is None:
        return None, 0
    name = await session.scalar(select(Company.name).where(Company.id == person.company_id))
    others = (Customer.company_id == person.company_id) & (Customer.id != person.id)
    return name, await session.scalar(select(func.count()).where(others)) or 0


def what_goes(preview: ErasurePreview) -> list[str]:
    """What would go, in words."""
    alone = preview.company is not None and not preview.colleagues
    company = _("The company %(name)s: nobody else belongs to it", name=preview.company)
    record = _("The record: reference, name, e-mail, segment, language, birthday, notes")
    told = [record, *_counted(_goes_of_person(preview)), *_counted(_goes_of_history(preview))]
    return [*told, company] if alone else told


def what_stays(preview: ErasurePreview) -> list[str]:
    """What would stay, in words: counts and times."""
    return [*_counted(_stays(preview)), _("That somebody was erased, when and by whom, with these counts")]


Counted = Iterator[tuple[int, str]]


def _counted(sentences: Counted) -> list[str]:
    """Nothing is said of what there is none of."""
    return [sentence for count, sentence in sentences if count]


def _goes_of_person(preview: ErasurePreview) -> Counted:
    own, numbers, merged = preview.own, preview.numbers, preview.merged
    yield own, ngettext("%(num)s attribute of your own", "%(num)s attributes of your own", own)
    yield numbers, ngettext("%(num)s telephone number", "%(num)s telephone numbers", numbers)
    yield (
        merged,
        ngettext(
            "%(num)s record that was merged into this one",
            "%(num)s records that were merged into this one",
            merged,
        ),
    )


def _goes_of_history(preview: ErasurePreview) -> Counted:
    number = preview.purchases
    yield (
        number,
        ngettext("What was bought in %(num)s purchase", "What was bought in %(num)s purchases", number),
    )
    number = preview.cases
    yield number, ngettext("What %(num)s case was about", "What %(num)s cases were about", number)
    number = preview.events
    yield (
        number,
        ngettext("%(num)s comment or change of a case", "%(num)s comments and changes of cases", number),
    )
    number = preview.calls
    yield (
        number,
        ngettext(
            "Who called in %(num)s call, and what was answered",
            "Who called in %(num)s calls, and what was answered",
            number,
        ),
    )
    number = preview.notes
    yield number, ngettext("%(num)s note on a call", "%(num)s notes on calls", number)
    number = preview.callbacks
    yield (
        number,
        ngettext("%(num)s call-back that was promised", "%(num)s call-backs that were promised", number),
    )
    number = preview.offers
    yield number, ngettext("%(num)s offer and its answer", "%(num)s offers and their answers", number)


def _stays(preview: ErasurePreview) -> Counted:
    number = preview.purchases
    yield (
        number,
        ngettext(
            "%(num)s purchase: when, its status and total",
            "%(num)s purchases: when, their status and total",
            number,
        ),
    )
    number = preview.cases
    yield (
        number,
        ngettext(
            "%(num)s case: when, its status, priority and line",
            "%(num)s cases: when, their status, priority and line",
            number,
        ),
    )
    number = preview.calls
    yield (
        number,
        ngettext(
            "%(num)s call: when, how long, its agents, script and outcome",
            "%(num)s calls: when, how long, their agents, scripts and outcomes",
            number,
        ),
    )
    number, name = preview.colleagues, preview.company
    yield (
        number,
        ngettext(
            "The company %(name)s with %(num)s other person",
            "The company %(name)s with %(num)s other people",
            number,
            name=name,
        ),
    )
