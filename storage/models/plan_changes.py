"""What changes in a subscription, at once or on a day to come, and what it costs."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, one_of, partial_index
from storage.models.customers import TERMS


class PlanChange(Model):
    """One change of a customer's plan, licences or term, a renewal that was recorded, or the end of its subscription.

    `scheduled` until its day, then `applied`; or `undone`, or `replaced` by another wish before it took effect. What
    was undone after it had taken effect stays, and the undoing is a row of its own: over all rows that were applied or
    undone after they were, charges minus credits are what all of it has cost.

    Args:
        kind: `change`, `cancel`, `renewal`, or `undo` (of what took effect at once).
        effective_on: a day in the partner's time zone; of a renewal, the one on which the new term begins.
        renews_on: the renewal date for which it was reckoned; of a renewal, the one that came of it.
        credit, charge: in minor units of the currency; both 0 for what waits for the renewal.
        commission: what the partner's share of the charge is more than its share of the credit; same units.
        commission_points: the rate of it, in hundredths of a percent; undoing gives back by the same one.
        settled_at: when it stopped waiting.
    """

    __tablename__ = "plan_change"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        CheckConstraint(one_of("kind", "change", "cancel", "renewal", "undo"), name="kind"),
        CheckConstraint(one_of("status", "scheduled", "applied", "undone", "replaced"), name="status"),
        CheckConstraint(one_of("from_term", *TERMS) + " AND " + one_of("to_term", *TERMS), name="term"),
        CheckConstraint("from_licences >= 1 AND to_licences BETWEEN 1 AND 1000000", name="licences"),
        CheckConstraint("credit >= 0 AND charge >= 0", name="amounts"),
        CheckConstraint("commission_points BETWEEN 0 AND 10000", name="commission_points"),
        CheckConstraint("(status = 'scheduled') = (settled_at IS NULL)", name="settled"),
        partial_index("uq_plan_change_scheduled", ["customer_id"], "status = 'scheduled'", unique=True),
        partial_index("ix_plan_change_effective_on", ["effective_on", "customer_id"], "status = 'scheduled'"),
        Index("ix_plan_change_partner_id_customer_id_id", "partner_id", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(10), default="change")
    status: Mapped[str] = mapped_column(String(10))
    from_plan: Mapped[str] = mapped_column(String(40))
    from_licences: Mapped[int]
    from_term: Mapped[str] = mapped_column(String(10))
    to_plan: Mapped[str] = mapped_column(String(40))
    to_licences: Mapped[int]
    to_term: Mapped[str] = mapped_column(String(10))
    effective_on: Mapped[date]
    renews_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    credit: Mapped[int] = mapped_column(BigId, default=0)
    charge: Mapped[int] = mapped_column(BigId, default=0)
    commission: Mapped[int] = mapped_column(BigId, default=0)
    commission_points: Mapped[int] = mapped_column(default=0)
    made_by_workspace: Mapped[str] = mapped_column(String(32))
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
