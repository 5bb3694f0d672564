"""What a partner's customers are looked for by: as the database decides it, or as somebody says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_

from storage.models import Customer

# Written out: a database does not compare the condition of an index with what it is told later.
ON_TRIAL = Customer.status == literal_column("'trial'")
SUBSCRIBED = Customer.renews_on.is_not(None)
# What `Customer.is_proven` denies, in two: each says the condition of an index, and no customer is both.
UNVERIFIED = Customer.verified_at.is_(None)
PROOF_GONE = and_(
    Customer.verified_at.is_not(None),
    Customer.broken_on.is_not(None),
    Customer.broken_part == literal_column("'proof'"),
)
UNPROVEN = or_(UNVERIFIED, PROOF_GONE)


@dataclass(frozen=True)
class Word:
    """One word that is looked for.

    Args:
        text: what stands in the domain, the organisation or the e-mail address, in small letters.
        key: what stands in the organisation's name and in the domain as they are compared; empty for none.
        plans: the plans that it names.
        number: the licences that it names; None where it is no number.
    """

    text: str
    key: str = ""
    plans: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True)
class Said:
    """Words that stand together: each of them is looked for in the columns, or what they mean together is.

    Args:
        statuses, term, is_verified, days: what they mean, one of these; days are the first and the last.
    """

    words: Sequence[Word]
    statuses: Sequence[str] = ()
    term: str | None = None
    is_verified: bool | None = None
    days: tuple[date, date] | None = None


def status_is(status: str, today: date) -> ColumnElement[bool]:
    """What `programme.trials.status_on` says, as the database decides it."""
    return {
        "trial": and_(ON_TRIAL, Customer.trial_ends_on >= today),
        "free": and_(ON_TRIAL, Customer.trial_ends_on < today),
        "active": Customer.renews_on >= today,
        "overdue": Customer.renews_on < today,
        "cancelled": Customer.status == literal_column("'cancelled'"),
    }.get(status, false())


def is_said(said: Said, today: date) -> ColumnElement[bool]:
    """That a customer is what was said. This reads the partner's customers one by one, and nobody else's."""
    ways = [and_(*map(_found, said.words)), *(status_is(status, today) for status in said.statuses)]
    if said.term is not None:
        ways.append(Customer.term == said.term)
    if said.is_verified is not None:
        ways.append(~UNPROVEN if said.is_verified else UNPROVEN)
    if said.days is not None:
        # The day that stands in the list: of the renewal, or without a subscription of the trial's end.
        ways += [
            Customer.renews_on.between(*said.days),
            and_(~SUBSCRIBED, Customer.trial_ends_on.between(*said.days)),
        ]
    return or_(*ways)


def _found(word: Word) -> ColumnElement[bool]:
    columns = (func.lower(Customer.organisation), func.lower(Customer.super_admin_email), Customer.domain)
    places = [column.contains(word.text, autoescape=True) for column in columns]
    if word.key:
        keys = (Customer.organisation_key, Customer.domain_key)
        places += [key.contains(word.key, autoescape=True) for key in keys]
    if word.plans:
        places.append(Customer.plan.in_(word.plans))
    if word.number is not None:
        places.append(Customer.licences == word.number)
    return or_(*places)
