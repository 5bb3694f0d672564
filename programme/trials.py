"""The trial's rules: how long it is, how often it grows, and what a customer is today (mission row 21)."""

from dataclasses import dataclass
from datetime import date, timedelta

from programme.access import require_console_change
from programme.alert_repaints import owe_repaints
from programme.catalogue import TrialTerms
from programme.clock import today
from programme.customers import Found, find, found, record_change, theirs, theirs_locked
from programme.desk import Actor, Desk
from programme.forms import Rule, line_up_to, read_fields
from programme.refusals import Refused
from storage.models import Customer, TrialExtension
from storage.queries import customers

LONGEST_REASON = 500


@dataclass(frozen=True)
class Trial:
    """A trial as it stands on a day of the partner's."""

    started_on: date
    ends_on: date
    today: date
    terms: TrialTerms

    @property
    def length(self) -> int:
        """Days from the start to the end, all extensions included."""
        return (self.ends_on - self.started_on).days

    @property
    def days_left(self) -> int:
        """0 on the last day; negative once it has ended."""
        return days_left(self.started_on, self.ends_on, self.today)

    @property
    def has_ended(self) -> bool:
        return self.days_left < 0

    @property
    def longest_end(self) -> date:
        return self.started_on + timedelta(days=self.terms.longest_days)

    @property
    def extended_end(self) -> date:
        """Where the next extension would move the end to."""
        return min(self.ends_on + timedelta(days=self.terms.extension_days), self.longest_end)

    @property
    def can_be_extended(self) -> bool:
        return not self.has_ended and self.ends_on < self.longest_end


def trial_of(customer: Customer, today: date, terms: TrialTerms) -> Trial:
    return Trial(customer.trial_started_on, customer.trial_ends_on, today, terms)


def days_left(started_on: date, ends_on: date, today: date) -> int:
    """Days left of a trial, of which there are never more than it has: where the partner's time zone moves west on
    the day it begins, today is the day before that.
    """
    return (ends_on - max(today, started_on)).days


def status_on(customer: Customer, today: date) -> str:
    """`trial`, `free` (the trial has run out), `active`, `overdue` (the renewal date has passed), or `cancelled` (the
    subscription has ended, which leaves the free plan); `left` once it is not the partner's any more.
    """
    if customer.status in ("cancelled", "left"):
        return customer.status
    if customer.renews_on is not None:
        return "active" if customer.renews_on >= today else "overdue"
    return "trial" if customer.trial_ends_on >= today else "free"


def extended_end(customer: Customer, today: date, terms: TrialTerms) -> date:
    """The new end of the trial.

    Raises: Refused with "not_on_trial", "trial_bought", "trial_ended" or "trial_at_longest".
    """
    trial = trial_of(customer, today, terms)
    facts = {
        "customer_id": customer.id,
        "organisation": customer.organisation,
        "domain": customer.domain,
        "ends_on": customer.trial_ends_on,
        "is_verified": customer.verified_at is not None,
    }
    if customer.status == "cancelled":
        raise Refused("trial_bought", **facts)
    if customer.status != "trial":
        raise Refused("not_on_trial", **facts)
    if trial.has_ended:
        raise Refused("trial_ended", **facts)
    if not trial.can_be_extended:
        raise Refused("trial_at_longest", longest_days=terms.longest_days, **facts)
    return trial.extended_end


async def may_extend(desk: Desk, actor: Actor, which: str | int) -> Found:
    """The customer whose trial the actor may extend now. Raises Refused as extend_trial."""
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs(session, partner, which)
        extended_end(customer, today(desk.clock, partner.time_zone), desk.catalogue.trial)
        return await found(session, desk, actor, customer)


async def extend_trial(desk: Desk, actor: Actor, which: str | int, from_end: date, reason: str = "") -> Found:
    """Fifteen days more, by an admin, sixty in all at most; the catalogue has the numbers (mission row 21).

    Args:
        which: the customer, by domain or by id.
        from_end: the end that the person saw when they asked; asking twice for the same end extends once.
        reason: why, in somebody's own words, where they gave one.
    Raises: Refused with "admins_only", "unknown_customer", "not_on_trial", "trial_bought", "trial_ended",
        "trial_at_longest", or "already_extended" (with the present end); BadInput for a reason that cannot be kept.
    """
    why = read_fields({"reason": reason}, {"reason": Rule(line_up_to(LONGEST_REASON), optional=True)})["reason"]
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs_locked(session, partner, which)
        if customer.status == "trial" and customer.trial_ends_on != from_end:
            raise Refused("already_extended", organisation=customer.organisation, ends_on=customer.trial_ends_on)
        to_end = extended_end(customer, today(desk.clock, partner.time_zone), desk.catalogue.trial)
        await customers.extend_trial(session, customer, from_end, to_end)
        session.add(
            TrialExtension(
                partner_id=partner.id, customer_id=customer.id, from_end=from_end, to_end=to_end,
                extended_by_workspace=actor.workspace_id, extended_by=actor.user_id, extended_at=desk.clock.now(),
                reason=why,
            )
        )  # fmt: skip
        after = {"ends_on": to_end} | ({"reason": why} if why else {})
        row = record_change(session, desk, actor, customer, "trial_extended", {"ends_on": from_end}, after)
        await owe_repaints(session, desk, partner, customer, from_end, row)
        return await found(session, desk, actor, customer)


async def extensions(desk: Desk, actor: Actor, customer_id: int) -> list[TrialExtension]:
    """Who extended a customer's trial, and when, in order. Raises as programme.customers.find."""
    from_whom = await find(desk, actor, customer_id)
    async with desk.store.read() as session:
        return await customers.trial_extensions(session, from_whom.partner.id, customer_id)
