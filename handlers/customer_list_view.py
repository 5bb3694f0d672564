"""How the list of customers looks (mission row 18)."""

import secrets
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from slack_sdk.models.blocks import Block, PlainTextInputElement, StaticSelectElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.customer_blocks import customer_row
from handlers.customer_words import COLUMNS, STATUS_NAMES, due, due_name, filters, how_many
from handlers.drawing import draw
from handlers.paging import Place, is_beginning, turning
from handlers.reader import Mrkdwn, Reader
from handlers.suspension import suspension
from programme.customer_filters import LONGEST_WORDS, SORTS, STATUSES, Query, from_kept, kept, parse
from programme.customer_list import Listing
from programme.desk import Desk
from storage.queries.paging import Cursor

ANY = "any"
FILTER = "customers.filter."
# What the menu of dates offers, in days.
DUE = (("expires", 7), ("expires", 30), ("renews", 7), ("renews", 30), ("renews", 90))
LONGEST_SHOWN = 100
LONGEST_DOMAIN = 253
LARGEST = 2**31 - 1
Options = dict[str, dict[str, Any]]


def list_view(caller: Caller, listing: Listing, query: Query, place: Place, note: Mrkdwn | None = None) -> View:
    """A page of the list.

    Args:
        place: where the page begins: what a button that leads here carries.
        note: what has just been done.
    """
    reader = caller.reader
    blocks = [
        *suspension(reader, caller.desk.catalogue, listing.partner),
        *_heading(caller, listing, query),
        *([b.context(note)] if note else []),
        *_unknown(reader, query),
        b.divider(),
        *_rows(caller, listing, query, place),
        *turning(reader, listing.page, place, "customers"),
        *_exits(reader, listing),
    ]
    return b.modal(
        reader, reader.text("My customers"), blocks, callback="customers", submit=reader.text("Search"),
        remember=place,
    )  # fmt: skip


def _heading(caller: Caller, listing: Listing, query: Query) -> list[Block]:
    reader = caller.reader
    # Slack keeps what stands in a field of a name that it has shown before: each drawing has names of its own.
    mark = secrets.token_hex(4)
    box = PlainTextInputElement(
        action_id=f"typed-{mark}",
        initial_value=query.words or None,
        placeholder=reader.text("Words from any column, or a filter"),
        max_length=LONGEST_WORDS,
    )
    total = how_many(reader, listing, query)
    add = b.button(reader.text("Add a customer"), "add.open") if listing.rights.may_change else None
    return [
        b.field("search", reader.text("Search"), box, optional=True),
        b.actions(*_menus(caller, query), block_id=f"filters-{mark}"),
        b.section(reader.mrkdwn("*{partner}* · {total}", partner=listing.partner.name, total=total), add),
    ]


def _menus(caller: Caller, query: Query) -> list[StaticSelectElement]:
    reader = caller.reader
    offered = _offered(reader.language, tuple((plan.id, plan.name) for plan in caller.desk.catalogue.plan))
    order = ("-" if query.descending else "") + query.sort
    # Whoever typed other days than are offered finds theirs at the end.
    coming = {_due_value(*one): draw(b.option(due_name(reader, *one), _due_value(*one))) for one in due(query)}
    return [
        _menu("customers.filter.status", reader.text("Status"), offered["status"], query.status or ANY),
        _menu("customers.filter.plan", reader.text("Plan"), offered["plan"], query.plan or ANY),
        _menu("customers.filter.verified", reader.text("Verification"), offered["verified"], query.verified or ANY),
        _menu("customers.filter.due", reader.text("Due"), offered["due"] | coming, next(iter(coming), ANY)),
        _menu("customers.filter.sort", reader.text("Order"), offered["sort"], order),
    ]


@lru_cache(maxsize=16)
def _offered(language: str, plans: tuple[tuple[str, str], ...]) -> dict[str, Options]:
    """What each menu offers, by what it stands for. They are half of a page, and alike on all of them: drawn once."""
    reader = Reader(language)
    choices = {
        "status": [(ANY, reader.text("All statuses")), *((one, reader.text(STATUS_NAMES[one])) for one in STATUSES)],
        "plan": [(ANY, reader.text("All plans")), *plans],
        "verified": [
            (ANY, reader.text("Verified or not")),
            ("yes", reader.text("Domain verified")),
            ("no", reader.text("Domain not verified")),
        ],
        "due": [(ANY, reader.text("Any date")), *((_due_value(*one), due_name(reader, *one)) for one in DUE)],
        "sort": [
            (sign + one, f"{reader.text(COLUMNS[one])} {arrow}")
            for one in SORTS
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ],
    }
    return {menu: {value: draw(b.option(text, value)) for value, text in them} for menu, them in choices.items()}


def _due_value(name: str, days: int) -> str:
    return f"{name} {days}"


def _menu(action: str, label: str, options: Options, chosen: str) -> StaticSelectElement:
    return StaticSelectElement(
        action_id=action,
        placeholder=label,
        options=list(options.values()),
        initial_option=options[chosen],
    )


def _unknown(reader: Reader, query: Query) -> list[Block]:
    """What looked like a filter and is none; never an error."""
    if not query.unknown:
        return []
    text = reader.mrkdwn(
        ":mag: I do not understand *{filters}*, and left it out. These are filters: {known}",
        filters=" ".join(query.unknown),
        known=filters(reader),
    )
    return [b.context(text)]


def _rows(caller: Caller, listing: Listing, query: Query, place: Place) -> list[Block]:
    reader = caller.reader
    if listing.page.rows:
        return [
            block
            for customer in listing.page.rows
            for block in customer_row(reader, caller.desk.catalogue, customer, listing.today, listing.rights)
        ]
    if not is_beginning(place):
        return [b.section(reader.mrkdwn("There is nothing more in this list."))]
    if query.is_narrowed:
        wider = b.button(reader.text("Show all customers"), "customers.clear", kept(query))
        return [b.section(nothing(reader, query)), b.actions(wider)]
    if not listing.rights.may_change:
        return [b.section(reader.mrkdwn("You have no customers."))]
    if listing.has_had_some:
        return [b.section(reader.mrkdwn("You have no customers at the moment. Add one: its trial starts at once."))]
    return [b.section(reader.mrkdwn("You have no customers yet. Add the first one: its trial starts at once."))]


def nothing(reader: Reader, query: Query) -> Mrkdwn:
    """What an empty result says, and how to widen it."""
    words = b.cut(query.words, LONGEST_SHOWN)
    if words and query.has_filters:
        return reader.mrkdwn(
            "Nothing found for *{words}* with these filters. Try fewer words or fewer filters.", words=words
        )
    if words:
        return reader.mrkdwn("Nothing found for *{words}*. Try fewer or shorter words.", words=words)
    return reader.mrkdwn("No customer fits these filters. Take one of them away, or show all.")


def _exits(reader: Reader, listing: Listing) -> list[Block]:
    """The same customers in other forms, and more of them from a file."""
    forms = [
        b.button(reader.text("As a table"), "customers.table"),
        b.button(reader.text("Export as CSV"), "customers.export.csv"),
        b.button(reader.text("Export as XLSX"), "customers.export.xlsx"),
    ]
    shown = forms if listing.page.rows else []
    if listing.rights.may_change:
        shown = [*shown, b.button(reader.text("Import a file"), "import.open")]
    return [b.actions(*shown, block_id="exits")] if shown else []


def status_links(reader: Reader, counts: dict[str, int]) -> list[Block]:
    """How many customers have each status, those that need somebody first; each leads to the list of them."""

    overdue, trial, active, free, ended = (
        counts[status] for status in ("overdue", "trial", "active", "free", "cancelled")
    )
    links = {
        "overdue": b.button(
            reader.count("{number} renewal overdue", "{number} renewals overdue", overdue),
            "customers.open.overdue",
            {"status": "overdue"},
        ),
        "trial": b.button(
            reader.count("{number} on trial", "{number} on trial", trial), "customers.open.trial", {"status": "trial"}
        ),
        "active": b.button(
            reader.count("{number} active subscription", "{number} active subscriptions", active),
            "customers.open.active",
            {"status": "active"},
        ),
        "free": b.button(
            reader.count("{number} on the free plan", "{number} on the free plan", free),
            "customers.open.free",
            {"status": "free"},
        ),
        "cancelled": b.button(
            reader.count("{number} subscription ended", "{number} subscriptions ended", ended),
            "customers.open.cancelled",
            {"status": "cancelled"},
        ),
    }
    shown = [button for status, button in links.items() if counts[status]]
    return [b.actions(*shown)] if shown else []


def query_in(view: dict[str, Any], desk: Desk) -> Query:
    """What the modal asks for now: what it remembers, what its menus say, and what stands in its search box."""
    plans = desk.catalogue.plan
    asked = b.remembered(view)
    asked = dict(asked) if isinstance(asked, dict) else {}
    typed = ""
    for action, element in chain.from_iterable(block.items() for block in view["state"]["values"].values()):
        if action.startswith(FILTER) and element.get("selected_option"):
            asked |= _chosen(action.removeprefix(FILTER), str(element["selected_option"]["value"]))
        elif action.startswith("typed"):
            typed = str(element.get("value") or "")
    return parse(typed, plans, from_kept(asked, plans))


def _chosen(menu: str, value: str) -> dict[str, Any]:
    if menu == "sort":
        return {"sort": value.removeprefix("-"), "descending": value.startswith("-")}
    if menu == "due":
        name, _, days = value.partition(" ")
        return {"renews": None, "expires": None} | ({name: int(days)} if days.isdecimal() else {})
    return {menu: None if value == ANY else value}


def cursor_of(query: Query, value: object) -> Cursor | None:
    """A place in the list's order that a button carries; None for what is none."""
    match value:
        case [by, str(domain)] if len(domain) <= LONGEST_DOMAIN:
            try:
                return (_ordered_by(query.sort, by), domain)
            except (ValueError, TypeError):
                return None
    return None


def _ordered_by(sort: str, value: object) -> date | datetime | int | str | None:
    """Raises ValueError or TypeError for what no customer is ordered by."""
    if sort in ("renewal", "trial", "verified"):
        if value is None:
            return None
        if sort != "verified":
            return date.fromisoformat(str(value))
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if sort in ("licences", "status"):
        if not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise ValueError
        return value
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value
