"""Requests of partners to look after a customer that another partner has."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, one_of, partial_index


class MappingRequest(Model):
    """A partner asks to look after a customer that another partner has: the customer answers, or the reviewers rule.

    `open` until then; `accepted` or `declined` by the customer, `moved` or `kept` by the reviewers, `over` when the
    customer it was about has gone elsewhere meanwhile. A request whose link has expired stays open for the reviewers.

    Args:
        partner_id: who asks.
        holder_id, customer_id: who has the customer; both never shown to who asks.
        note: what the customer is to read.
        good_until: the last day on which the customer may answer, where the partner is that asks.
        verification_token: for a proof by who asks that it may speak for the domain; `proven_at` once that was seen.
        escalation: what who asks wrote to the reviewers.
        asker_finding, holder_finding: what the domain's name servers last said of either's proof, as long as it was
            open; `looked_at` then.
    """

    __tablename__ = "mapping_request"
    __table_args__ = (
        ForeignKeyConstraint(["holder_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        CheckConstraint(one_of("status", "open", "accepted", "declined", "moved", "kept", "over"), name="status"),
        CheckConstraint("(status = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("holder_id <> partner_id", name="elsewhere"),
        CheckConstraint("(proven_at IS NULL) = (proven_by_method IS NULL)", name="proven"),
        CheckConstraint("(escalated_at IS NULL) = (escalation IS NULL)", name="escalated"),
        CheckConstraint("(status IN ('moved', 'kept')) = (ruled_by IS NOT NULL)", name="ruled"),
        CheckConstraint("ruled_by IS NULL OR (escalated_at IS NOT NULL AND ruling IS NOT NULL)", name="ruling"),
        CheckConstraint(
            "(looked_at IS NULL) = (asker_finding IS NULL) AND (looked_at IS NULL) = (holder_finding IS NULL)",
            name="looked",
        ),
        partial_index("uq_mapping_request_open", ["partner_id", "domain"], "status = 'open'", unique=True),
        partial_index("ix_mapping_request_customer_id", ["customer_id"], "status = 'open'"),
        Index("ix_mapping_request_partner_id_domain_id", "partner_id", "domain", "id"),
        Index("ix_mapping_request_partner_id_asked_at", "partner_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"))
    domain: Mapped[str] = mapped_column(String(253))
    holder_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    note: Mapped[str | None] = mapped_column(Text)
    asked_by_workspace: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    good_until: Mapped[date]
    verification_token: Mapped[str] = mapped_column(String(63), unique=True)
    proven_at: Mapped[datetime | None]
    proven_by_method: Mapped[str | None] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="open")
    answered_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalation: Mapped[str | None] = mapped_column(Text)
    asker_finding: Mapped[str | None] = mapped_column(String(20))
    holder_finding: Mapped[str | None] = mapped_column(String(20))
    looked_at: Mapped[datetime | None]
    ruled_by_workspace: Mapped[str | None] = mapped_column(String(32))
    ruled_by: Mapped[str | None] = mapped_column(String(32))
    ruling: Mapped[str | None] = mapped_column(Text)
