"""What a customer's mail is set up with, by its partner's data centre; part of the catalogue."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from programme.catalogue_types import HostName, Name, Terms, host_name

_LABEL = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
_DOMAIN = "{domain}"


def _is_target(text: str) -> str:
    host_name(text.replace(_DOMAIN, "domain.example"))
    return text


def _is_policy(text: str) -> str:
    tags = [tag.strip() for tag in text.split(";")]
    if tags[0] != "v=DMARC1" or not {"p=none", "p=quarantine", "p=reject"} & set(tags):
        raise ValueError("a DMARC record begins with v=DMARC1 and has a policy, p=none, p=quarantine or p=reject")
    return text


class MailHost(Terms):
    """A mail server that takes a customer's mail.

    Args:
        priority: mail goes to the lowest number first (RFC 5321, section 5.1).
    """

    host: HostName
    priority: Annotated[int, Field(ge=0, le=65_535)]


class MailRecords(Terms):
    """The DNS records of mail in one data centre.

    Args:
        spf: what a customer's SPF record includes.
        dkim_selector: the name of the key, before `._domainkey`.
        dkim_target: where that name points to, by a CNAME; `{domain}` in it is the customer's. None where each
            customer publishes a key of its own, which the vendor's admin console shows.
        dmarc: the DMARC record to begin with; `{domain}` in it is the customer's.
    """

    mx: Annotated[tuple[MailHost, ...], Field(min_length=1, max_length=10)]
    spf: HostName
    dkim_selector: Annotated[str, Field(pattern=_LABEL)]
    dkim_target: Annotated[str, AfterValidator(_is_target)] | None = None
    dmarc: Annotated[str, AfterValidator(_is_policy)]

    @model_validator(mode="after")
    def _has_each_host_once(self) -> Self:
        hosts = [mx.host for mx in self.mx]
        if len(set(hosts)) < len(hosts):
            raise ValueError("a mail server stands more than once in mx")
        return self


class MailProvider(Terms):
    """Another mail provider, told by what its mail servers' names end in."""

    name: Name
    hosts: Annotated[tuple[HostName, ...], Field(min_length=1)]


class MailTerms(Terms):
    """What mail is called here, and who else provides it.

    Args:
        service: what the plans call it.
        provider: others, for naming the one that a customer comes from.
    """

    service: Name
    provider: tuple[MailProvider, ...] = ()

    def provider_of(self, host: str) -> str | None:
        """The name of the provider whose mail server a host is, as far as it is known."""
        for provider in self.provider:
            if any(host == end or host.endswith("." + end) for end in provider.hosts):
                return provider.name
        return None
