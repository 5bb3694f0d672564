"""What leaves the house: alerts, Slack messages, letters; and how the channels fare that they go to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import OUTGOING_STATES, BigId, Model, Outgoing, one_of, partial_index

ALERT_KINDS = ("trial", "ended", "renewal", "overdue", "unverified", "broken")
OPEN = "status IN ('waiting', 'claimed')"


class Alert(Outgoing, Model):
    """A warning about one date of one customer; each (customer, kind, date, threshold) exists once."""

    __tablename__ = "alert"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        UniqueConstraint("customer_id", "kind", "due_on", "days_before"),
        CheckConstraint(one_of("kind", *ALERT_KINDS), name="kind"),
        CheckConstraint(OUTGOING_STATES, name="status"),
        partial_index("ix_alert_open", ["partner_id", "not_before"], OPEN),
        partial_index("ix_alert_ts", ["partner_id", "ts"], "ts IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    days_before: Mapped[int]
    planned_on: Mapped[date]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))


class ChannelHealth(Model):
    """How the alerts fare in a channel. While `broken_since` is set, they wait."""

    __tablename__ = "channel_health"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    delivered_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(100))
    broken_since: Mapped[datetime | None]


class OutgoingMessage(Outgoing, Model):
    """A Slack message that follows from a decision, written in the same transaction; drawn when it is sent."""

    __tablename__ = "outgoing_message"
    __table_args__ = (
        CheckConstraint(OUTGOING_STATES, name="status"),
        partial_index("ix_outgoing_message_open", ["not_before"], OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    thread_key: Mapped[str | None] = mapped_column(String(100))  # the key of the message that it is a reply to
    kind: Mapped[str] = mapped_column(String(40))
    workspace_id: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(32))
    about: Mapped[dict[str, object]]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))


class OutgoingMail(Outgoing, Model):
    """A letter, made due by the transaction that it follows from; drawn when it is sent."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint(OUTGOING_STATES, name="status"),
        partial_index("ix_outgoing_mail_open", ["not_before"], OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    about: Mapped[dict[str, object]]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
