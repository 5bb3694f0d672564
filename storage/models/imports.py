"""Lists of customers that a partner has sent as a file, and how far each has been taken over."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import BigId, Model, one_of, partial_index


class CustomerImport(Model):
    """One file, checked.

    `ready` while its preview waits for somebody to say yes; `running` while its rows are written; `reporting` once they
    are, or it cannot go on, and whoever sent it is still to get the refused ones; then `finished`. `dropped`: nobody
    said yes, or a newer file took its place. Its rows are gone with `finished` and `dropped`. Who has sent it may want
    it undone: then it is `undoing` after `finished`, and `undone` in the end.

    Args:
        kind: of the file: `csv` or `xlsx`.
        headings: of its columns.
        good: how many rows were to be added when it was checked; `total` with the refused ones.
        reached: the number of the last good row that has been dealt with; `done` counts those, and `added` the
            customers that came of them. `removed` counts those of them that were taken off the list again.
        lease_until: until when the process that writes it has it for itself; `attempts` counts the processes.
        stopped_by: the reason why it could not go on.
    """

    __tablename__ = "customer_import"
    __table_args__ = (
        UniqueConstraint("partner_id", "id"),
        CheckConstraint(one_of("kind", "csv", "xlsx"), name="kind"),
        CheckConstraint(
            one_of("status", "ready", "running", "reporting", "finished", "undoing", "undone", "dropped"), name="status"
        ),
        CheckConstraint(
            "good BETWEEN 0 AND total AND done BETWEEN 0 AND good AND added BETWEEN 0 AND done", name="numbers"
        ),
        CheckConstraint("removed BETWEEN 0 AND added", name="removed"),
        CheckConstraint("(status IN ('ready', 'dropped')) OR started_at IS NOT NULL", name="started"),
        CheckConstraint("status NOT IN ('undoing', 'undone') OR undo_asked_at IS NOT NULL", name="undo_asked"),
        # A partner imports one file at a time.
        partial_index("uq_customer_import_running", ["partner_id"], "status = 'running'", unique=True),
        partial_index("ix_customer_import_under_way", ["id"], "status IN ('running', 'reporting', 'undoing')"),
        partial_index("ix_customer_import_ready", ["made_at"], "status = 'ready'"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"))
    made_by_workspace: Mapped[str] = mapped_column(String(32))
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="ready")
    file_name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(4))
    headings: Mapped[list[str]] = mapped_column(JSON)
    total: Mapped[int]
    good: Mapped[int]
    reached: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    undo_asked_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    stopped_by: Mapped[str | None] = mapped_column(String(40))


class ImportRow(Model):
    """A row of such a file.

    Args:
        number: as a spreadsheet counts.
        cells: what stands in it, in the order of the headings.
        customer: the columns of the customer that it describes; None where it is refused.
        wrong: field → why it is refused, as a short word; None where it is not.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "import_id"], ["customer_import.partner_id", "customer_import.id"]),
        CheckConstraint("(customer IS NULL) = (wrong IS NOT NULL)", name="wrong"),
    )

    partner_id: Mapped[int] = mapped_column(BigId)
    import_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]] = mapped_column(JSON)
    customer: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    wrong: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
