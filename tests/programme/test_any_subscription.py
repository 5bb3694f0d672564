"""Whatever is done to a subscription in whatever order: no cent is created or lost, and a promise to undo is kept.

The account is told twice: by the programme, and day by day, with what each day that is paid for costs.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from programme import plan_changes, renewals, subscriptions, undoing
from programme.desk import Desk
from programme.pricing import Amounts, Subscription, price
from programme.refusals import Refused
from programme.renewal_dates import renewal_after, renewal_before
from programme.subscriptions import next_term
from programme.taking_effect import take_effect
from programme.undoing import Undoing
from storage.models import AuditRow, Customer, PlanChange
from tests.programme import house
from tests.programme.house import CATALOGUE
from tests.programme.partnership import EMMA
from tests.programme.plans import wish

DAY = timedelta(days=1)
Act = tuple[str, int]


@dataclass
class Account:
    """What every day costs that is paid for, exactly; and how often something was rounded."""

    days: dict[date, Fraction] = field(default_factory=dict)
    lines: int = 0

    def pay(self, state: Subscription, first: date, until: date) -> None:
        """One whole term."""
        length = (until - first).days
        self.days |= {first + number * DAY: Fraction(price(CATALOGUE, state), length) for number in range(length)}
        self.lines += 1

    def change(self, state: Subscription, started_on: date, first: date, until: date) -> None:
        """Another price for days that are paid for already; each belongs to a term of its own length."""
        for number in range((until - first).days):
            day = first + number * DAY
            term = renewal_before(started_on, day, state.term), renewal_after(started_on, day, state.term)
            self.days[day] = Fraction(price(CATALOGUE, state), (term[1] - term[0]).days)
        self.lines += 2

    def take_back(self, first: date, until: date) -> None:
        for number in range((until - first).days):
            del self.days[first + number * DAY]
        self.lines += 1


@dataclass
class Walk:
    """Somebody who does things to a customer, and keeps the account."""

    desk: Desk
    clock: house.Clock
    customer_id: int
    account: Account = field(default_factory=Account)

    async def act(self, what: str, number: int) -> None:
        acts = {"wish": self._wish, "cancel": self._cancel, "undo": self._undo, "renew": self._renew}
        if what == "pass":
            self.clock.moment += (0, 1, 5, 14, 31, 330)[number % 6] * DAY
            await take_effect(self.desk)
            return
        before = await self.kept()
        try:
            await acts[what](number)
        except Refused:
            assert await self.kept() == before

    async def customer(self) -> Customer:
        async with self.desk.store.read() as session:
            return await session.get_one(Customer, self.customer_id)

    async def changes(self) -> list[PlanChange]:
        return [row for row in await house.rows(self.desk, PlanChange) if row.customer_id == self.customer_id]

    async def kept(self) -> object:
        customer = await self.customer()
        rows = [(row.id, row.status) for row in await self.changes()]
        return Subscription.of(customer), customer.status, customer.renews_on, rows

    async def _wish(self, number: int) -> None:
        plan = ("standard", "professional")[number % 2]
        typed = wish(plan, 1 + number // 4 % 25, ("monthly", "yearly")[number // 2 % 2])
        seen = await plan_changes.preview(self.desk, EMMA, self.customer_id, typed)
        assert (await plan_changes.carry_out(self.desk, EMMA, self.customer_id, typed, seen.figures())).done
        if seen.buys:
            self.account.pay(seen.now, seen.found.today, seen.renews_on)
        elif seen.now != seen.old:
            started_on = seen.found.customer.started_on
            assert started_on is not None
            self.account.change(seen.now, started_on, seen.found.today, seen.renews_on)

    async def _cancel(self, number: int) -> None:
        renews_on = (await self.customer()).renews_on
        if renews_on is not None:
            await plan_changes.cancel(self.desk, EMMA, self.customer_id, renews_on, at_once=True)

    async def _renew(self, number: int) -> None:
        customer = await self.customer()
        if customer.renews_on is not None:
            pending = (await plan_changes.standing(self.desk, EMMA, self.customer_id)).pending
            coming, _ = next_term(customer, pending)
            renewed = (await renewals.renew(self.desk, EMMA, self.customer_id, customer.renews_on)).customer
            assert renewed.renews_on is not None
            self.account.pay(coming, customer.renews_on, renewed.renews_on)

    async def _undo(self, number: int) -> None:
        possible = (await plan_changes.standing(self.desk, EMMA, self.customer_id)).undoings
        if possible:
            await self.undo(possible[number % len(possible)])

    async def undo(self, what: Undoing) -> None:
        """What was shown as possible is: it is refused for nothing."""
        change, customer = what.change, await self.customer()
        drops = what.drops.id if what.drops else None
        await undoing.undo(self.desk, EMMA, self.customer_id, change.id, what.amounts.now, drops)
        if change.kind == "renewal":
            self.account.take_back(change.effective_on, change.renews_on)
        elif change.status == "applied":
            today = self.clock.moment.date()
            if change.effective_on == today:
                assert what.amounts == Amounts(credit=change.charge, charge=change.credit)
            assert customer.started_on is not None
            self.account.change(Subscription.before(change), customer.started_on, today, change.renews_on)

    async def check(self) -> None:
        """The audit trail, the changes that are kept, and the account agree."""
        trail = [row for row in await house.rows(self.desk, AuditRow) if row.subject_id == self.customer_id]
        told = dict.fromkeys(("subscribed", "else"), 0)
        for row in trail:
            facts = row.after or {}
            paid = int(str(facts.get("charge", 0))) - int(str(facts.get("credit", 0)))
            told["subscribed" if row.action == "subscribed" else "else"] += paid
        assert told["else"] == sum(row.charge - row.credit for row in await self.changes())
        # An undone line is a share of one that was rounded itself: so two halves for each.
        exact = sum(self.account.days.values(), Fraction(0))
        assert abs(sum(told.values()) - exact) <= self.account.lines

    async def undo_everything(self) -> None:
        """Nothing is left that could have been undone when it was made and whose renewal has not come yet."""
        while possible := (await plan_changes.standing(self.desk, EMMA, self.customer_id)).undoings:
            await self.undo(possible[0])
        today = self.clock.moment.date()
        left = [row for row in await self.changes() if row.status in ("scheduled", "applied") and row.renews_on > today]
        assert [row for row in left if row.kind in ("change", "cancel")] == []


async def walk(desk: Desk, number: int, term: str) -> Walk:
    clock = desk.clock
    assert isinstance(clock, house.Clock)
    clock.moment = house.Clock().moment
    typed = {"domain": f"c{number}.example", "term": term}
    customer = await house.verified(desk, EMMA, **typed)
    there = Walk(desk, clock, customer.id)
    bought = (await subscriptions.subscribe(desk, EMMA, customer.id)).customer
    assert bought.renews_on is not None
    there.account.pay(Subscription.of(bought), clock.moment.date(), bought.renews_on)
    return there


ACTS: st.SearchStrategy[Act] = st.tuples(
    st.sampled_from(["wish", "wish", "cancel", "undo", "undo", "renew", "pass", "pass"]), st.integers(0, 99)
)
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)  # not shrunk: each try is a walk on a database
walks = iter(range(10**6))


@settings(max_examples=8, phases=FOUND, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(term=st.sampled_from(["monthly", "yearly"]), acts=st.lists(ACTS, min_size=4, max_size=9))
@example("monthly", [("wish", 83), ("pass", 3), ("undo", 1), ("wish", 81), ("cancel", 0), ("undo", 1), ("wish", 99)])
@example("monthly", [("pass", 3), ("pass", 1), ("wish", 83), ("renew", 0), ("undo", 0), ("pass", 1), ("undo", 1)])
async def test_no_cent_is_created_or_lost(sqlite_desk: Desk, term: str, acts: list[Act]) -> None:
    there = await walk(sqlite_desk, next(walks), term)
    for what, number in acts:
        await there.act(what, number)
    await there.check()
    await there.undo_everything()
    await there.check()
