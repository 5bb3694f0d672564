"""The list of customers in words: its columns, its statuses, and what was looked for."""

from handlers.customer_blocks import name_of_plan
from handlers.reader import N_, Mrkdwn, Reader
from programme.catalogue import Catalogue
from programme.customer_filters import Query
from programme.customer_list import MOST_COUNTED, Listing

STATUS_NAMES = {
    "trial": N_("On trial"),
    "active": N_("Active subscription"),
    "overdue": N_("Renewal overdue"),
    "free": N_("Free plan"),
    "cancelled": N_("Subscription ended"),
}
COLUMNS = {
    "domain": N_("Domain"),
    "organisation": N_("Organisation"),
    "email": N_("Super administrator"),
    "plan": N_("Plan"),
    "licences": N_("Licences"),
    "term": N_("Term"),
    "renewal": N_("Renewal"),
    "trial": N_("End of trial"),
    "status": N_("Status"),
    "verified": N_("Verified on"),
}

# Filters as somebody may type them, each in the reader's language.
FILTERS = (
    N_("status:trial"),
    N_("status:active"),
    N_("status:overdue"),
    N_("status:free"),
    N_("status:cancelled"),
    N_("plan:professional"),
    N_("verified:no"),
    N_("renews:30d"),
    N_("expires:7d"),
    N_("sort:-licences"),
)


def filters(reader: Reader, number: int = len(FILTERS)) -> Mrkdwn:
    """The first of them, to be typed."""
    return Mrkdwn(" ".join(f"`{reader.text(one)}`" for one in FILTERS[:number]))


def on_its_way(reader: Reader) -> Mrkdwn:
    """To whoever asks again for what is just being made for them."""
    return reader.mrkdwn(
        ":hourglass_flowing_sand: This is on its way already: look into your direct messages with me in a moment."
    )


def looked_for(reader: Reader, catalogue: Catalogue, query: Query) -> str:
    """What a query leaves in, as plain text; empty where that is everything."""
    parts = [query.words] if query.words else []
    if query.status is not None:
        parts.append(reader.text(STATUS_NAMES[query.status]))
    if query.plan is not None:
        parts.append(name_of_plan(catalogue, query.plan))
    if query.verified is not None:
        parts.append(reader.text("Domain verified") if query.verified == "yes" else reader.text("Domain not verified"))
    parts += [due_name(reader, name, days) for name, days in due(query)]
    return " · ".join(parts)


def due(query: Query) -> list[tuple[str, int]]:
    """What has to come, and within how many days; nothing where that is all one."""
    spans = (("expires", query.expires), ("renews", query.renews))
    return [(name, days) for name, days in spans if days is not None]


def due_name(reader: Reader, name: str, days: int) -> str:
    """What comes within so many days: `expires`, the trial, or `renews`, the subscription."""
    if name == "expires":
        return reader.count("Trial ends within {number} day", "Trial ends within {number} days", days)
    return reader.count("Renews within {number} day", "Renews within {number} days", days)


def order_name(reader: Reader, query: Query) -> str:
    return f"{reader.text(COLUMNS[query.sort])} {'↓' if query.descending else '↑'}"


def how_many(reader: Reader, listing: Listing, query: Query) -> str:
    """How many customers there are, and how many of them are shown; of a long list, that they are many."""
    most = reader.number(MOST_COUNTED)
    if not query.is_narrowed:
        if listing.total > MOST_COUNTED:
            return reader.text("more than {most} customers", most=most)
        return reader.count("{number} customer", "{number} customers", listing.total)
    if listing.found > MOST_COUNTED:
        return reader.text("more than {most} of your customers", most=most)
    found = reader.number(listing.found)
    if listing.total > MOST_COUNTED:
        return reader.text("{found} of more than {most} customers", found=found, most=most)
    return reader.count("{found} of {number} customer", "{found} of {number} customers", listing.total, found=found)
