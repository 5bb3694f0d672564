"""What a partner writes down about a customer for itself: notes, and whom to speak to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, one_of

LONGEST_NOTE = 3000
CONTACT_ROLES = ("decides", "billing", "technical", "other")


class CustomerNote(Model):
    """A note of one of the partner's people. Neither the customer nor another partner ever sees it.

    Args:
        key: tells the form that it was written in from others, so that one form makes one note.
    """

    __tablename__ = "customer_note"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        UniqueConstraint("partner_id", "key"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {LONGEST_NOTE}", name="text"),
        CheckConstraint("(edited_at IS NULL) = (edited_by IS NULL)", name="edited"),
        Index("ix_customer_note_partner_id_customer_id_id", "partner_id", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    written_by_workspace: Mapped[str] = mapped_column(String(32))
    written_by: Mapped[str] = mapped_column(String(32))
    written_at: Mapped[datetime]
    edited_by_workspace: Mapped[str | None] = mapped_column(String(32))
    edited_by: Mapped[str | None] = mapped_column(String(32))
    edited_at: Mapped[datetime | None]


class CustomerContact(Model):
    """Somebody at the customer's whom the partner speaks to; they need no account, here or with the vendor.

    Args:
        key: as a note's.
        phone: as E.164, such as +33320150550.
    """

    __tablename__ = "customer_contact"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        UniqueConstraint("partner_id", "key"),
        CheckConstraint(one_of("role", *CONTACT_ROLES), name="role"),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="reachable"),
        CheckConstraint("(edited_at IS NULL) = (edited_by IS NULL)", name="edited"),
        Index("ix_customer_contact_partner_id_customer_id_id", "partner_id", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(20))
    written_by_workspace: Mapped[str] = mapped_column(String(32))
    written_by: Mapped[str] = mapped_column(String(32))
    written_at: Mapped[datetime]
    edited_by_workspace: Mapped[str | None] = mapped_column(String(32))
    edited_by: Mapped[str | None] = mapped_column(String(32))
    edited_at: Mapped[datetime | None]
