"""What planning has to be measured against: SQL written by hand for one morning, sent straight through the driver.

It is told beforehand, in two temporary tables that it may join with, which partners' morning has come and which days
are due for them; all that is left to it is to find the customers.
"""

import sqlite3
from datetime import date
from typing import Any

import psycopg

from benchmarks.kit.customers import NOW
from programme.desk import Desk
from programme.schedule import due_windows
from storage.models import ALERT_KINDS
from storage.queries import alerts

FOUND = """
SELECT c.partner_id, c.id, '{kind}', c.{day}, d.days_before, d.today, 'waiting', '{now}', 0, {false}
FROM morning m JOIN due d ON d.days = m.days JOIN customer c ON c.partner_id = m.partner_id
WHERE m.kind = '{kind}' AND d.kind = '{kind}' AND c.{day} BETWEEN d.earliest AND d.latest AND {concerned}
AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.customer_id = c.id AND a.kind = '{kind}' AND a.due_on = c.{day}
                AND a.days_before = d.days_before)
"""
WRITE = """
INSERT INTO alert
(partner_id, customer_id, kind, due_on, days_before, planned_on, status, not_before, attempts, in_doubt)
"""
OPEN = """
(c.snoozed_until IS NULL OR c.snoozed_until <= d.today)
AND (c.outlook IS NULL OR c.outlook = 'at_risk' OR d.days_before <= 1)
"""
CONCERNED = {
    "trial": ("trial_ends_on", f"c.status = 'trial' AND c.trial_started_on < d.today AND {OPEN}"),
    "ended": ("trial_ends_on", "c.status = 'trial'"),
    "renewal": ("renews_on", f"c.started_on < d.today AND (c.term = 'yearly' OR d.days_before < 28) AND {OPEN}"),
    "overdue": ("renews_on", "c.renews_on IS NOT NULL"),
    "unverified": ("added_on", "c.verified_at IS NULL AND c.left_on IS NULL"),
    "broken": ("broken_on", "c.broken_on IS NOT NULL"),
}
MORNING = "CREATE TEMPORARY TABLE morning (partner_id INTEGER, kind TEXT, days INTEGER)"
DUE = (
    "CREATE TEMPORARY TABLE due (kind TEXT, days INTEGER, today DATE, days_before INTEGER, earliest DATE, latest DATE)"
)

Row = tuple[Any, ...]


class Bare:
    """A connection without any of ours between it and the database.

    Args:
        address: as in DATABASE_URL.
    """

    def __init__(self, address: str) -> None:
        self.is_sqlite = address.startswith("sqlite")
        self._connection: Any = _sqlite(address) if self.is_sqlite else psycopg.connect(address, autocommit=True)
        self._place = "?" if self.is_sqlite else "%s"

    async def learn(self, desk: Desk) -> None:
        """Writes down whose morning has come, and what is due then."""
        async with desk.store.read() as session:
            partners = await alerts.served(session)
        mornings: list[Row] = []
        due: dict[tuple[Any, ...], int] = {}
        for kind in ALERT_KINDS:
            for windows, schedules in due_windows(kind, desk.catalogue.alerts, partners, NOW).items():
                days = [(one.today, one.days_before, one.earliest, one.latest) for one in windows]
                number = due.setdefault((kind, *days), len(due))
                mornings += [(partner, kind, number) for schedule in schedules for partner in partners[schedule]]
        dues = [(kind, number, *day) for (kind, *days), number in due.items() for day in days]
        self._fill(mornings, dues)

    def _fill(self, mornings: list[Row], dues: list[Row]) -> None:
        cursor = self._connection.cursor()
        cursor.execute(MORNING)
        cursor.execute(DUE)
        places = ", ".join([self._place] * 6)
        cursor.executemany(f"INSERT INTO morning VALUES ({', '.join([self._place] * 3)})", mornings)
        cursor.executemany(f"INSERT INTO due VALUES ({places})", [tuple(map(self._plain, row)) for row in dues])
        cursor.execute("CREATE INDEX morning_kind ON morning (kind, partner_id)")
        cursor.execute("CREATE INDEX due_days ON due (kind, days)")
        # PostgreSQL looks at its own tables now and then, but never at temporary ones.
        self.run(*(["ANALYZE temp"] if self.is_sqlite else ["ANALYZE morning", "ANALYZE due"]))

    def _plain(self, value: object) -> object:
        return value.isoformat() if self.is_sqlite and isinstance(value, date) else value

    def find(self) -> list[Row]:
        """The rows that are due and not written."""
        return [row for kind in ALERT_KINDS for row in self._connection.execute(self._found(kind)).fetchall()]

    def write(self) -> int:
        """Writes them, in one transaction."""
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        written = 0
        for kind in ALERT_KINDS:
            written += cursor.execute(WRITE + self._found(kind)).rowcount
        cursor.execute("COMMIT")
        return written

    def _found(self, kind: str) -> str:
        day, concerned = CONCERNED[kind]
        now = f"{NOW:%Y-%m-%d %H:%M:%S}.000000" if self.is_sqlite else NOW.isoformat()
        return FOUND.format(kind=kind, day=day, concerned=concerned, now=now, false="0" if self.is_sqlite else "false")

    def one(self, question: str) -> Any:
        """One number."""
        return self._connection.execute(question).fetchone()[0]

    def all(self, question: str) -> list[Row]:
        rows: list[Row] = self._connection.execute(question).fetchall()
        return rows

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.execute(statement)

    def tidy(self) -> None:
        """Leaves nothing behind that the next one would have to walk around."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)" if self.is_sqlite else "VACUUM alert")

    def close(self) -> None:
        self._connection.close()


def _sqlite(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
