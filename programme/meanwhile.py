"""Two people change the same thing at once: whoever saves second is shown what the first has made of it.

A form keeps a stamp of what it began with. It tells whether that is what stands there still, and gives no right.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from programme.customers import Found

Thing = TypeVar("Thing")


class Fate(Enum):
    """What becomes of what somebody saves."""

    THERE_ALREADY = "it says what stands there: nothing to do, whoever wrote it"
    SAVED = "nothing has changed since they looked"
    CHANGED = "somebody else has changed it meanwhile, and would lose what they wrote"
    GONE = "somebody else has removed it meanwhile"


@dataclass(frozen=True)
class Saved(Generic[Thing]):
    """What came of saving something about a customer.

    Args:
        now: what stands there, if somebody else has changed it and nothing was saved; else None.
    """

    found: Found
    fate: Fate
    now: Thing | None = None

    @property
    def done(self) -> bool:
        return self.fate in (Fate.THERE_ALREADY, Fate.SAVED)


def stamp(facts: Mapping[str, object]) -> str:
    """Tells what stands there from what else could, in little room; the order of the facts does not count."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def fate(facts: Mapping[str, object] | None, wanted: Mapping[str, object], seen: str) -> Fate:
    """What becomes of a wish.

    Args:
        facts: what stands there now; None where nothing does any more.
        wanted: what is to stand there, by the same names.
        seen: the stamp of what the person saw when they opened the form.
    """
    if facts is None:
        return Fate.GONE
    if facts == wanted:
        return Fate.THERE_ALREADY
    return Fate.SAVED if stamp(facts) == seen else Fate.CHANGED
