"""The one place (mission row 10): the Home tab, and the same by `/partner`."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.reader import Mrkdwn, mail_link
from programme.customers import list_customers
from storage.models import Application, Partner


async def show_home(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    if event.get("tab") not in (None, "home"):
        return
    caller = caller_of(context)
    await client.views_publish(user_id=caller.actor.user_id, view=b.home(await place_blocks(caller)))


async def show_place(ack: AsyncAck, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    blocks = await place_blocks(caller)
    await ack(text=_programme(caller), blocks=b.drawn(blocks), response_type="ephemeral")


async def place_blocks(caller: Caller) -> list[Block]:
    """What matters to this person, with one clear next step."""
    return [b.header(_programme(caller)), *_reviewer(caller), *await _own(caller), b.divider(), *_help(caller)]


def _programme(caller: Caller) -> str:
    return caller.desk.catalogue.programme.name[caller.reader.language]


async def _own(caller: Caller) -> list[Block]:
    standing = caller.standing
    if standing.partner is not None:
        return await _partner(caller, standing.partner)
    if standing.application is not None and standing.application.status in ("open", "rejected"):
        return _applicant(caller, standing.application)
    return [] if standing.is_reviewer else _newcomer(caller)


def _reviewer(caller: Caller) -> list[Block]:
    if not caller.standing.is_reviewer:
        return []
    reader = caller.reader
    text = reader.mrkdwn("*You review applications.* New ones arrive in the review channel.")
    return [b.section(text, b.button(reader.text("What waits for a decision"), "review.queue"))]


def _newcomer(caller: Caller) -> list[Block]:
    reader, catalogue = caller.reader, caller.desk.catalogue
    text = reader.mrkdwn(
        "*Sell {product} to your customers, and earn commission.* Apply in a few minutes; you will have an answer "
        "within a week. Submitting does not guarantee that you will be accepted.",
        product=catalogue.programme.product,
    )
    return [
        b.section(text),
        b.actions(b.button(reader.text("Apply to become a partner"), "apply.open", style="primary")),
    ]


def _applicant(caller: Caller, application: Application) -> list[Block]:
    reader = caller.reader
    if application.status == "open":
        text = reader.mrkdwn(
            ":hourglass_flowing_sand: *We are reading the application of {company}.* You will hear from us by *{due}*.",
            company=application.company,
            due=reader.weekday(application.due_at),
        )
        return [b.section(text)]
    text = reader.mrkdwn(
        "*The application of {company} was not accepted.* The reason given:", company=application.company
    )
    again = b.button(reader.text("Apply again"), "apply.open")
    return [b.section(text), b.words(application.decision_note or "–"), b.actions(again)]


async def _partner(caller: Caller, partner: Partner) -> list[Block]:
    reader, catalogue = caller.reader, caller.desk.catalogue
    portal = b.link_button(reader.text("Open the partner portal"), catalogue.links.portal, "portal.open")
    if not catalogue.has_console(partner.expertise):
        text = reader.mrkdwn(
            "*{partner}* is a partner. The portal is open to you; the customer console here is for Workplace partners.",
            partner=partner.name,
        )
        return [b.section(text), b.actions(portal)]
    listing = await list_customers(caller.desk, caller.actor, limit=1)
    total = reader.count("{number} customer", "{number} customers", listing.total)
    blocks: list[Block] = [b.section(reader.mrkdwn("*{partner}* · {total}", partner=partner.name, total=total))]
    chosen = partner.alert_channel is not None
    if not chosen:
        warning = reader.mrkdwn(":bell: *Nobody is warned yet.* Choose the channel for your alerts.")
        blocks.append(
            b.section(warning, b.button(reader.text("Choose the alert channel"), "settings.open", style="primary"))
        )
    buttons = [
        b.button(reader.text("My customers"), "customers.open", style="primary" if chosen else None),
        b.button(reader.text("Add a customer"), "add.open"),
        b.button(reader.text("Renewals this month"), "report.open"),
        b.button(reader.text("Settings"), "settings.open"),
        portal,
    ]
    return [*blocks, b.actions(*buttons)]


def _help(caller: Caller) -> list[Block]:
    reader, standing = caller.reader, caller.standing
    commands = []
    if standing.partner is not None:
        commands += [
            reader.mrkdwn("`/partner-customers` – your customers; add words to search"),
            reader.mrkdwn("`/partner-add dupont.example` – add a customer"),
            reader.mrkdwn("`/partner-verify dupont.example` – prove a domain"),
            reader.mrkdwn("`/partner-manage dupont.example` – manage a customer on its behalf"),
            reader.mrkdwn("`/partner-extend-trial dupont.example` – extend a trial (admins)"),
            reader.mrkdwn("`/partner-report 2026-Q4` – what renews in a period"),
            reader.mrkdwn("`/partner-settings` – where and when you are warned"),
        ]
    elif _may_still_apply(caller):
        commands.append(reader.mrkdwn("`/partner-apply` – apply to become a partner"))
    if standing.is_reviewer:
        commands.append(reader.mrkdwn("`/partner-review` – what waits for a decision"))
    support = reader.mrkdwn("Questions? Write to {support}.", support=mail_link(caller.desk.catalogue.support_address))
    return [*([b.section(Mrkdwn("\n".join(commands)))] if commands else []), b.context(support)]


def _may_still_apply(caller: Caller) -> bool:
    """Nobody is sent into a form that will be refused; reviewers have other things to do here."""
    application = caller.standing.application
    return not caller.standing.is_reviewer and (application is None or application.status != "open")


def register(app: AsyncApp) -> None:
    app.command("/partner")(show_place)
    app.event("app_home_opened")(show_home)
