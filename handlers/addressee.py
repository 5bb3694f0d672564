"""In whose language and time zone a message is written: to somebody of a partner, or to the reviewers."""

from handlers.reader import Reader
from programme.catalogue import Catalogue
from programme.channels import addressee
from programme.desk import Desk
from storage.models import OutgoingMessage, Partner


async def partners_reader(desk: Desk, message: OutgoingMessage, partner: Partner) -> Reader:
    """The reader of a direct message; for whom Slack has not described, the partner's language and time zone count."""
    person = await addressee(desk, message)
    return Reader(person.language, person.time_zone) if person else Reader(partner.language, partner.time_zone)


def reviewers_reader(catalogue: Catalogue) -> Reader:
    """The review channel is read by many: one language and one time zone, set in the catalogue."""
    return Reader(catalogue.programme.review_language, catalogue.programme.review_time_zone)
