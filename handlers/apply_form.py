"""The application form as people see it (mission rows 1 to 5 and 8)."""

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    EmailInputElement,
    ExternalDataSelectElement,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.answer_time import answer_within
from handlers.reader import N_, Mrkdwn, Reader, link
from programme.catalogue import Catalogue
from programme.forms import LONGEST_TEXT
from programme.phones import LONGEST_TYPED
from storage.models.applications import COMPANY_SIZES

SIZES = {
    "1-9": N_("1 to 9 people"),
    "10-49": N_("10 to 49 people"),
    "50-249": N_("50 to 249 people"),
    "250+": N_("250 people or more"),
}


def form_view(reader: Reader, catalogue: Catalogue, name: str) -> View:
    """The form, on one page: what is wrong anywhere is shown at its field, and nothing typed is lost.

    Args:
        name: the applicant's, as Slack has it; proposed as the contact's.
    """
    return b.modal(
        reader,
        reader.text("Become a partner"),
        [
            *_introduction(reader, catalogue),
            *_company(reader),
            *_address(reader),
            *_contact(reader, catalogue, name),
            *_partnership(reader, catalogue),
        ],
        callback="application",
        submit=reader.text("Submit"),
        close=reader.text("Cancel"),
    )


def _introduction(reader: Reader, catalogue: Catalogue) -> list[Block]:
    programme = catalogue.programme
    sign_up = link(catalogue.links.sign_up, reader.text("Sign up here"))
    return [
        b.section(reader.mrkdwn("Tell us who you are and what you plan with {product}.", product=programme.product)),
        b.context(
            reader.mrkdwn(
                "You need a mail account with {vendor}. None yet? {sign_up}, then come back.",
                vendor=programme.vendor,
                sign_up=sign_up,
            )
        ),
    ]


def _company(reader: Reader) -> list[Block]:
    return [
        b.header(reader.text("Company details")),
        b.field("company", reader.text("Company"), _line(200)),
        b.field("company_size", reader.text("Company size"), _size(reader)),
        b.field("website", reader.text("Website"), _line(300, "https://dupont.example"), optional=True),
    ]


def _address(reader: Reader) -> list[Block]:
    country = ExternalDataSelectElement(
        action_id="country", placeholder=reader.text("Type the first letters"), min_query_length=1
    )
    return [
        b.header(reader.text("Business address")),
        b.field("street", reader.text("Street and number"), _line(200)),
        b.field(
            "postal_code",
            reader.text("Postal code"),
            _line(20),
            hint=reader.text("Leave it empty only if your country has no postal codes."),
            optional=True,
        ),
        b.field("city", reader.text("City"), _line(100)),
        b.field("region", reader.text("State or region"), _line(100), optional=True),
        b.field("country", reader.text("Country"), country),
    ]


def _contact(reader: Reader, catalogue: Catalogue, name: str) -> list[Block]:
    vendor = catalogue.programme.vendor
    return [
        b.header(reader.text("Contact")),
        b.field("contact_name", reader.text("Contact name"), _line(200, begun=name[:200])),
        b.field(
            "contact_email",
            reader.text("Contact e-mail"),
            EmailInputElement(action_id="typed"),
            hint=reader.text("We will write to this address."),
        ),
        b.field(
            "contact_phone",
            reader.text("Telephone"),
            _line(LONGEST_TYPED),
            hint=reader.text("As you dial it in the country above, or with the country code."),
            optional=True,
        ),
        b.field(
            "mail_account",
            reader.text("Your mail account with {vendor}", vendor=vendor),
            EmailInputElement(action_id="typed"),
            hint=reader.text("The address that you sign in to {vendor} with.", vendor=vendor),
        ),
    ]


def _partnership(reader: Reader, catalogue: Catalogue) -> list[Block]:
    expertise = [b.option(offered.name[reader.language], offered.id) for offered in catalogue.expertise]
    preselected = next((o for o, e in zip(expertise, catalogue.expertise, strict=True) if e.console), expertise[0])
    terms = link(catalogue.links.terms, reader.text("terms and conditions"))
    return [
        b.header(reader.text("Your partnership")),
        b.field(
            "expertise",
            reader.text("Primary expertise or interest"),
            StaticSelectElement(action_id="chosen", options=expertise, initial_option=preselected),
        ),
        b.field(
            "experience",
            reader.text("Your experience"),
            _text(),
            hint=reader.text("What you sell today, to whom, and for how long."),
        ),
        b.field("partnership_plan", reader.text("Your plan for the partnership"), _text()),
        b.section(reader.mrkdwn("Please read the {terms} (version {version}).",
                                terms=terms, version=catalogue.application.terms_version)),
        b.field(
            "terms",
            reader.text("Terms and conditions"),
            CheckboxesElement(
                action_id="chosen", options=[b.option(reader.text("I accept the terms and conditions"), "accepted")]
            ),
        ),
        b.context(_no_guarantee(reader, catalogue)),
    ]  # fmt: skip


def _line(longest: int, placeholder: str | None = None, begun: str | None = None) -> PlainTextInputElement:
    return PlainTextInputElement(
        action_id="typed", max_length=longest, placeholder=placeholder, initial_value=begun or None
    )


def _text() -> PlainTextInputElement:
    return PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT)


def _size(reader: Reader) -> StaticSelectElement:
    options = [b.option(reader.text(SIZES[size]), size) for size in COMPANY_SIZES]
    return StaticSelectElement(action_id="chosen", options=options, placeholder=reader.text("Choose"))


def _no_guarantee(reader: Reader, catalogue: Catalogue) -> Mrkdwn:
    answer = answer_within(reader, catalogue)
    return reader.mrkdwn("{answer} Submitting does not guarantee that you will be accepted.", answer=answer)
