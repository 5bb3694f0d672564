"""When a proof that is not there yet is looked for again (mission row 19). Pure rules, no database."""

from datetime import datetime, timedelta
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
