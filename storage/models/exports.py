"""Who is being made a file of their customers at this moment."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Model, one_of

EXPORT_KINDS = ("csv", "xlsx")


class CustomerExport(Model):
    """A file that is being made for somebody: one of each kind at a time. The row is gone when the file is there.

    Args:
        token: tells the process that makes it; `lease_until`: when it is taken for dead if it says nothing.
    """

    __tablename__ = "customer_export"
    __table_args__ = (CheckConstraint(one_of("kind", *EXPORT_KINDS), name="kind"),)

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    lease_until: Mapped[datetime]
