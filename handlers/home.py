"""The one place (mission row 10): the Home tab, and the same by `/partner`."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.answer_time import answer_within
from handlers.application_status import status_blocks, status_of
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import customer_row
from handlers.customer_list_view import status_links
from handlers.customer_words import filters
from handlers.first_steps import first_steps_blocks
from handlers.members_view import invited_blocks
from handlers.reader import Mrkdwn, Reader, mail_link
from handlers.suspension import suspension
from programme.access import Rights, rights
from programme.applications import may_reapply
from programme.customer_list import Overview, overview
from programme.desk import Desk
from programme.first_steps import first_steps
from programme.invitations import invitations_to
from programme.people import Standing, standing
from storage.models import Partner


async def show_home(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    if event.get("tab") not in (None, "home"):
        return
    caller = caller_of(context)
    await draw_home(caller, client)


async def draw_home(caller: Caller, client: AsyncWebClient) -> None:
    """The Home tab as it has to be now."""
    await client.views_publish(user_id=caller.actor.user_id, view=b.home(await place_blocks(caller, with_rows=True)))


async def show_place(ack: AsyncAck, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    blocks = await place_blocks(caller)
    await ack(text=_programme(caller), blocks=b.drawn(blocks), response_type="ephemeral")


async def place_blocks(caller: Caller, with_rows: bool = False) -> list[Block]:
    """What matters to this person, with one clear next step.

    Args:
        with_rows: whether there is room for some of the customers themselves.
    """
    where = await standing(caller.desk, caller.actor)
    own = await _own(caller, where, with_rows)
    blocks = [b.header(_programme(caller)), *_reviewer(caller.reader, where), *await _invitations(caller, where), *own]
    return [*blocks, b.divider(), *_help(caller, where)]


def _programme(caller: Caller) -> str:
    return caller.desk.catalogue.programme.name[caller.reader.language]


async def _own(caller: Caller, where: Standing, with_rows: bool) -> list[Block]:
    if where.partner is not None and where.member is not None:
        return await _partner(caller, where.partner, rights(where.partner, where.member), with_rows)
    if where.application is not None and where.application.status != "approved":
        return status_blocks(caller.reader, caller.desk, await status_of(caller))
    return [] if where.is_reviewer else _newcomer(caller)


async def _invitations(caller: Caller, where: Standing) -> list[Block]:
    """Who belongs to nobody may be invited, and have lost the message that said so."""
    if where.partner is not None:
        return []
    return invited_blocks(caller.reader, await invitations_to(caller.desk, caller.actor))


def _reviewer(reader: Reader, where: Standing) -> list[Block]:
    if not where.is_reviewer:
        return []
    text = reader.mrkdwn("*You review applications.* New ones arrive in the review channel.")
    return [b.section(text, b.button(reader.text("What waits for a decision"), "review.queue"))]


def _newcomer(caller: Caller) -> list[Block]:
    reader, catalogue = caller.reader, caller.desk.catalogue
    text = reader.mrkdwn(
        "*Sell {product} to your customers, and earn commission.* Apply in a few minutes. {answer} "
        "Submitting does not guarantee that you will be accepted.",
        product=catalogue.programme.product,
        answer=answer_within(reader, catalogue),
    )
    return [
        b.section(text),
        b.actions(b.button(reader.text("Apply to become a partner"), "apply.open", style="primary")),
    ]


async def _partner(caller: Caller, partner: Partner, may: Rights, with_rows: bool) -> list[Block]:
    reader, catalogue = caller.reader, caller.desk.catalogue
    portal = b.link_button(reader.text("Open the partner portal"), catalogue.links.portal, "portal.open")
    people = b.button(reader.text("People"), "members.open")
    suspended = suspension(reader, catalogue, partner)
    if not catalogue.has_console(partner.expertise):
        return [*_store_only(caller, partner), *suspended, b.actions(people, portal)]
    seen = await overview(caller.desk, caller.actor)
    number = sum(seen.counts.values())
    total = reader.count("{number} customer", "{number} customers", number)
    done = await first_steps(caller.desk, caller.actor)
    steps = first_steps_blocks(caller, may, done) if may.may_change else []
    import_ = [b.button(reader.text("Import a file"), "import.open")] if may.may_change else []
    # As long as there has been none, the first steps offer to add one.
    add = [b.button(reader.text("Add a customer"), "add.open")] if done.has_customer and may.may_change else []
    buttons = [
        b.button(reader.text("My customers"), "customers.open", style=None if steps else "primary"),
        *add,
        *import_,
        b.button(reader.text("Renewals this month"), "report.open"),
        people,
        b.button(reader.text("Settings"), "settings.open"),
        portal,
    ]
    heading = b.section(reader.mrkdwn("*{partner}* · {total}", partner=partner.name, total=total))
    rows = _rows(caller, seen, may) if with_rows and number else []
    links = status_links(reader, seen.counts)
    return [heading, *links, *suspended, *steps, b.actions(*buttons), *rows]


def _rows(caller: Caller, seen: Overview, may: Rights) -> list[Block]:
    """Some of the customers, each as in the list, and the way to all of them."""
    reader, catalogue = caller.reader, caller.desk.catalogue
    rows = [block for customer in seen.first for block in customer_row(reader, catalogue, customer, seen.today, may)]
    heading = b.section(reader.mrkdwn("*Your customers, the most urgent first*"))
    everything = b.button(reader.text("All customers"), "customers.open.all")
    return [b.divider(), heading, *rows, b.actions(everything)]


def _store_only(caller: Caller, partner: Partner) -> list[Block]:
    """Why there is no customer console (mission row 17)."""
    reader, catalogue = caller.reader, caller.desk.catalogue
    names = {expertise.id: expertise.name[reader.language] for expertise in catalogue.expertise}
    text = reader.mrkdwn(
        "*{partner}* is a partner for {expertise}. The partner portal is open to you; the customer console here is for "
        "Workplace partners. Would you like to offer Workplace as well? Write to {support}.",
        partner=partner.name,
        expertise=names.get(partner.expertise, partner.expertise),
        support=mail_link(catalogue.support_address),
    )
    return [b.section(text)]


def _help(caller: Caller, where: Standing) -> list[Block]:
    reader, commands = caller.reader, []
    if where.partner is not None and caller.desk.catalogue.has_console(where.partner.expertise):
        commands += [
            reader.mrkdwn(
                "`/partner-customers` – your customers; add words or filters, such as {filter}",
                filter=filters(reader, 1),
            ),
            reader.mrkdwn("`/partner-add dupont.example` – add a customer"),
            reader.mrkdwn("`/partner-verify dupont.example` – prove a domain"),
            reader.mrkdwn("`/partner-manage dupont.example` – manage a customer on its behalf"),
            reader.mrkdwn("`/partner-extend-trial dupont.example` – extend a trial (admins)"),
            reader.mrkdwn("`/partner-report 2026-Q4` – what renews in a period"),
            reader.mrkdwn("`/partner-settings` – where and when you are warned"),
        ]
    elif where.partner is None and _may_still_apply(caller.desk, where):
        commands.append(reader.mrkdwn("`/partner-apply` – apply to become a partner"))
    if where.is_reviewer:
        commands.append(reader.mrkdwn("`/partner-review` – what waits for a decision"))
    support = reader.mrkdwn("Questions? Write to {support}.", support=mail_link(caller.desk.catalogue.support_address))
    return [*([b.section(Mrkdwn("\n".join(commands)))] if commands else []), b.context(support)]


def _may_still_apply(desk: Desk, where: Standing) -> bool:
    """Nobody is sent into a form that will be refused; reviewers have other things to do here."""
    application = where.application
    if where.is_reviewer or (application is not None and application.status == "open"):
        return False
    return application is None or may_reapply(desk, application) == "now"


def register(app: AsyncApp) -> None:
    app.command("/partner")(show_place)
    app.event("app_home_opened")(show_home)
