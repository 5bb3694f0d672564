"""A partner's list of customers: looked through page by page, or all of it for an export (mission row 18)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

from programme.access import Rights, require_console, rights
from programme.catalogue import Catalogue
from programme.clock import today
from programme.customer_filters import Query
from programme.customer_meanings import Meaning, Phrase, phrases
from programme.desk import Actor, Desk
from storage.base import without_accents
from storage.models import Customer, Member, Partner
from storage.queries import attention, customer_list, members
from storage.queries.customer_conditions import Said, Word
from storage.queries.customer_list import MOST_COUNTED as MOST_COUNTED
from storage.queries.customer_list import Wanted
from storage.queries.paging import Cursor, Page

PAGE = 5
EXPORT_PAGE = 500
PLAIN = Query()


@dataclass(frozen=True)
class Listing:
    """A page of a partner's customers.

    Args:
        has_had_some: whether the partner has customers, or has had some.
        total: how many the partner has, whatever is looked for; found: how many of them are. What is above
            MOST_COUNTED is counted no further.
    """

    page: Page[Customer]
    total: int
    found: int
    partner: Partner
    member: Member
    today: date
    has_had_some: bool

    @property
    def rights(self) -> Rights:
        return rights(self.partner, self.member)


async def list_customers(
    desk: Desk,
    actor: Actor,
    query: Query = PLAIN,
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
) -> Listing:
    """A page of the actor's customers. Raises Refused with "no_partner" or "no_console".

    Args:
        after, before: a place in this order, as an earlier page gave it; at most one of them.
    """
    async with desk.store.read() as session:
        partner, member = await require_console(session, desk, actor)
        day = today(desk.clock, partner.time_zone)
        wanted = wanted_of(desk.catalogue, query, day)
        counted = await customer_list.customer_page(session, partner.id, wanted, after, before, limit)
        had = counted.total > 0 or await members.has_had_customers(session, partner.id)
        return Listing(counted.page, counted.total, counted.found, partner, member, day, had)


@dataclass(frozen=True)
class Overview:
    """A partner's customers at a glance.

    Args:
        counts: how many have each status.
        first: some of them, those that need somebody first.
    """

    counts: dict[str, int]
    first: list[Customer]
    today: date


async def overview(desk: Desk, actor: Actor) -> Overview:
    """The actor's customers at a glance. Near is what the partner would be warned of by the catalogue's days.

    Raises: Refused as list_customers.
    """
    terms = desk.catalogue.alerts
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        day = today(desk.clock, partner.time_zone)
        trials, renewals = (day + timedelta(days=max(days, default=0)) for days in (terms.trial, terms.renewal))
        counts = await customer_list.count_by_status(session, partner.id, day)
        first = await attention.first_customers(session, partner.id, day, trials, renewals, PAGE)
        return Overview(counts, first, day)


async def all_customers(desk: Desk, actor: Actor, query: Query) -> AsyncIterator[Listing]:
    """Everything that a query finds, in its order, a page at a time. Raises Refused as list_customers.

    Who asks is looked up again for each page; a customer that comes or goes meanwhile moves no other one.
    """
    after: Cursor | None = None
    while True:
        listing = await list_customers(desk, actor, query, after, limit=EXPORT_PAGE)
        yield listing
        after = listing.page.after
        if after is None:
            return


def wanted_of(catalogue: Catalogue, query: Query, day: date) -> Wanted:
    """What a query looks for on a day of the partner's."""
    return Wanted(
        today=day,
        said=[_said(catalogue, phrase) for phrase in phrases(query.words)],
        status=query.status,
        plan=query.plan,
        is_verified=None if query.verified is None else query.verified == "yes",
        renews=_span(day, query.renews),
        expires=_span(day, query.expires),
        sort=query.sort,
        descending=query.descending,
    )


def _span(day: date, days: int | None) -> tuple[date, date] | None:
    return None if days is None else (day, day + timedelta(days=days))


def _said(catalogue: Catalogue, phrase: Phrase) -> Said:
    words = [_word(catalogue, word) for word in phrase.words]
    meaning = phrase.meaning or Meaning()
    return Said(words, meaning.statuses, meaning.term, meaning.is_verified, meaning.days)


def _word(catalogue: Catalogue, word: str) -> Word:
    key = without_accents(word)
    return Word(
        text=word.lower(),
        key=key,
        plans=tuple(plan.id for plan in catalogue.plan if key and key in without_accents(plan.name)),
        number=int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else None,
    )
