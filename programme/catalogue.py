"""The programme's terms, read from a file and checked when the bot starts."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, field_validator

from programme.refusals import Refused

DEFAULT_FILE = Path(__file__).with_name("catalogue.toml")
LANGUAGES = ("en", "fr", "de")

PositiveDays = Annotated[int, Field(ge=1, le=366)]
DaysBefore = Annotated[int, Field(ge=0, le=366)]
Price = Annotated[int, Field(ge=0)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s<>|]+$")]


def _in_every_language(names: dict[str, str]) -> dict[str, str]:
    if missing := [language for language in LANGUAGES if not names.get(language)]:
        raise ValueError(f"there is no name in {', '.join(missing)}")
    return names


Names = Annotated[dict[str, str], AfterValidator(_in_every_language)]


class Terms(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Programme(Terms):
    name: Names
    vendor: str
    product: str
    review_language: Literal["en", "fr", "de"] = "en"
    review_time_zone: str = "UTC"

    @field_validator("review_time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        return ZoneInfo(name).key


class Links(Terms):
    sign_up: WebAddress
    terms: WebAddress
    portal: WebAddress
    admin_console: WebAddress


class ApplicationTerms(Terms):
    terms_version: str
    answer_days: PositiveDays


class Expertise(Terms):
    id: str
    name: Names
    console: bool = False


class Plan(Terms):
    id: str
    name: str
    monthly: Price
    yearly: Price
    services: tuple[str, ...]

    def price(self, licences: int, term: str) -> int:
        """The price of one term, in minor units of the catalogue's currency."""
        return licences * (self.yearly if term == "yearly" else self.monthly)


class TrialTerms(Terms):
    days: PositiveDays
    extension_days: PositiveDays
    longest_days: PositiveDays


class AlertTerms(Terms):
    trial: tuple[DaysBefore, ...]
    ended: tuple[DaysBefore, ...]
    renewal: tuple[DaysBefore, ...]
    overdue: tuple[DaysBefore, ...]
    unverified: tuple[DaysBefore, ...]
    broken: tuple[DaysBefore, ...]


class VerificationTerms(Terms):
    txt_value: str = Field(pattern=r"\{token\}")
    cname_host: str = Field(pattern=r"\{token\}")
    cname_target: str


class MailTerms(Terms):
    mx: tuple[str, ...] = Field(min_length=1)


class Catalogue(Terms):
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    support_address: EmailStr
    programme: Programme
    links: Links
    application: ApplicationTerms
    expertise: tuple[Expertise, ...] = Field(min_length=1, max_length=100)
    plan: tuple[Plan, ...] = Field(min_length=1, max_length=100)
    trial: TrialTerms
    alerts: AlertTerms
    verification: VerificationTerms
    mail: MailTerms

    def plan_of(self, plan_id: str) -> Plan:
        """Raises Refused("unknown_plan") for a plan that is not sold."""
        for plan in self.plan:
            if plan.id == plan_id:
                return plan
        raise Refused("unknown_plan")

    def expertise_of(self, expertise_id: str) -> Expertise:
        """Raises Refused("unknown_expertise") for one that is not offered."""
        for expertise in self.expertise:
            if expertise.id == expertise_id:
                return expertise
        raise Refused("unknown_expertise")

    def has_console(self, expertise_id: str) -> bool:
        """Whether partners of this expertise look after customers in the console (mission row 17)."""
        return any(expertise.id == expertise_id and expertise.console for expertise in self.expertise)


def load_catalogue(file: Path = DEFAULT_FILE) -> Catalogue:
    """Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError when the file will not do."""
    return Catalogue.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
