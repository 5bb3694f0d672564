"""How a domain's mail is set up: where it arrives, who may send it, and what proves that (mission row 12)."""

import asyncio
from dataclasses import dataclass

from programme.catalogue import Catalogue
from programme.dns import Dns
from programme.mail_check import Check, Lookups, State
from programme.mail_dkim import check_dkim
from programme.mail_dmarc import check_dmarc
from programme.mail_mx import check_mx
from programme.mail_spf import check_spf


@dataclass(frozen=True)
class MailSetup:
    """The four checks, in the order of mail_check.PARTS."""

    checks: tuple[Check, ...]

    @property
    def working(self) -> frozenset[str]:
        return frozenset(check.part for check in self.checks if check.works)

    @property
    def failing(self) -> frozenset[str]:
        """The parts of which it is known that they do not work."""
        return frozenset(check.part for check in self.checks if check.state in (State.WRONG, State.MISSING))


async def check_mail(dns: Dns, domain: str, catalogue: Catalogue, centre_id: str) -> MailSetup:
    """Checks an ASCII domain's mail records against a data centre's, in `dns.seconds` at most.

    Never raises on what a name server does: each Check says it. Asks 30 questions at most.
    """
    lookups = Lookups(dns)
    records = catalogue.data_centre_of(centre_id).mail
    ours = {mx.host for mx in records.mx}
    others = frozenset(mx.host for centre in catalogue.data_centre for mx in centre.mail.mx) - ours
    checks = await asyncio.gather(
        check_mx(lookups, domain, records, catalogue.mail, others),
        check_spf(lookups, domain, records),
        check_dkim(lookups, domain, records),
        check_dmarc(lookups, domain, records),
    )
    return MailSetup(checks)
