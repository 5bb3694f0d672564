"""What a reviewer fills in: a question, the terms of a new partner, the reasons for a no.

Each remembers where the list stands that it was opened from, if it was.
"""

from slack_sdk.models.blocks import (
    Block,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.paging import Place
from handlers.reader import Reader
from programme.catalogue import Catalogue, Named
from programme.forms import LONGEST_TEXT
from programme.partner_terms import usual_terms
from storage.models import Application


def question_view(reader: Reader, application: Application, queue: Place | None) -> View:
    text = reader.mrkdwn(
        "What do you want to know from *{company}*? The applicant is asked in a direct message. Until they answer, the "
        "application's clock stands still, and you are on it.",
        company=application.company,
    )
    question = b.field("question", reader.text("Your question"), _long_text(), hint=_read_as_it_is(reader))
    return b.modal(
        reader,
        reader.text("Ask for more"),
        [b.section(text), question],
        callback="question",
        submit=reader.text("Ask for more"),
        close=reader.text("Cancel"),
        remember=[application.id, queue],
    )


def approval_view(reader: Reader, catalogue: Catalogue, application: Application, queue: Place | None) -> View:
    usual = usual_terms(catalogue)
    text = reader.mrkdwn("*{company}* becomes a partner and is welcomed at once.", company=application.company)
    most = reader.number(catalogue.commission.most_percent)
    percent = PlainTextInputElement(action_id="typed", initial_value=reader.number(usual.percent), max_length=10)
    blocks: list[Block] = [
        b.section(text),
        b.field(
            "percent",
            reader.text("Commission in percent"),
            percent,
            hint=reader.text("From 0 to {most}; it can be changed later.", most=most),
        ),
        b.field("data_centre", reader.text("Data centre of its customers"), _select(reader, catalogue.data_centre)),
        b.field(
            "note",
            reader.text("Note of welcome"),
            _long_text(),
            hint=reader.text("Stands in the welcome message and letter. {as_it_is}", as_it_is=_read_as_it_is(reader)),
            optional=True,
        ),
    ]
    return b.modal(
        reader,
        reader.text("Approve"),
        blocks,
        callback="approval",
        submit=reader.text("Approve"),
        close=reader.text("Cancel"),
        remember=[application.id, queue],
    )


def rejection_view(reader: Reader, catalogue: Catalogue, application: Application, queue: Place | None) -> View:
    text = reader.mrkdwn("You are about to reject the application of *{company}*.", company=application.company)
    note = _long_text(reader.text("What would have to be different?"))
    again = _reapply(reader, catalogue)
    blocks: list[Block] = [
        b.section(text),
        b.field("reason", reader.text("Reason"), _select(reader, catalogue.application.reason)),
        b.field("note", reader.text("Note to the applicant"), note, hint=_read_as_it_is(reader)),
        b.field(
            "reapply",
            reader.text("May they apply again?"),
            RadioButtonsElement(action_id="chosen", options=again, initial_option=again[0]),
        ),
    ]
    return b.modal(
        reader,
        reader.text("Reject"),
        blocks,
        callback="rejection",
        submit=reader.text("Reject"),
        close=reader.text("Cancel"),
        remember=[application.id, queue],
    )


def _reapply(reader: Reader, catalogue: Catalogue) -> list[Option]:
    days = catalogue.application.reapply_days
    return [
        b.option(reader.text("Yes, at once"), "now"),
        b.option(reader.count("Yes, after {number} day", "Yes, after {number} days", days), "later"),
        b.option(reader.text("No, never"), "never"),
    ]


def _long_text(placeholder: str | None = None) -> InputInteractiveElement:
    return PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT, placeholder=placeholder)


def _select(reader: Reader, offered: tuple[Named, ...]) -> InputInteractiveElement:
    options = [b.option(one.name[reader.language], one.id) for one in offered]
    return StaticSelectElement(action_id="chosen", options=options, initial_option=options[0])


def _read_as_it_is(reader: Reader) -> str:
    return reader.text("The applicant will read this text as it is.")
