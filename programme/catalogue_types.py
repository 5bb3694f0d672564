"""The types that the parts of the catalogue are made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from programme.domains import BadDomain, parse_domain

Name = Annotated[str, Field(min_length=1, max_length=150, pattern=r"\S")]


def host_name(name: str) -> str:
    """A host name as the DNS knows it. Raises ValueError."""
    try:
        return parse_domain(name).ascii
    except BadDomain as bad:
        raise ValueError(f"{name!r} is no host name ({bad})") from None


HostName = Annotated[str, AfterValidator(host_name)]


class Terms(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
