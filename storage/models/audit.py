"""Who did what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, partial_index


class AuditRow(Model):
    """Who did what, for whom, and what it was before and after. Written in the transaction of the change itself."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_partner_id_id", "partner_id", "id"),
        Index("ix_audit_subject_subject_id_id", "subject", "subject_id", "id"),
        # Letters to strangers are limited by the day: so many of a partner's are looked through each time.
        partial_index("ix_audit_records_sent", ["partner_id", "at"], "action = 'records_sent'"),
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
