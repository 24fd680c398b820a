"""What customers and companies are found by while somebody types.

A name is kept once for each of its words, turned so that this word stands in front: Jan Peter Novák as
`jan peter novak`, `peter novak jan` and `novak jan peter`. So an index finds at once what begins with any of
the words, and two words however they are ordered; and whatever was found says all the other words, too. An
e-mail is a key of its own.
"""

from collections.abc import Collection, Mapping
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.folding import Words, fold, spellings_of
from console.customers.models import SEARCH_KEY_LENGTH, CompanySearchKey, CustomerSearchKey
from console.db.batch import insert_all

MOST_WORDS = 8
"""Words of a name that it is found by; those behind are only looked at."""


class Named(NamedTuple):
    """What a customer's keys are made of."""

    name: str
    email: str | None


def keys_of_name(name: str) -> set[str]:
    """A key for each word of each spelling."""
    return {key for words in spellings_of(name) for key in _turned(words)}


def keys_of(named: Named) -> set[str]:
    """All keys of a customer."""
    keys = keys_of_name(named.name)
    return keys | {fold(named.email.strip())[:SEARCH_KEY_LENGTH]} if named.email else keys


def _turned(words: Words) -> set[str]:
    turns = range(min(len(words), MOST_WORDS))
    return {" ".join(words[turn:] + words[:turn])[:SEARCH_KEY_LENGTH] for turn in turns}


async def write_customer_keys(
    session: AsyncSession, customers: Mapping[int, Named], known: Collection[int] | None = None
) -> None:
    """Give customers, by their ids, the keys of what they are called now. Only `known` ones (all, when left
    out) may have keys already."""
    outdated = customers.keys() if known is None else customers.keys() & known
    if outdated:
        await session.execute(delete(CustomerSearchKey).where(CustomerSearchKey.customer_id.in_(outdated)))
    rows = [{"key": key, "customer_id": id_} for id_, named in customers.items() for key in keys_of(named)]
    rows.sort(key=itemgetter("key"))  # neighbours are written to the same page of the index
    await insert_all(session, CustomerSearchKey, rows)


async def write_company_keys(
    session: AsyncSession, companies: Mapping[int, str], known: Collection[int] | None = None
) -> None:
    """Give companies, by their ids, the keys of their present names. Only `known` ones (all, when left out)
    may have keys already."""
    outdated = companies.keys() if known is None else companies.keys() & known
    if outdated:
        await session.execute(delete(CompanySearchKey).where(CompanySearchKey.company_id.in_(outdated)))
    rows = [{"key": key, "company_id": id_} for id_, name in companies.items() for key in keys_of_name(name)]
    await insert_all(session, CompanySearchKey, rows)
