"""What a subscription is and costs, and what a change of it costs within a term (mission row 14). Pure rules.

Money is in whole minor units of a currency. Each line of an account is rounded once, half to even, and stands for
itself: what a state costs for the rest of a term is the same number whether it is charged or credited. So a change and
its undoing on the same day cancel out exactly, and any sequence of changes costs the days of each state, within half a
minor unit a line.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from programme.catalogue import Catalogue
from programme.renewal_dates import renewal_after, renewal_before
from storage.models import Customer, PlanChange


@dataclass(frozen=True)
class Subscription:
    """What a customer subscribes to; on a trial or the free plan, what was asked for.

    Args:
        plan: a plan's id.
        term: `monthly` or `yearly`.
    """

    plan: str
    licences: int
    term: str

    @classmethod
    def of(cls, customer: Customer) -> Self:
        return cls(customer.plan, customer.licences, customer.term)

    @classmethod
    def before(cls, change: PlanChange) -> Self:
        return cls(change.from_plan, change.from_licences, change.from_term)

    @classmethod
    def after(cls, change: PlanChange) -> Self:
        return cls(change.to_plan, change.to_licences, change.to_term)

    def facts(self) -> dict[str, Any]:
        """For the audit trail."""
        return {"plan": self.plan, "licences": self.licences, "term": self.term}


@dataclass(frozen=True)
class Amounts:
    """What a change costs on its day, in minor units.

    Args:
        credit: what was paid for and is not used any more.
        charge: what is new, for the same days.
    """

    credit: int
    charge: int

    @property
    def now(self) -> int:
        """What is to be paid; below zero, what is left to the customer's credit."""
        return self.charge - self.credit

    def facts(self, percent: Decimal) -> dict[str, Any]:
        """What it cost, and what the partner earns by it, for the audit trail: the rate is the one that held then.

        Args:
            percent: the partner's commission.
        """
        credit = {"credit": self.credit} if self.credit else {}
        return {"charge": self.charge, **credit, "commission": earned(self, percent), "percent": str(percent)}


NOTHING = Amounts(0, 0)


def price(catalogue: Catalogue, wanted: Subscription) -> int:
    """What a term costs. Raises Refused("unknown_plan")."""
    return catalogue.plan_of(wanted.plan).price(wanted.licences, wanted.term)


def unused_terms(started_on: date, term: str, renews_on: date, day: date) -> Fraction:
    """How many terms are paid for from a day on, the day included: what is left of the running one, and those after it.

    Args:
        started_on: of the subscription.
        renews_on: the date until which it is paid for, which may lie several terms ahead.
    """
    unused = Fraction(0)
    begins = renewal_before(started_on, day, term)
    while begins < renews_on:
        ends = renewal_after(started_on, begins, term)
        paid_from, paid_until = max(begins, day), min(ends, renews_on)
        unused += Fraction((paid_until - paid_from).days, (ends - begins).days)
        begins = ends
    return unused


def change_amounts(old_price: int, new_price: int, unused: Fraction) -> Amounts:
    """What it costs to go from one state to another.

    Args:
        old_price, new_price: of a whole term.
        unused: how many terms are paid for and not used yet.
    """
    return Amounts(half_even(old_price * unused), half_even(new_price * unused))


def share_of(amounts: Amounts, share: Fraction) -> Amounts:
    """A part of what something cost, each line rounded by itself."""
    return Amounts(half_even(amounts.credit * share), half_even(amounts.charge * share))


def half_even(amount: Fraction) -> int:
    """The nearest whole minor unit; of two that are as near, the even one."""
    return round(amount)


def commission(amount: int, percent: Decimal) -> int:
    """A partner's share of an amount, in the same units."""
    return half_even(amount * Fraction(percent) / 100)


def earned(amounts: Amounts, percent: Decimal) -> int:
    """What a partner earns by what is paid, in the same units; below zero, what it has earned and gives back."""
    return commission(amounts.charge, percent) - commission(amounts.credit, percent)


def at_once(catalogue: Catalogue, old: Subscription, wanted: Subscription) -> Subscription:
    """What of a wish takes effect at once; the rest waits for the renewal.

    - The term that is paid for runs to its end: another term begins at the renewal, whether it is longer or shorter.
    - What costs no less is an upgrade, and begins at once.
    - Of what costs less, more licences begin at once, on the plan that there is: people wait for them. Everything else
      is a downgrade, and waits: what was paid for is used first, and nothing is paid back.
    """
    same_term = replace(wanted, term=old.term)
    if price(catalogue, same_term) >= price(catalogue, old):
        return same_term
    return replace(old, licences=max(old.licences, wanted.licences))
