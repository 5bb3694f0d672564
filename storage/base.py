"""What all models share: naming of constraints, column types, the columns of a thing that has to leave the house."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeGuard

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

# SQLite gives out row ids for INTEGER primary keys only; PostgreSQL needs the room of BIGINT.
BigId = BigInteger().with_variant(Integer, "sqlite")
# On both: what is larger is no id, and a database asked for it ends in an error.
LARGEST_ID = 2**63 - 1


def is_id(value: object) -> TypeGuard[int]:
    """Whether something that came from outside can be looked up as an id."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_ID


def without_accents(text: str) -> str:
    """A text without capitals and accents, as it is looked for and put in order."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def key_text(length: int) -> TypeEngine[str]:
    """A column to look things up by their beginning: in the order of its letters' numbers, on both databases.

    PostgreSQL's usual order depends on its country; of that, an index is no help in finding beginnings.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive value is refused: nobody knows which moment it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, object]: JSON}  # noqa: RUF012 - SQLAlchemy reads it from the class


def one_of(column: str, *values: str) -> str:
    """The text of a check constraint that allows only these values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def partial_index(name: str, columns: Sequence[str], where: str, unique: bool = False) -> Index:
    """An index of the rows for which `where` holds, on both engines."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Outgoing:
    """Columns of everything that leaves the house once: an alert, a letter, a Slack message.

    `waiting` → `claimed` (with a lease) → `sent`; or `failed` for good, or `moot` when it lost its reason.
    A row that is `claimed` with its lease run out was held by a process that died: whoever claims it next finds it
    `in_doubt`, as after an answer that got lost, and must find out whether the thing has left before sending it again.
    """

    status: Mapped[str] = mapped_column(String(10), default="waiting")
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    in_doubt: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))


OUTGOING_STATES = one_of("status", "waiting", "claimed", "sent", "failed", "moot")
