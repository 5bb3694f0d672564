"""What is worth a look before deciding: nothing here decides by itself."""

from dataclasses import dataclass

from programme.catalogue import Catalogue
from programme.comparing import domain_of_address
from storage.models import Application


@dataclass(frozen=True)
class Hint:
    """Something that a careful reviewer would notice.

    Args:
        what: `same_company`, `same_website`, `same_address`, `same_person`, `other_domain` or `mailbox_provider`.
        address: the e-mail address that it is about, for the last two.
        seen: the earlier application, for the first four.
    """

    what: str
    address: str = ""
    seen: Application | None = None


def hints_for(catalogue: Catalogue, one: Application, look_alikes: list[Application]) -> list[Hint]:
    """The most telling first; each earlier application at most once, for the strongest thing in common."""
    return [*(Hint(_in_common(one, other), seen=other) for other in look_alikes), *_of_addresses(catalogue, one)]


def _in_common(one: Application, other: Application) -> str:
    if (one.workspace_id, one.user_id) == (other.workspace_id, other.user_id):
        return "same_person"
    if one.company_key == other.company_key:
        return "same_company"
    if one.web_domain is not None and one.web_domain == other.web_domain:
        return "same_website"
    return "same_address"


def _of_addresses(catalogue: Catalogue, one: Application) -> list[Hint]:
    hints = []
    for address in dict.fromkeys((one.contact_email, one.mail_account)):
        domain = domain_of_address(address)
        if domain in catalogue.application.mailbox_providers:
            hints.append(Hint("mailbox_provider", address))
        elif address == one.contact_email and one.web_domain is not None and domain != one.web_domain:
            hints.append(Hint("other_domain", address))
    return hints
