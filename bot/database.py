"""Whether the database can be used; else a sentence for the person at the terminal. It never shows the password."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as TooLong

from storage.migrate import is_migrated
from storage.store import Store

NOT_MIGRATED = "has old tables, or none; run `python -m bot migrate`"
NEWER = "has been migrated by a newer version of the bot ({reason}); run that version"
ELSEWHERE = "or set DATABASE_URL to a file elsewhere"
NOT_WRITABLE = f"cannot be written ({{reason}}); let this user write to the file and to its folder, {ELSEWHERE}"
BUSY = "SQLITE_BUSY"
# By the first two words of SQLite's extended codes (https://sqlite.org/rescode.html).
SQLITE = {
    BUSY: "is kept busy by somebody else ({reason}); try again in a moment",
    "SQLITE_CANTOPEN": NOT_WRITABLE,
    "SQLITE_READONLY": NOT_WRITABLE,
    "SQLITE_NOTADB": f"is no SQLite file ({{reason}}); move it away, {ELSEWHERE}",
}
OTHERWISE = "cannot be used ({reason}); check DATABASE_URL, and that the server runs"


class DatabaseTrouble(Exception):
    """The database cannot be used.

    Args:
        why: what is wrong with it, and what to do.
    """

    def __init__(self, store: Store, why: str) -> None:
        super().__init__(f"The {name_of(store)} {why}.")
        self.why = why


def name_of(store: Store) -> str:
    """The database as a person knows it, without secrets."""
    written = store.url.set(drivername=store.url.get_backend_name(), query={})
    return f"database {written.render_as_string(hide_password=True)}"


@contextmanager
def explained(store: Store) -> Iterator[None]:
    """Raises DatabaseTrouble for what the database, or the way to it, answers with."""
    try:
        yield
    except (DBAPIError, TooLong, CommandError, OSError) as error:
        raise DatabaseTrouble(store, advice(store, error)) from error


async def require_database(store: Store) -> None:
    """Makes sure that the database answers, has its tables, and can be written.

    Raises: DatabaseTrouble.
    """
    with explained(store):
        try:
            is_ready = await is_migrated(store)
            async with store.write() as session:
                await session.connection()
        except DBAPIError as error:
            if _sqlite_code(error) == BUSY:
                return  # whoever keeps it busy can use it
            raise
    if not is_ready:
        raise DatabaseTrouble(store, NOT_MIGRATED)


def advice(store: Store, error: SQLAlchemyError | CommandError | OSError) -> str:
    """What is wrong with a database, and what to do."""
    file, code = store.url.database or "", _sqlite_code(error)
    folder = Path(file).absolute().parent
    if code == "SQLITE_CANTOPEN" and not file.startswith("file:") and not folder.is_dir():
        return f"has no folder; make {folder}, {ELSEWHERE}"
    sentence = NEWER if isinstance(error, CommandError) else SQLITE.get(code, OTHERWISE)
    return sentence.format(reason=_reason(error))


def _sqlite_code(error: Exception) -> str:
    """Empty where it is no error of SQLite's."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return "_".join(code.split("_")[:2])


def _reason(error: Exception) -> str:
    """The database's own words, in one line."""
    said = str(getattr(error, "orig", None) or error).splitlines()
    return said[0] if said else type(error).__name__
