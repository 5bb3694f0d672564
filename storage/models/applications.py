"""Applications, from the form to the decision."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, key_text, one_of, partial_index

COMPANY_SIZES = ("1-9", "10-49", "50-249", "250+")
REAPPLY = ("now", "later", "never")


class Application(Model):
    """What somebody applied with, who is on it, and what became of it.

    While it is open, its clock runs towards `due_at`; it stands still while `asked_at` is set, which is how long the
    applicant has been thinking about a question.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(one_of("status", "open", "approved", "rejected", "withdrawn"), name="status"),
        CheckConstraint(one_of("company_size", *COMPANY_SIZES), name="company_size"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed"),
        CheckConstraint("claimed_by IS NULL OR status = 'open'", name="claim_open"),
        CheckConstraint("asked_at IS NULL OR status = 'open'", name="asked"),
        CheckConstraint(one_of("reapply", *REAPPLY), name="reapply"),
        CheckConstraint("(status = 'rejected') = (reapply IS NOT NULL)", name="rejected"),
        partial_index("uq_application_open", ["workspace_id", "user_id"], "status = 'open'", unique=True),
        Index("ix_application_applicant", "workspace_id", "user_id", "id"),
        Index("ix_application_queue", "status", "due_at", "id"),
        # The lists that reviewers leaf through, each in its order.
        partial_index("ix_application_asked", ["due_at", "id"], "asked_at IS NOT NULL"),
        partial_index("ix_application_holder", ["claimed_by", "due_at", "id"], "claimed_by IS NOT NULL"),
        partial_index("ix_application_decided", ["decided_at", "id"], "decided_at IS NOT NULL"),
        partial_index("ix_application_claimed", ["claimed_at"], "claimed_at IS NOT NULL"),
        # What a reviewer is told of others that look alike.
        Index("ix_application_company_key", "company_key"),
        Index("ix_application_web_domain", "web_domain"),
        Index("ix_application_contact_email", "contact_email"),
        Index("ix_application_mail_account", "mail_account"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    company: Mapped[str] = mapped_column(String(200))
    company_key: Mapped[str] = mapped_column(key_text(200))  # the name as it is compared
    company_size: Mapped[str] = mapped_column(String(10))
    website: Mapped[str | None] = mapped_column(String(300))
    web_domain: Mapped[str | None] = mapped_column(String(253))  # of the website, as it is registered
    street: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(100))
    region: Mapped[str | None] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    contact_name: Mapped[str] = mapped_column(String(200))
    contact_email: Mapped[str] = mapped_column(String(320))
    contact_phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    mail_account: Mapped[str] = mapped_column(String(320))
    expertise: Mapped[str] = mapped_column(String(40))
    experience: Mapped[str] = mapped_column(Text)
    partnership_plan: Mapped[str] = mapped_column(Text)
    terms_version: Mapped[str] = mapped_column(String(40))
    terms_accepted_at: Mapped[datetime]
    submitted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="open")
    claimed_by_workspace: Mapped[str | None] = mapped_column(String(32))
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_workspace: Mapped[str | None] = mapped_column(String(32))
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decision_reason: Mapped[str | None] = mapped_column(String(40))
    decision_note: Mapped[str | None] = mapped_column(Text)
    reapply: Mapped[str | None] = mapped_column(String(10))


class Question(Model):
    """What a reviewer wants to know before deciding, and what the applicant answered. One at a time."""

    __tablename__ = "application_question"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        partial_index("uq_application_question_open", ["application_id"], "answered_at IS NULL", unique=True),
        Index("ix_application_question_application_id_id", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    asked_by_workspace: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
