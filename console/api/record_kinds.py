"""The kinds of records that the API gives and takes."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.documents import case_documents
from console.cases.models import Case
from console.customers.documents import Document, customer_documents, purchase_documents
from console.customers.merged import kept_refs
from console.customers.models import Company, Customer, Purchase
from console.errors import NotFoundError
from console.profile.kinds import KINDS, Kind


class Documents(Protocol):
    """Reads the documents for which a condition holds, by id and in that order."""

    def __call__(
        self, session: AsyncSession, condition: ColumnElement[bool], limit: int | None = None, /
    ) -> Awaitable[dict[int, Document]]: ...


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of records: `kind` reads and saves them as an import does."""

    name: str
    kind: Kind
    model: type[Customer] | type[Purchase] | type[Case]
    documents: Documents
    more_keys: tuple[str, ...] = ()
    put_parameters: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its JSON."""
        return (*self.kind.columns, *self.more_keys)

    async def document(self, session: AsyncSession, ref: str) -> Document | None:
        """The record with this key, None when there is none."""
        return (await self.documents_by_ref(session, [ref])).get(ref)

    async def documents_by_ref(self, session: AsyncSession, refs: Sequence[str]) -> dict[str, Document]:
        """The records with these keys, by key."""
        found = await self.documents(session, self.model.ref.in_(refs))
        return {document["ref"]: document for document in found.values()}

    async def absent(self, session: AsyncSession, ref: str) -> NotFoundError:
        """Why there is no record with this key."""
        kept = await kept_refs(session, [ref]) if self.model is Customer else {}
        if ref in kept:
            return NotFoundError(f"Customer {ref} was merged into {kept[ref]}: that one has what it had.")
        return NotFoundError(f"There is no {self.name} {ref}.")

    async def lock(self, session: AsyncSession, refs: Sequence[str], *, to_delete: bool = False) -> None:
        """Keep others from changing these records until the transaction ends; and their companies, whose
        names they say."""
        ids = select(self.model.id).where(self.model.ref.in_(refs)).order_by(self.model.id)
        await session.execute(ids.with_for_update(key_share=not to_delete))
        if self.model is Customer:
            companies = select(Customer.company_id).where(Customer.ref.in_(refs))
            locked = select(Company.id).where(Company.id.in_(companies)).order_by(Company.id)
            await session.execute(locked.with_for_update(key_share=True))


CUSTOMERS = RecordKind(
    "customer", KINDS["customers"], Customer, customer_documents, ("attributes",), ("region",)
)
PURCHASES = RecordKind("purchase", KINDS["purchases"], Purchase, purchase_documents)
CASES = RecordKind("case", KINDS["cases"], Case, case_documents)
