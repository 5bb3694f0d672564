"""Planning told twice: the programme on a database, and a model that asks of each customer by itself what is due.

The model knows no windows and no statements: it goes through partners, customers, kinds and thresholds one by one.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import delete

from programme import alerts, channels, outbox, outlook, renewals, subscriptions, trials
from programme.desk import Actor, Desk
from programme.refusals import Refused
from storage import models
from storage.models import Alert, Customer, Partner
from storage.queries import channels as health
from tests.programme import house
from tests.programme.house import CATALOGUE, HOME, Clock
from tests.storage.rows import row

LAST_FRIDAY_OF_WINTER = date(2026, 3, 27)  # the clocks change on the Sunday
EMPTIED = (
    models.AuditRow, Alert, models.TrialExtension, models.PlanChange, Customer, models.Member, Partner,
    models.Application, models.Person,
    models.ChannelHealth, models.OutgoingMessage,
)  # fmt: skip
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu")
ACTS = (
    "extend", "subscribe", "renew", "renews", "at_risk", "leaves", "3_days", "week", "7_days_before", "verify", "fix",
    "no_channel", "channel", "suspend", "resume", "break", "mend", "other_days", "no_days",
)  # fmt: skip
AHEAD = ("trial", "renewal")
Key = tuple[int, str, date, int]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def actor(partner_id: int) -> Actor:
    return Actor(HOME, f"U{partner_id}")


@dataclass(frozen=True)
class Step:
    """Some time passes, somebody does something to a customer or its partner, and the service runs."""

    hours: int
    acts: list[tuple[str, int]]


@dataclass(frozen=True)
class Story:
    partners: list[dict[str, Any]]
    customers: list[dict[str, Any]]
    steps: list[Step]


# What may happen


@st.composite
def a_partner(draw: st.DrawFn) -> dict[str, Any]:
    quiet = draw(st.sets(st.integers(-2, 25), max_size=8))
    return {
        "time_zone": draw(st.sampled_from(ZONES)),
        "alert_hour": draw(st.sampled_from([0, 2, 9, 23])),
        "alert_days": draw(st.sampled_from(["", "", '{"trial": [10, 2], "overdue": [0, 2]}', '{"unverified": []}'])),
        "skips_weekends": draw(st.booleans()),
        "quiet_days": ",".join(sorted((LAST_FRIDAY_OF_WINTER + days(number)).isoformat() for number in quiet)),
    }


@st.composite
def a_customer(draw: st.DrawFn) -> dict[str, Any]:
    day = LAST_FRIDAY_OF_WINTER
    trial_starts = day - days(draw(st.integers(0, 40)))
    about: dict[str, Any] = {
        "partner": draw(st.integers(0, 2)),
        "term": draw(st.sampled_from(["monthly", "yearly"])),
        "trial_started_on": trial_starts,
        "trial_ends_on": trial_starts + days(draw(st.sampled_from([15, 30, 45]))),
        "added_on": trial_starts,
        "outlook": draw(st.sampled_from([None, None, None, "renews", "at_risk", "leaves"])),
        "verified_at": draw(st.sampled_from([None, datetime(2026, 3, 1, tzinfo=UTC)])),
    }
    if draw(st.booleans()):
        about |= {"status": "active", "started_on": day - days(draw(st.integers(0, 400)))}
        about["renews_on"] = max(about["started_on"], day - days(8)) + days(draw(st.integers(0, 40)))
    if draw(st.integers(0, 3)) == 0:
        about |= {"broken_on": day - days(draw(st.integers(-3, 40))), "broken_part": "mail"}
    if draw(st.integers(0, 4)) == 0:
        about["snoozed_until"] = day + days(draw(st.integers(-2, 9)))
    return about


some_steps = st.builds(
    Step,
    hours=st.sampled_from([-30, -1, 1, 7, 12, 24, 24, 24, 24, 31, 72, 200]),
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 20)), max_size=3),
)
stories = st.builds(
    Story,
    partners=st.lists(a_partner(), min_size=3, max_size=3),
    customers=st.lists(a_customer(), min_size=6, max_size=14),
    steps=st.lists(some_steps, min_size=4, max_size=9),
)


# The model


@dataclass
class Row:
    planned_on: date
    not_before: datetime
    state: str = "waiting"


@dataclass
class Model:
    """What ought to be written and delivered. Customers and partners are as the database has them."""

    partners: dict[int, Partner] = field(default_factory=dict)
    customers: list[Customer] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    rows: dict[Key, Row] = field(default_factory=dict)

    def plan(self, now: datetime) -> None:
        for customer in self.customers:
            partner = self.partners[customer.partner_id]
            local = now.astimezone(ZoneInfo(partner.time_zone))
            if partner.alert_channel is None or partner.status != "active" or local.hour < partner.alert_hour:
                continue
            for kind in alerts.KINDS:
                due_on = date_of(customer, kind)
                threshold = most_urgent(partner, customer, kind, due_on, local.date()) if due_on else None
                if due_on is not None and threshold is not None:
                    self.rows.setdefault((customer.id, kind, due_on, threshold), Row(local.date(), now))

    def deliver(self, now: datetime) -> set[Key]:
        of = {customer.id: customer for customer in self.customers}
        left = {key for key, row in self.rows.items() if self._leaves(of[key[0]], row, now)}
        for key in left:
            self.rows[key].state = "moot"
        sent = {key for key in left if self._is_so(of[key[0]], key, now)}
        for key in sent:
            self.rows[key].state = "sent"
        return sent

    def _leaves(self, customer: Customer, row: Row, now: datetime) -> bool:
        partner = self.partners[customer.partner_id]
        is_served = partner.alert_channel is not None and partner.status == "active" and partner.id not in self.broken
        return is_served and row.state == "waiting" and row.not_before <= now

    def _is_so(self, customer: Customer, key: Key, now: datetime) -> bool:
        _, kind, due_on, threshold = key
        today = now.astimezone(ZoneInfo(self.partners[customer.partner_id].time_zone)).date()
        for other, newer in self.rows.items():
            is_newer = other[:3] == key[:3] and other[3] < threshold
            if is_newer and (newer.state != "waiting" or newer.planned_on <= today):
                return False
        asked = customer.snoozed_until == self.rows[key].planned_on
        if kind in AHEAD and not (asked or threshold <= 1 or customer.outlook in (None, "at_risk")):
            return False
        return date_of(customer, kind) == due_on and is_true(customer, kind, due_on, today)

    def remind(self, alert: Alert, partner: Partner, due_on: date, until: date) -> None:
        zone = ZoneInfo(partner.time_zone)
        morning = datetime(until.year, until.month, until.day, partner.alert_hour, tzinfo=zone)
        key = (alert.customer_id, alert.kind, due_on, (due_on - until).days)
        self.rows.setdefault(key, Row(until, morning))


def date_of(customer: Customer, kind: str) -> date | None:
    if kind in ("trial", "ended"):
        return customer.trial_ends_on
    if kind in ("renewal", "overdue"):
        return customer.renews_on
    return customer.added_on if kind == "unverified" else customer.broken_on


def is_true(customer: Customer, kind: str, due_on: date, today: date) -> bool:
    """Whether an alert says what is so, on a day."""
    if kind in AHEAD and customer.snoozed_until is not None and customer.snoozed_until > today:
        return False
    return {
        "trial": customer.renews_on is None and today <= due_on,
        "ended": customer.renews_on is None and today > due_on,
        "renewal": customer.renews_on is not None and today <= due_on,
        "overdue": customer.renews_on is not None and today > due_on,
        "unverified": customer.verified_at is None,
        "broken": customer.broken_on is not None,
    }[kind]


def thresholds(partner: Partner, kind: str) -> list[int]:
    """As alerts carry them: below zero after the date."""
    own: dict[str, dict[str, tuple[int, ...]]] = {
        '{"trial": [10, 2], "overdue": [0, 2]}': {"trial": (10, 2), "overdue": (0, 2)},
        '{"unverified": []}': {"unverified": ()},
        '{"ended": [], "overdue": [], "renewal": [], "trial": []}': dict.fromkeys(
            ("ended", "overdue", "renewal", "trial"), ()
        ),
        "": {},
    }
    wanted: tuple[int, ...] = own[partner.alert_days].get(kind, getattr(CATALOGUE.alerts, kind))
    soonest = 1 if kind in ("ended", "overdue") else 0
    return sorted(wanted) if kind in AHEAD else sorted(-max(number, soonest) for number in wanted)


def most_urgent(partner: Partner, customer: Customer, kind: str, due_on: date, today: date) -> int | None:
    """The threshold of a kind that has to be written on a day; None for none."""
    reached = [number for number in thresholds(partner, kind) if due_on - days(number) <= today]
    if not reached or not is_true(customer, kind, due_on, today):
        return None
    number = reached[0]
    if kind in AHEAD:
        begun = customer.trial_started_on if kind == "trial" else customer.started_on
        is_decided = customer.outlook in ("renews", "leaves") and number > 1
        is_early = kind == "renewal" and customer.term == "monthly" and number >= 28
        waits = is_off(partner, today) and working_day_after(partner, today) <= due_on
        return None if begun is None or begun >= today or is_decided or is_early or waits else number
    rest = 0
    while is_off(partner, today - days(rest + 1)):
        rest += 1
    is_news = number != thresholds(partner, kind)[0] or (today - due_on).days + number <= 30 + rest
    return number if is_news and not is_off(partner, today) else None


def is_off(partner: Partner, day: date) -> bool:
    return day.isoformat() in partner.quiet_days or (partner.skips_weekends and day.strftime("%w") in "06")


def working_day_after(partner: Partner, day: date) -> date:
    day += days(1)
    while is_off(partner, day):
        day += days(1)
    return day


# The programme


@dataclass
class Stage:
    """The programme and the model side by side."""

    desk: Desk
    clock: Clock
    model: Model = field(default_factory=Model)
    delivered: list[Key] = field(default_factory=list)

    async def enter(self, story: Story) -> None:
        """Everybody who is in the story."""
        async with self.desk.store.write() as session:
            for model in EMPTIED:
                await session.execute(delete(model))
            partners = list(enumerate(story.partners, start=1))
            for number, _ in partners:
                session.add(row(models.Person, user_id=f"U{number}"))
                session.add(row(models.Application, id=number, user_id=f"U{number}"))
            await session.flush()
            for number, about in partners:
                place = {"alert_workspace": HOME, "alert_channel": f"C{number}"}
                session.add(row(Partner, id=number, application_id=number, **place, **about))
            await session.flush()
            session.add_all(row(models.Member, partner_id=number, user_id=f"U{number}") for number, _ in partners)
            for number, about in enumerate(story.customers, start=1):
                own = {name: value for name, value in about.items() if name != "partner"}
                told = {"domain": f"c{number}.example", "verification_token": f"v{number}"}
                session.add(row(Customer, id=number, partner_id=about["partner"] + 1, **told, **own))
        await self.look()

    async def look(self) -> None:
        self.model.partners = {partner.id: partner for partner in await house.rows(self.desk, Partner)}
        self.model.customers = await house.rows(self.desk, Customer)

    async def run(self) -> None:
        """Plans and delivers, all as the model says."""
        planned = await alerts.plan(self.desk)
        known = len(self.model.rows)
        self.model.plan(self.clock.moment)
        assert planned == len(self.model.rows) - known
        sent = await self._deliver()
        assert set(sent) == self.model.deliver(self.clock.moment)
        self.delivered += sent
        assert len(self.delivered) == len(set(self.delivered)), "twice"
        written = {key_of(alert): alert.status for alert in await house.rows(self.desk, Alert)}
        assert written == {key: one.state for key, one in self.model.rows.items()}

    async def _deliver(self) -> list[Key]:
        sent: list[Key] = []
        while claimed := await outbox.claim_alerts(self.desk, 2):
            due, moot = await alerts.read_again(self.desk, claimed)
            await outbox.moot(self.desk, moot)
            for one in due:
                channel = f"C{one.partner.id}"
                await channels.delivered(self.desk, [channels.Delivery(HOME, channel, "1.0", [one.alert])])
                sent.append(key_of(one.alert))
        return sent

    async def act(self, what: str, which: int) -> None:
        """Somebody does something, if it can be done."""
        customer = self.model.customers[which % len(self.model.customers)]
        partner = self.model.partners[customer.partner_id]
        try:
            await self._act(what, customer, partner)
        except Refused:
            return
        await self.look()

    async def _act(self, what: str, customer: Customer, partner: Partner) -> None:
        desk, who = self.desk, actor(partner.id)
        if what == "extend":
            await trials.extend_trial(desk, who, customer.id, customer.trial_ends_on)
        elif what == "subscribe":
            await subscriptions.subscribe(desk, who, customer.id)
        elif what == "renew" and customer.renews_on:
            await renewals.renew(desk, who, customer.id, customer.renews_on)
        elif what in outlook.OUTLOOKS:
            await outlook.set_outlook(desk, who, customer.id, what)
        elif what in ("3_days", "week", "7_days_before"):
            await self._snooze(what, customer, partner)
        elif what in ("break", "mend"):
            await self._health(partner, is_broken=what == "break")
        else:
            await self._change(what, customer, partner)

    async def _snooze(self, choice: str, customer: Customer, partner: Partner) -> None:
        for alert in await house.rows(self.desk, Alert):
            if alert.customer_id == customer.id and alert.kind in AHEAD:
                found, until = await outlook.snooze(self.desk, actor(partner.id), alert.id, customer.id, choice)
                due_on = date_of(found.customer, alert.kind)
                assert due_on is not None
                assert found.today < until <= due_on
                assert not is_off(partner, until) or working_day_after(partner, until) > due_on
                self.model.remind(alert, partner, due_on, until)
                return

    async def _health(self, partner: Partner, is_broken: bool) -> None:
        place = (partner.alert_workspace or "", f"C{partner.id}")
        async with self.desk.store.write() as session:
            if is_broken:
                await health.note_break(session, *place, "is_archived", self.clock.moment)
            else:
                await health.note_deliveries(session, [place], self.clock.moment)
        (self.model.broken.add if is_broken else self.model.broken.discard)(partner.id)

    async def _change(self, what: str, customer: Customer, partner: Partner) -> None:
        changes: dict[str, tuple[Any, dict[str, Any]]] = {
            "verify": (customer, {"verified_at": self.clock.moment}),
            "fix": (customer, {"broken_on": None, "broken_part": None}),
            "no_channel": (partner, {"alert_channel": None}),
            "channel": (partner, {"alert_channel": f"C{partner.id}"}),
            "suspend": (partner, {"status": "suspended", "suspended_at": self.clock.moment}),
            "resume": (partner, {"status": "active", "suspended_at": None}),
            "other_days": (partner, {"alert_days": '{"trial": [10, 2], "overdue": [0, 2]}'}),
            "no_days": (partner, {"alert_days": '{"ended": [], "overdue": [], "renewal": [], "trial": []}'}),
        }
        if what not in changes:
            return
        changed, values = changes[what]
        async with self.desk.store.write() as session:
            kept = await session.get_one(type(changed), changed.id)
            for name, value in values.items():
                setattr(kept, name, value)


def key_of(alert: Alert) -> Key:
    return alert.customer_id, alert.kind, alert.due_on, alert.days_before
