"""What of a partner's alerts goes into which message, and which one of all that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from programme.alerts import DueAlert
from storage.models import Partner

# From how many alerts a day on they come as one message, and how many a message shows: Slack takes tables of 100 rows,
# and about 12,000 characters in all blocks together.
DIGEST_FROM, DIGEST_ROWS = 4, 60

Bundle = Sequence[DueAlert]


@dataclass(frozen=True)
class Part:
    """Which of the messages of a morning one is.

    Args:
        number: 1 for the first one.
        of: how many there are.
        customers: how many all of them are about.
    """

    number: int
    of: int
    customers: int


def parts(due: Bundle) -> list[tuple[Bundle, Part]]:
    """The messages that alerts of one partner make."""
    together = _bundles(due[0].partner, due) if due else []
    customers = customers_in(due)
    return [(bundle, Part(number, len(together), customers)) for number, bundle in enumerate(together, 1)]


def customers_in(due: Bundle) -> int:
    """How many customers alerts are about."""
    return len({one.customer.id for one in due})


def _bundles(partner: Partner, due: Bundle) -> list[Bundle]:
    if partner.alert_form == "single" or len(due) < DIGEST_FROM:
        return [[alert] for alert in due]
    return [due[start : start + DIGEST_ROWS] for start in range(0, len(due), DIGEST_ROWS)]
