"""The programme's terms, read from a file and checked when the bot starts."""

import string
import tomllib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Protocol, Self, TypeVar

from babel.numbers import is_currency
from pydantic import (
    AfterValidator,
    BeforeValidator,
    EmailStr,
    Field,
    ValidationError,
    model_validator,
)

from programme.catalogue_types import HostName, Name, Terms
from programme.clock import time_zones
from programme.mail_terms import MailRecords, MailTerms
from programme.refusals import Refused
from storage.models import LANGUAGES

DEFAULT_FILE = Path(__file__).with_name("catalogue.toml")

PositiveDays = Annotated[int, Field(ge=1, le=366)]
DaysBefore = Annotated[int, Field(ge=0, le=366)]
Price = Annotated[int, Field(ge=0)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s<>|]+$")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]  # kept in columns of this length


class BadCatalogue(Exception):
    """The file will not do; the text says, a line each, what is to be mended in it."""

    def __init__(self, file: Path, lines: Iterable[str]) -> None:
        super().__init__("\n".join(f"{file}: {line}" for line in lines))


def _in_every_language(names: dict[str, str]) -> dict[str, str]:
    if missing := [language for language in LANGUAGES if not names.get(language)]:
        raise ValueError(f"there is no name in {', '.join(missing)}")
    return names


Names = Annotated[dict[str, str], AfterValidator(_in_every_language)]


def _with_token(text: str) -> str:
    return _with_place(text, "token")


def _with_domain(text: str) -> str:
    return _with_place(text, "domain")


def _with_place(text: str, name: str) -> str:
    places = {place for _, place, _, _ in string.Formatter().parse(text) if place is not None}
    if places != {name}:
        raise ValueError(f"{{{name}}} must stand in it, and nothing else in braces")
    return text


def _is_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError(f"there is no currency {code!r}; take a code of ISO 4217, such as EUR")
    return code


def _is_zone(name: str) -> str:
    if name not in time_zones():
        raise ValueError(f"there is no time zone {name!r}; take a name such as Europe/Berlin")
    return name


WithToken = Annotated[str, AfterValidator(_with_token)]
WithDomain = Annotated[WebAddress, AfterValidator(_with_domain)]


class Programme(Terms):
    name: Names
    vendor: Name
    product: Name
    review_language: Literal["en", "fr", "de"] = "en"
    review_time_zone: Annotated[str, AfterValidator(_is_zone)] = "UTC"


class Links(Terms):
    sign_up: WebAddress
    terms: WebAddress
    portal: WebAddress
    admin_console: WithDomain


class Listed(Protocol):
    """One of a list, told by its id."""

    @property
    def id(self) -> str: ...


One = TypeVar("One", bound=Listed)


def _each_once(listed: tuple[One, ...]) -> tuple[One, ...]:
    ids = [one.id for one in listed]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise ValueError(f"there is more than one with the id {', '.join(twice)}")
    return listed


class Named(Terms):
    """One of a list to choose from."""

    id: Id
    name: Names


def _percent(text: object) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None


Percent = Annotated[Decimal, BeforeValidator(_percent), Field(ge=0, le=100, decimal_places=2)]


class ApplicationTerms(Terms):
    terms_version: Annotated[str, Field(min_length=1, max_length=40)]
    answer_days: PositiveDays
    reminder_days_before: PositiveDays
    claim_hours: Annotated[int, Field(ge=1, le=24 * 31)]
    reapply_days: PositiveDays
    review_hour: Annotated[int, Field(ge=0, le=23)]
    mailbox_providers: tuple[HostName, ...] = ()
    reason: Annotated[tuple[Named, ...], Field(min_length=1, max_length=100), AfterValidator(_each_once)]


class CommissionTerms(Terms):
    default_percent: Percent
    most_percent: Percent

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.default_percent > self.most_percent:
            raise ValueError(f"default_percent ({self.default_percent}) is above most_percent ({self.most_percent})")
        return self


class MemberTerms(Terms):
    most: Annotated[int, Field(ge=1, le=1000)]
    invitation_days: PositiveDays


class Expertise(Named):
    console: bool = False


class Plan(Terms):
    id: Id
    name: Name
    monthly: Price
    yearly: Price
    services: tuple[Name, ...]

    def price(self, licences: int, term: str) -> int:
        """The price of one term, in minor units of the catalogue's currency."""
        return licences * (self.yearly if term == "yearly" else self.monthly)


class TrialTerms(Terms):
    days: PositiveDays
    extension_days: PositiveDays
    longest_days: PositiveDays

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.longest_days < self.days:
            raise ValueError(f"longest_days ({self.longest_days}) is shorter than the trial itself ({self.days} days)")
        return self


class AlertTerms(Terms):
    trial: tuple[DaysBefore, ...]
    ended: tuple[DaysBefore, ...]
    renewal: tuple[DaysBefore, ...]
    overdue: tuple[DaysBefore, ...]
    unverified: tuple[DaysBefore, ...]
    broken: tuple[DaysBefore, ...]


class LetterTerms(Terms):
    for_customer: Annotated[int, Field(ge=1, le=100)]
    to_address: Annotated[int, Field(ge=1, le=100)]
    for_partner: Annotated[int, Field(ge=1, le=1000)]


class VerificationTerms(Terms):
    txt_value: WithToken
    cname_host: WithToken
    cname_target: HostName
    first_pause_minutes: int = Field(ge=1, le=1440)
    longest_pause_hours: int = Field(ge=1, le=168)
    search_days: int = Field(ge=1, le=365)
    claim_after_days: PositiveDays
    letters: LetterTerms


class ConsentTerms(Terms):
    link_days: PositiveDays
    silence_days: PositiveDays
    again_days: PositiveDays
    asks_a_day: Annotated[int, Field(ge=1, le=100)]
    leaving_link_days: PositiveDays


class DataCentre(Named):
    mail: MailRecords


class Catalogue(Terms):
    """What each of it means stands beside it in catalogue.toml. Prices are in minor units of `currency`."""

    currency: Annotated[str, AfterValidator(_is_currency)]
    support_address: EmailStr
    programme: Programme
    links: Links
    application: ApplicationTerms
    commission: CommissionTerms
    data_centre: Annotated[tuple[DataCentre, ...], Field(min_length=1, max_length=100), AfterValidator(_each_once)]
    members: MemberTerms
    expertise: Annotated[tuple[Expertise, ...], Field(min_length=1, max_length=100), AfterValidator(_each_once)]
    plan: Annotated[tuple[Plan, ...], Field(min_length=1, max_length=100), AfterValidator(_each_once)]
    trial: TrialTerms
    alerts: AlertTerms
    verification: VerificationTerms
    consent: ConsentTerms
    mail: MailTerms

    @model_validator(mode="after")
    def _sells_mail(self) -> Self:
        if not any(self.mail.service in plan.services for plan in self.plan):
            raise ValueError(f"no plan has the service {self.mail.service!r}, which mail.service names")
        return self

    def plan_of(self, plan_id: str) -> Plan:
        """Raises Refused("unknown_plan") for a plan that is not sold."""
        for plan in self.plan:
            if plan.id == plan_id:
                return plan
        raise Refused("unknown_plan")

    def sells(self, plan_id: str) -> bool:
        """Whether a plan can be bought still."""
        return any(plan.id == plan_id for plan in self.plan)

    def data_centre_of(self, centre_id: str) -> DataCentre:
        """Where a partner's customers are; the first one for partners of a data centre that is no more."""
        return next((one for one in self.data_centre if one.id == centre_id), self.data_centre[0])

    def has_console(self, expertise_id: str) -> bool:
        """Whether partners of this expertise look after customers in the console (mission row 17)."""
        return any(expertise.id == expertise_id and expertise.console for expertise in self.expertise)


def load_catalogue(file: Path = DEFAULT_FILE) -> Catalogue:
    """Raises BadCatalogue when the file will not do."""
    try:
        return _read(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise BadCatalogue(file, (_line(wrong["loc"], wrong["msg"]) for wrong in error.errors())) from None
    except (OSError, ValueError) as error:
        raise BadCatalogue(file, [str(error)]) from None


@lru_cache
def _read(text: str) -> Catalogue:
    return Catalogue.model_validate(tomllib.loads(text))


def _line(place: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(part) for part in place)
    what = message.removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
