"""Mailing the records that prove a domain to whoever runs its name servers (mission row 19)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import EmailInputElement, StaticSelectElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_blocks import parties, shown_domain
from handlers.mail import Letter
from handlers.paging import an_id
from handlers.reader import LANGUAGE_NAMES, Reader
from handlers.typed import which_customer
from handlers.verify import shown_registered
from handlers.views import show_modal
from programme.desk import Desk
from programme.name_servers import name_servers
from programme.proof import may_verify, template_of
from programme.proof_letter import Sent, about_letter, send_records
from storage.models import Customer, OutgoingMail

LOOKUP_SECONDS = 2.0


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await may_verify(caller.desk, caller.actor, which_customer(body))
    await ack()
    await show_modal(client, body, form_view(caller.reader, seen.customer))


async def take_form(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    sent = await send_records(caller.desk, caller.actor, an_id(b.remembered(view)), b.typed(view))
    await ack(response_action="update", view=sent_view(caller.reader, sent))
    await caller.house.courier.deliver_now()


def form_view(reader: Reader, customer: Customer) -> View:
    text = reader.mrkdwn(
        "Somebody else runs the name servers of {domain}? They get both records by e-mail, ready to be copied, with "
        "your company's name.",
        domain=shown_domain(customer),
    )
    languages = [b.option(name, code) for code, name in LANGUAGE_NAMES.items()]
    own = languages[list(LANGUAGE_NAMES).index(reader.language)]
    language = StaticSelectElement(action_id="chosen", options=languages, initial_option=own)
    blocks = [
        b.section(text),
        b.field("email", reader.text("Their e-mail address"), EmailInputElement(action_id="typed")),
        b.field("language", reader.text("Language of the e-mail"), language),
    ]
    return b.modal(
        reader,
        reader.text("Send the records"),
        blocks,
        callback="records",
        submit=reader.text("Send"),
        close=reader.text("Cancel"),
        remember=customer.id,
    )


def sent_view(reader: Reader, sent: Sent) -> View:
    text = reader.mrkdwn(
        ":envelope: *The records of {domain} are on their way to {email}.* I go on looking for them, and tell you "
        "when they are there.",
        domain=shown_domain(sent.customer),
        email=sent.email,
    )
    return b.modal(reader, reader.text("Send the records"), [b.section(text)], callback="records_sent")


async def draw_records(desk: Desk, mail: OutgoingMail) -> Letter | None:
    about = await about_letter(desk, int(str(mail.about["partner_id"])), int(str(mail.about["customer_id"])))
    if about is None:
        return None
    partner, customer = about
    servers = await name_servers(desk.dns, customer.domain, LOOKUP_SECONDS)
    reader, template = Reader(mail.language), template_of(desk.catalogue)
    txt = template.txt(customer.domain, customer.verification_token)
    cname = template.cname(customer.domain, customer.verification_token)
    facts = parties(desk.catalogue, partner, customer) | {"registered": shown_registered(customer)}
    return Letter(
        subject=reader.text("A DNS record for {domain}", **facts),
        greeting=reader.text("One DNS record, please"),
        paragraphs=[
            reader.text("{company} sets up {product} for {domain}, and has named you as the person who looks after "
                        "the name servers of this domain.", **facts),
            reader.text("Please publish one of these two records; either is enough. It only proves whose the domain "
                        "is, and changes nothing about its website or its mail."),
            reader.text("Type the host into the DNS panel of {registered} as it stands here. Where the panel wants the "
                        "name in full, type that.", **facts),
            *_where_it_counts(reader, servers, facts),
        ],
        copied=(
            (reader.text("TXT record for {name}, host:", name=txt.name), txt.host),
            (reader.text("its value:"), txt.value),
            (reader.text("or CNAME record for {name}, host:", name=cname.name), cname.host),
            (reader.text("where it points to:"), cname.value),
        ),
        closing=reader.text("You expected nothing of the kind? Then leave everything as it is and write to {support}.",
                            support=desk.catalogue.support_address),
    )  # fmt: skip


def _where_it_counts(reader: Reader, servers: tuple[str, ...], facts: dict[str, str]) -> list[str]:
    """Nothing where it is not known which name servers the domain has."""
    if not servers:
        return []
    words = reader.count(
        "The name server of {domain}: {servers}. Please publish the record at the provider who runs it; elsewhere "
        "nobody looks for it.",
        "The name servers of {domain}: {servers}. Please publish the record at the provider who runs them; elsewhere "
        "nobody looks for it.",
        len(servers),
        servers=", ".join(servers),
        **facts,
    )
    return [words]


def register(app: AsyncApp) -> None:
    app.action("verify.letter")(open_form)
    app.view("records")(take_form)


LETTERS = {"records": draw_records}
