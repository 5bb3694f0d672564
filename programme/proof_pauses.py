"""When a proof is looked for again, and for how long one that is gone still counts (mission row 19). Pure rules."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from programme.catalogue import VerificationTerms


def next_search(since: datetime, now: datetime, terms: VerificationTerms) -> datetime | None:
    """The moment of the next search: after as long a pause as the search has lasted, within the catalogue's limits.

    Args:
        since: when the customer was added, or somebody last asked for the proof.
        now: both are aware moments.
    Returns: None once nobody has asked for so many days that the record will not come by itself.
    """
    searched = now - since
    if searched >= timedelta(days=terms.search_days):
        return None
    pause = max(searched, timedelta(minutes=terms.first_pause_minutes))
    return now + min(pause, timedelta(hours=terms.longest_pause_hours))


def search_from(now: datetime, terms: VerificationTerms) -> dict[str, Any]:
    """The customer's columns with which a search begins."""
    return {"proof_sought_at": now, "proof_due_at": next_search(now, now, terms)}


def claimed_from(broken_on: date, terms: VerificationTerms) -> date:
    """The first day on which a domain whose proof is gone may go to another partner, who then proves it."""
    return broken_on + timedelta(days=terms.claim_after_days)


def gone_by(now: datetime, terms: VerificationTerms) -> date:
    """The last day, in UTC: a proof that has been gone since then, or for longer, does not hold its domain any more."""
    return now.astimezone(UTC).date() - timedelta(days=terms.claim_after_days)
