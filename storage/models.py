"""The tables. What must always hold is a constraint here, not a hope in the code.

People and channels are always (workspace, user) and (workspace, channel): partners may sit in workspaces of their own.
Everything that belongs to a partner carries `partner_id`, and its children refer to it by (partner, id), so that
the tables can be split up by partner without changing a query.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import OUTGOING_STATES, BigId, Model, Outgoing, one_of

LANGUAGES = ("en", "fr", "de")
ALERT_KINDS = ("trial", "ended", "renewal", "overdue", "unverified", "broken")


class Installation(Model):
    """The bot in a workspace other than the home one, as OAuth installed it."""

    __tablename__ = "installation"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    encrypted_token: Mapped[str] = mapped_column(Text)
    bot_id: Mapped[str] = mapped_column(String(32))
    bot_user_id: Mapped[str] = mapped_column(String(32))
    installed_at: Mapped[datetime]


class Person(Model):
    """Somebody in a workspace, as Slack last described them."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(one_of("language", *LANGUAGES), name="language"),)

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_deactivated: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime]


class Reviewer(Model):
    """Somebody who may decide on applications: who sits in the review channel, or in the reviewers' user group."""

    __tablename__ = "reviewer"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime]


class Application(Model):
    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(one_of("status", "open", "approved", "rejected", "withdrawn"), name="status"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_application_open",
            "workspace_id",
            "user_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_application_status_due_at", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    company: Mapped[str] = mapped_column(String(200))
    website: Mapped[str | None] = mapped_column(String(300))
    street: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    mail_account: Mapped[str] = mapped_column(String(320))
    expertise: Mapped[str] = mapped_column(String(40))
    experience: Mapped[str] = mapped_column(Text)
    partnership_plan: Mapped[str] = mapped_column(Text)
    terms_version: Mapped[str] = mapped_column(String(40))
    terms_accepted_at: Mapped[datetime]
    submitted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="open")
    decided_at: Mapped[datetime | None]
    decided_by_workspace: Mapped[str | None] = mapped_column(String(32))
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decision_note: Mapped[str | None] = mapped_column(Text)


class Partner(Model):
    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint(one_of("status", "active", "suspended"), name="status"),
        CheckConstraint(one_of("language", *LANGUAGES), name="language"),
        CheckConstraint("alert_hour BETWEEN 0 AND 23", name="alert_hour"),
        CheckConstraint(one_of("alert_form", "digest", "single"), name="alert_form"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    expertise: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="active")
    alert_workspace: Mapped[str | None] = mapped_column(String(32))
    alert_channel: Mapped[str | None] = mapped_column(String(32))
    alert_hour: Mapped[int] = mapped_column(default=9)
    # What the partner has changed of the catalogue's days, as canonical JSON; empty: nothing. Partners with the same
    # schedule are planned together, so it has to be comparable as text.
    alert_days: Mapped[str] = mapped_column(String(1000), default="")
    skips_weekends: Mapped[bool] = mapped_column(default=False)
    # Days without alerts: ISO dates in order, parted by commas.
    quiet_days: Mapped[str] = mapped_column(String(2000), default="")
    alert_form: Mapped[str] = mapped_column(String(10), default="digest")
    created_at: Mapped[datetime]


class Member(Model):
    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint(one_of("role", "admin", "member"), name="role"),
        UniqueConstraint("workspace_id", "user_id"),  # a person belongs to one partner
    )

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime]


# The days that alerts are about: which customers have one to wait for, and what else planning asks about them. All of
# this is in the index, so that planning reads one stretch of it for each partner, and none of the customers.
WATCHED_DAYS = {
    "trial_ends_on": ("status = 'trial'", ("status", "trial_started_on", "snoozed_until", "outlook")),
    "renews_on": ("renews_on IS NOT NULL", ("started_on", "term", "snoozed_until", "outlook")),
    "added_on": ("verified_at IS NULL", ("verified_at",)),
    "broken_on": ("broken_on IS NOT NULL", ()),
}


def _index_where(name: str, columns: Sequence[str], where: str) -> Index:
    return Index(f"ix_customer_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))


class Customer(Model):
    """An organisation that a partner looks after.

    `status` is what was agreed; what it means today (a trial that has run out is the free plan) follows from the dates.
    Dates are days in the partner's time zone.
    """

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("partner_id", "id"),
        UniqueConstraint("partner_id", "domain"),
        CheckConstraint(one_of("status", "trial", "active"), name="status"),
        CheckConstraint(one_of("term", "monthly", "yearly"), name="term"),
        CheckConstraint("licences BETWEEN 1 AND 1000000", name="licences"),
        CheckConstraint("trial_ends_on >= trial_started_on", name="trial"),
        CheckConstraint("(status = 'active') = (renews_on IS NOT NULL)", name="renewal"),
        CheckConstraint(one_of("outlook", "renews", "at_risk", "leaves"), name="outlook"),
        CheckConstraint(one_of("broken_part", "proof", "mail"), name="broken_part"),
        CheckConstraint("(broken_on IS NULL) = (broken_part IS NULL)", name="broken"),
        Index(
            "uq_customer_verified_domain",
            "domain",
            unique=True,
            sqlite_where=text("verified_at IS NOT NULL"),
            postgresql_where=text("verified_at IS NOT NULL"),
        ),
        _index_where("checked_at", ["checked_at"], "verified_at IS NOT NULL"),
        *(_index_where(day, ["partner_id", day, *asked, "id"], where) for day, (where, asked) in WATCHED_DAYS.items()),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"))
    domain: Mapped[str] = mapped_column(String(253))
    organisation: Mapped[str] = mapped_column(String(200))
    super_admin_email: Mapped[str] = mapped_column(String(320))
    plan: Mapped[str] = mapped_column(String(40))
    licences: Mapped[int]
    term: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="trial")
    trial_started_on: Mapped[date]
    trial_ends_on: Mapped[date]
    started_on: Mapped[date | None]
    renews_on: Mapped[date | None]
    added_on: Mapped[date]
    outlook: Mapped[str | None] = mapped_column(String(10))
    assigned_workspace: Mapped[str | None] = mapped_column(String(32))
    assigned_to: Mapped[str | None] = mapped_column(String(32))
    snoozed_until: Mapped[date | None]
    checked_at: Mapped[datetime | None]
    broken_on: Mapped[date | None]
    broken_part: Mapped[str | None] = mapped_column(String(10))
    mail_worked: Mapped[bool] = mapped_column(default=False)
    verification_token: Mapped[str] = mapped_column(String(63), unique=True)
    verified_at: Mapped[datetime | None]
    verified_by_method: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]


class TrialExtension(Model):
    """One extension of a trial. The end it was made for is unique: eight clicks at once extend once (row 21)."""

    __tablename__ = "trial_extension"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        UniqueConstraint("customer_id", "from_end"),
        CheckConstraint("to_end > from_end", name="later"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    from_end: Mapped[date]
    to_end: Mapped[date]
    extended_by_workspace: Mapped[str] = mapped_column(String(32))
    extended_by: Mapped[str] = mapped_column(String(32))
    extended_at: Mapped[datetime]


class Alert(Outgoing, Model):
    """A warning about one date of one customer; each (customer, kind, date, threshold) exists once."""

    __tablename__ = "alert"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        UniqueConstraint("customer_id", "kind", "due_on", "days_before"),
        CheckConstraint(one_of("kind", *ALERT_KINDS), name="kind"),
        CheckConstraint(OUTGOING_STATES, name="status"),
        Index(
            "ix_alert_open",
            "partner_id",
            "not_before",
            sqlite_where=text("status IN ('waiting', 'claimed')"),
            postgresql_where=text("status IN ('waiting', 'claimed')"),
        ),
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
        Index(
            "ix_outgoing_message_open",
            "not_before",
            sqlite_where=text("status IN ('waiting', 'claimed')"),
            postgresql_where=text("status IN ('waiting', 'claimed')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
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
        Index(
            "ix_outgoing_mail_open",
            "not_before",
            sqlite_where=text("status IN ('waiting', 'claimed')"),
            postgresql_where=text("status IN ('waiting', 'claimed')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    about: Mapped[dict[str, object]]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)


class AuditRow(Model):
    """Who did what, for whom, and what it was before and after. Written in the transaction of the change itself."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_partner_id_id", "partner_id", "id"),
        Index("ix_audit_subject_subject_id", "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    workspace_id: Mapped[str | None] = mapped_column(String(32))
    user_id: Mapped[str | None] = mapped_column(String(32))
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigId)
    before: Mapped[dict[str, object] | None]
    after: Mapped[dict[str, object] | None]
