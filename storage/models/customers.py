"""Customers, and what was agreed with them.

Everything that belongs to a partner carries `partner_id`, and its children refer to it by (partner, id), so that the
tables can be split up by partner without changing a query.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import idna
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    column,
    exists,
    literal_column,
    table,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from storage.base import BigId, Model, key_text, one_of, partial_index, without_accents

TERMS = ("monthly", "yearly")
# The days that alerts are about: which customers have one to wait for, and what else planning asks about them. All of
# this is in the index, so that planning reads one stretch of it for each partner, and none of the customers.
WATCHED_DAYS = {
    "trial_ends_on": ("status = 'trial'", ("status", "trial_started_on", "snoozed_until", "outlook")),
    "renews_on": ("renews_on IS NOT NULL", ("started_on", "term", "snoozed_until", "outlook")),
    "added_on": ("verified_at IS NULL AND left_on IS NULL", ("verified_at", "left_on")),
    "broken_on": ("broken_on IS NOT NULL", ()),
}


LONGEST_KEY = 80


def _key(text: str) -> str:
    return without_accents(text)[:LONGEST_KEY]


def domain_key(domain: str) -> str:
    """An ASCII domain as people read it, without accents: `bucher.example` for `xn--bcher-kva.example`, which is read
    `bücher.example`. A label that begins as an international one and is none stays as it is.
    """
    return _key(".".join(map(_as_read, domain.split("."))) if "xn--" in domain else domain)


def _as_read(label: str) -> str:
    try:
        return idna.ulabel(label)
    except UnicodeError:
        return label


# What a customer is looked for and ordered by, each from the column that it follows.
KEYS: dict[str, tuple[str, Callable[[str], str]]] = {
    "domain_key": ("domain", domain_key),
    "organisation_key": ("organisation", _key),
    "super_admin_key": ("super_admin_email", _key),
}


# The orders of a partner's list that would cost most without an index.
ORDERED_BY = (*KEYS, "plan", "licences")


def keys_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The keys of a customer that is called by a new domain, organisation and super administrator."""
    return {name: key(values[column]) for name, (column, key) in KEYS.items()}


def _key_of_new(name: str) -> Callable[[Any], str]:
    column, key = KEYS[name]
    return lambda context: key(context.get_current_parameters()[column])


def _created_at(context: Any) -> datetime:
    created_at: datetime = context.get_current_parameters()["created_at"]
    return created_at


# The end that waits; in words that the index of what waits is asked with.
_ENDING = table("plan_change", column("customer_id"), column("status"), column("kind"))


class Customer(Model):
    """An organisation that a partner looks after.

    `status` is what was agreed; what it means today (a trial that has run out is the free plan) follows from the dates.
    A subscription that was cancelled has ended: what is left is the free plan. Who has `left` is on no list any more,
    and waits for no date; the partner's history keeps it. Dates are days in the partner's time zone. `mail_worked` has
    the parts of its mail set-up that have once worked, and `broken_mail` those of them that do not any more: of
    `mx spf dkim dmarc`, with blanks between. What ends in `_key` is what the list is ordered by, and looked through.

    Args:
        check_due_at: when its domain is looked at next, once that is proven.
        is_ending: whether its subscription is cancelled, and runs until the day on which it would renew. Read with each
            customer; of one that has just been added, once it is refreshed.
        import_id: the file that it came with.
        licences_in_use: how many people of the customer's have one; the super administrator's alone, until the vendor
            reports more. There may be more than `licences`, but nobody lowers `licences` below it.
        paid_until: of who has left, until when its last term was bought, for whoever has it next; of a subscription
            that had ended before, the day on which it began. None where nothing was bought, and once that is taken up.
        proof_due_at: when the proof of its domain is looked for next, until there is one; None: not by itself.
    """

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("partner_id", "id"),
        CheckConstraint(one_of("status", "trial", "active", "cancelled", "left"), name="status"),
        CheckConstraint(one_of("term", *TERMS), name="term"),
        CheckConstraint("licences BETWEEN 1 AND 1000000", name="licences"),
        CheckConstraint("licences_in_use BETWEEN 0 AND 1000000", name="licences_in_use"),
        CheckConstraint("trial_ends_on >= trial_started_on", name="trial"),
        CheckConstraint("(status = 'active') = (renews_on IS NOT NULL)", name="renewal"),
        CheckConstraint(one_of("outlook", "renews", "at_risk", "leaves"), name="outlook"),
        CheckConstraint(one_of("broken_part", "proof", "mail"), name="broken_part"),
        CheckConstraint("(broken_on IS NULL) = (broken_part IS NULL)", name="broken"),
        CheckConstraint("broken_mail IS NULL OR coalesce(broken_part, '') = 'mail'", name="broken_mail"),
        CheckConstraint("(status = 'left') = (left_on IS NOT NULL)", name="left"),
        CheckConstraint("left_on IS NOT NULL OR paid_until IS NULL", name="paid_until"),
        # No alert is about who has left, nor any search.
        CheckConstraint("left_on IS NULL OR broken_on IS NULL", name="left_well"),
        CheckConstraint("left_on IS NULL OR verified_at IS NOT NULL OR proof_due_at IS NULL", name="left_unsought"),
        partial_index("uq_customer_partner_id_domain", ["partner_id", "domain"], "left_on IS NULL", unique=True),
        partial_index(
            "uq_customer_verified_domain", ["domain"], "verified_at IS NOT NULL AND left_on IS NULL", unique=True
        ),
        partial_index(
            "ix_customer_check_due_at",
            ["partner_id", "check_due_at", "id"],
            "verified_at IS NOT NULL AND left_on IS NULL",
        ),
        *(
            partial_index(f"ix_customer_{day}", ["partner_id", day, *asked, "id"], where)
            for day, (where, asked) in WATCHED_DAYS.items()
        ),
        partial_index("ix_customer_proof_due_at", ["partner_id", "proof_due_at", "id"], "verified_at IS NULL"),
        Index("ix_customer_domain", "domain"),
        ForeignKeyConstraint(["partner_id", "import_id"], ["customer_import.partner_id", "customer_import.id"]),
        partial_index(
            "ix_customer_import_id",
            ["partner_id", "import_id", "id"],
            "import_id IS NOT NULL AND verified_at IS NULL AND left_on IS NULL",
        ),
        # Each ends with what tells its rows apart.
        *(Index(f"ix_customer_by_{column}", "partner_id", column, "domain") for column in ORDERED_BY),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner.id"))
    domain: Mapped[str] = mapped_column(String(253))
    domain_key: Mapped[str] = mapped_column(key_text(LONGEST_KEY), default=_key_of_new("domain_key"))
    organisation: Mapped[str] = mapped_column(String(200))
    organisation_key: Mapped[str] = mapped_column(key_text(LONGEST_KEY), default=_key_of_new("organisation_key"))
    super_admin_email: Mapped[str] = mapped_column(String(320))
    super_admin_key: Mapped[str] = mapped_column(key_text(LONGEST_KEY), default=_key_of_new("super_admin_key"))
    plan: Mapped[str] = mapped_column(String(40))
    licences: Mapped[int]
    licences_in_use: Mapped[int] = mapped_column(default=1, server_default="1")
    term: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="trial")
    trial_started_on: Mapped[date]
    trial_ends_on: Mapped[date]
    started_on: Mapped[date | None]
    renews_on: Mapped[date | None]
    added_on: Mapped[date]
    outlook: Mapped[str | None] = mapped_column(String(10))
    assigned_workspace: Mapped[str | None] = mapped_column(String(32))
    assigned_to: Mapped[str | None] = mapped_column(String(32))
    snoozed_until: Mapped[date | None]
    check_due_at: Mapped[datetime] = mapped_column(default=_created_at)
    broken_on: Mapped[date | None]
    broken_part: Mapped[str | None] = mapped_column(String(10))
    broken_mail: Mapped[str | None] = mapped_column(String(30))
    mail_worked: Mapped[str] = mapped_column(String(30), default="")
    verification_token: Mapped[str] = mapped_column(String(63), unique=True)
    proof_sought_at: Mapped[datetime | None]
    proof_due_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_method: Mapped[str | None] = mapped_column(String(10))
    left_on: Mapped[date | None]
    paid_until: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    is_ending: Mapped[bool] = column_property(
        exists()
        .where(
            _ENDING.c.customer_id == id,  # noqa: A003 - the column
            _ENDING.c.status == literal_column("'scheduled'"),
            _ENDING.c.kind == literal_column("'cancel'"),
        )
        .correlate_except(_ENDING)
    )

    @property
    def is_proven(self) -> bool:
        """Whether its domain is proven: it was verified, and its record has not gone since."""
        return self.verified_at is not None and self.broken_part != "proof"


class TrialExtension(Model):
    """One extension of a trial. The end it was made for is unique: eight clicks at once extend once (row 21)."""

    __tablename__ = "trial_extension"
    __table_args__ = (
        ForeignKeyConstraint(["partner_id", "customer_id"], ["customer.partner_id", "customer.id"]),
        UniqueConstraint("customer_id", "from_end"),
        CheckConstraint("to_end > from_end", name="later"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[int] = mapped_column(BigId)
    customer_id: Mapped[int] = mapped_column(BigId)
    from_end: Mapped[date]
    to_end: Mapped[date]
    extended_by_workspace: Mapped[str] = mapped_column(String(32))
    extended_by: Mapped[str] = mapped_column(String(32))
    extended_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(500))
