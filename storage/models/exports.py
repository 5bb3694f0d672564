"""Who is being made a file at this moment."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Model, one_of

# Two files of all customers; a table of some; an example of a file to import; the rows of one that are refused.
EXPORT_KINDS = ("csv", "xlsx", "table", "example", "refused")


class CustomerExport(Model):
    """What is being made for somebody: one of each kind at a time. The row is gone when they have it.

    Args:
        token: tells the process that makes it; `lease_until`: when it is taken for dead if it says nothing.
    """

    __tablename__ = "customer_export"
    __table_args__ = (CheckConstraint(one_of("kind", *EXPORT_KINDS), name="kind"),)

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    lease_until: Mapped[datetime]
