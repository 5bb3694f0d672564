"""Partners and the people of each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, key_text, one_of, partial_index
from storage.models.people import LANGUAGES


class Partner(Model):
    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint(one_of("status", "active", "suspended"), name="status"),
        CheckConstraint(one_of("language", *LANGUAGES), name="language"),
        CheckConstraint("alert_hour BETWEEN 0 AND 23", name="alert_hour"),
        CheckConstraint(one_of("alert_form", "digest", "single"), name="alert_form"),
        CheckConstraint("(status = 'suspended') = (suspended_at IS NOT NULL)", name="suspended"),
        Index("ix_partner_name_key", "name_key", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(key_text(200))  # the name as it is compared
    data_centre: Mapped[str] = mapped_column(String(40))
    expertise: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="active")
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None] = mapped_column(Text)
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


class Invitation(Model):
    """An invitation to work for a partner. The invited person answers it; one of a partner is open at a time."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(one_of("role", "admin", "member"), name="role"),
        CheckConstraint(one_of("status", "open", "accepted", "declined", "revoked"), name="status"),
        CheckConstraint("(status = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("expires_at > invited_at", name="later"),
        partial_index("uq_invitation_open", ["partner_id", "workspace_id", "user_id"], "status = 'open'", unique=True),
        Index("ix_invitation_partner_id", "partner_id"),
        Index("ix_invitation_workspace_id_user_id", "workspace_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"))
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(10))
    invited_by_workspace: Mapped[str] = mapped_column(String(32))
    invited_by: Mapped[str] = mapped_column(String(32))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="open")
    answered_at: Mapped[datetime | None]


class CommissionRate(Model):
    """A partner's share of what its customers pay, from a day on, until the next such day.

    Args:
        basis_points: hundredths of a percent.
        valid_from: a day in the partner's time zone.
    """

    __tablename__ = "commission_rate"
    __table_args__ = (CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"),)

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    basis_points: Mapped[int]
    set_by_workspace: Mapped[str] = mapped_column(String(32))
    set_by: Mapped[str] = mapped_column(String(32))
    set_at: Mapped[datetime]
