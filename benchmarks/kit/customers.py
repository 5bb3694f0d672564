"""A made-up programme of any size: partners with schedules of their own, customers with dates all over the year.

Always the same for the same size. Counted from one morning, TODAY, on which one or two customers in a hundred are due.
"""

import random
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from programme.catalogue import load_catalogue
from programme.schedule import written_days
from storage.base import Model
from storage.models import Application, Customer, Member, Partner, Person
from storage.store import Store

NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
WORKSPACE = "T0001"
YEAR, MONTH, TRIAL = 365, 30, 15

# Where partners sit, and how many of a hundred; at noon in London it is not yet nine in Los Angeles.
ZONES = {
    "Europe/Berlin": 22, "Europe/Paris": 20, "Europe/London": 14, "Asia/Kolkata": 10, "America/New_York": 8,
    "Europe/Madrid": 6, "America/Sao_Paulo": 5, "America/Los_Angeles": 5, "Europe/Warsaw": 4, "Asia/Tokyo": 3,
    "Australia/Sydney": 2, "Pacific/Auckland": 1,
}  # fmt: skip
HOURS = {9: 70, 8: 15, 7: 5, 10: 5, 14: 5}
HOLIDAYS = {"": 70, "2026-12-25,2026-12-26": 15, "2026-11-01,2026-12-25": 15}
OWN_DAYS: tuple[dict[str, list[int]], ...] = (
    {"renewal": [60, 30, 7]},
    {"trial": [5, 1], "overdue": []},
    {"unverified": [2, 5, 20]},
    {"renewal": [14, 1], "trial": [3], "broken": []},
)

Row = tuple[Any, ...]
FILLED: dict[type[Model], tuple[str, ...]] = {
    Application: (
        "id", "workspace_id", "user_id", "company", "company_key", "company_size", "street", "postal_code", "city",
        "country", "contact_name", "contact_email", "mail_account", "expertise", "experience", "partnership_plan",
        "terms_version", "terms_accepted_at", "submitted_at", "due_at", "status", "decided_at",
    ),
    Partner: (
        "id", "application_id", "name", "name_key", "data_centre", "expertise", "language", "time_zone", "status",
        "suspended_at", "alert_workspace", "alert_channel", "alert_hour", "alert_days", "skips_weekends", "quiet_days",
        "alert_form", "created_at",
    ),
    Customer: (
        "id", "partner_id", "domain", "organisation", "super_admin_email", "plan", "licences", "term", "status",
        "trial_started_on", "trial_ends_on", "started_on", "renews_on", "added_on", "outlook", "snoozed_until",
        "check_due_at", "broken_on", "broken_part", "mail_worked", "verification_token", "verified_at", "created_at",
        "organisation_key", "domain_key", "super_admin_key", "licences_in_use",
    ),
    Person: ("workspace_id", "user_id", "name", "language", "time_zone", "is_guest", "is_deactivated", "seen_at"),
    Member: ("partner_id", "workspace_id", "user_id", "role", "joined_at"),
}  # fmt: skip


def application(number: int) -> Row:
    address = f"u{number}@partner{number}.example"
    return (
        number, WORKSPACE, f"U{number}", f"Partner {number}", f"partner {number}", "1-9", "Street 1", "10000", "City",
        "DE", f"Person {number}", address, address, "workplace",
        "Years.", "Customers.", "1", NOW, NOW, NOW, "approved", NOW,
    )  # fmt: skip


def partner(
    number: int, channel: str | None, form: str, schedule: Row, status: str = "active", workspace: str = WORKSPACE
) -> Row:
    zone, hour, days, skips_weekends, quiet_days = schedule
    return (
        number, number, f"Partner {number}", f"partner {number}", "eu", "workplace", "en", zone, status,
        NOW if status == "suspended" else None, workspace, channel, hour, days, skips_weekends, quiet_days, form, NOW,
    )  # fmt: skip


def partners(count: int) -> Iterator[Row]:
    """Partners of many habits; a few have no channel, or are suspended."""
    some, terms = random.Random(1), load_catalogue().alerts
    own_days = [written_days(terms, days) for days in OWN_DAYS]
    for number in range(1, count + 1):
        quiet = _one_of(some, HOLIDAYS)
        if some.random() < 0.03:  # a calendar that nobody else has
            quiet = str(TODAY + timedelta(days=some.randrange(1, YEAR)))
        days = "" if some.random() < 0.8 else some.choice(own_days)
        schedule = (_one_of(some, ZONES), _one_of(some, HOURS), days, some.random() < 0.3, quiet)
        channel = f"C{number}" if some.random() < 0.97 else None
        yield partner(number, channel, "digest", schedule, "active" if some.random() < 0.98 else "suspended")


def _one_of(some: random.Random, weights: dict[Any, int]) -> Any:
    return some.choices(list(weights), weights=list(weights.values()))[0]


def customers(count: int, partner_count: int) -> Iterator[Row]:
    """Customers in every state. A few partners have very many, most have few."""
    some = random.Random(2)
    for number in range(1, count + 1):
        of_partner = int(partner_count * some.random() ** 2) + 1
        yield customer(number, of_partner, **(_paying(some) if some.random() < 0.75 else _trying(some)), **_marks(some))


def _paying(some: random.Random) -> dict[str, Any]:
    is_monthly = some.random() < 0.08
    renews_in = some.randrange(0, MONTH if is_monthly else YEAR)
    if some.random() < 0.015:
        renews_in = -some.randrange(1, 40)
    renews_on = TODAY + timedelta(days=renews_in)
    began = renews_on - timedelta(days=MONTH if is_monthly else YEAR * some.randrange(1, 5))
    return {
        "term": "monthly" if is_monthly else "yearly",
        "status": "active",
        "trial_ends_on": began,
        "started_on": began,
        "renews_on": renews_on,
        "outlook": some.choice(("renews", "at_risk", "leaves")) if renews_in < MONTH and some.random() < 0.1 else None,
        "is_verified": some.random() < 0.99,
    }


def _trying(some: random.Random) -> dict[str, Any]:
    """On trial; or, four of five, fallen back to the free plan in the course of the year."""
    ends_in = some.randrange(0, TRIAL) if some.random() < 0.2 else -some.randrange(1, YEAR)
    return {"status": "trial", "trial_ends_on": TODAY + timedelta(days=ends_in), "is_verified": some.random() < 0.7}


def _marks(some: random.Random) -> dict[str, Any]:
    is_broken, is_snoozed = some.random() < 0.005, some.random() < 0.02
    return {
        "broken_on": TODAY - timedelta(days=some.randrange(0, 60)) if is_broken else None,
        "snoozed_until": TODAY + timedelta(days=some.randrange(-20, 8)) if is_snoozed else None,
    }


def customer(
    number: int,
    of_partner: int,
    *,
    status: str,
    trial_ends_on: date,
    is_verified: bool,
    term: str = "yearly",
    started_on: date | None = None,
    renews_on: date | None = None,
    outlook: str | None = None,
    snoozed_until: date | None = None,
    broken_on: date | None = None,
) -> Row:
    trial_started_on = trial_ends_on - timedelta(days=TRIAL)
    verified_at = datetime.combine(trial_started_on, NOW.timetz()) if is_verified else None
    check_due_at = NOW + timedelta(minutes=number % 10_000)
    return (
        number, of_partner, f"customer{number}.example", f"Customer {number}", f"admin@customer{number}.example",
        "standard", number % 200 + 1, term, status, trial_started_on, trial_ends_on, started_on, renews_on,
        trial_started_on, outlook, snoozed_until, check_due_at, broken_on, "mail" if broken_on else None, "mx",
        f"token{number}", verified_at, NOW, f"customer {number}", f"customer{number}.example",
        f"admin@customer{number}.example", 1,
    )  # fmt: skip


def fill(store: Store, rows: dict[type[Model], Iterable[Row]]) -> None:
    """Writes many rows the way each engine takes them fastest, and lets it look at what it has got."""
    copy = _into_sqlite if store.is_sqlite else _into_postgres
    for model, filled in rows.items():
        copy(store, model.__tablename__, FILLED[model], filled)


def _into_sqlite(store: Store, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    places = ", ".join("?" * len(columns))
    with sqlite3.connect(str(store.url.database)) as connection:
        for pragma in ("synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", map(_as_text, rows))


def _as_text(row: Row) -> Row:
    """SQLite keeps dates and moments as text, in the form that SQLAlchemy writes."""
    return tuple(_text(value) if isinstance(value, date) else value for value in row)


def _text(value: date) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat()


def _into_postgres(store: Store, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    address = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute(f"VACUUM ANALYZE {table}".encode())
