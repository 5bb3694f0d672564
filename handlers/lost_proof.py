"""What is said to whoever may lose a domain because its proof is gone (mission row 19)."""

from datetime import date

from handlers.reader import Mrkdwn, Reader
from programme.catalogue import Catalogue
from programme.proof_pauses import claimed_from
from storage.models import Customer


def what_to_do(reader: Reader, catalogue: Catalogue, customer: Customer, today: date) -> Mrkdwn:
    """From which day on another partner may take the domain; nothing for a customer whose proof is there."""
    if customer.broken_part != "proof" or customer.broken_on is None:
        return Mrkdwn("")
    day = claimed_from(customer.broken_on, catalogue.verification)
    if today < day:
        return reader.mrkdwn(
            "Put its record back before {day}: from that day on, another partner may add this domain.",
            day=reader.day(day),
        )
    return reader.mrkdwn(
        "Put its record back at once: since {day}, another partner may add this domain.", day=reader.day(day)
    )
