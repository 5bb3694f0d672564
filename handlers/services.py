"""A customer's services, and the records that its mail needs (mission row 12)."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import shown_domain
from handlers.mail_words import all_good, sentence, title
from handlers.reader import N_, Mrkdwn, Reader, mail_link
from handlers.steps import Step, opened_step, this_step
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.dns_text import shown
from programme.mail_check import LONGEST_SHOWN, Check, Line, State
from programme.services import Service, Services, check_services, services_of

# At once; the next check names those that are left.
MOST_TO_DELETE = 20


async def open_services(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, step = caller_of(context), opened_step(body)
    services = await services_of(caller.desk, caller.actor, which_customer(body))
    await ack()
    shown = await show_modal(client, body, services_view(caller, services, step))
    await _check(client, caller, str(shown["id"]), services, step)


async def check_again(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, step = caller_of(context), this_step(body)
    services = await services_of(caller.desk, caller.actor, which_customer(body))
    view_id = body["view"]["id"]
    await client.views_update(view_id=view_id, view=services_view(caller, services, step))
    await _check(client, caller, view_id, services, step)


async def _check(client: AsyncWebClient, caller: Caller, view_id: str, services: Services, step: Step) -> None:
    if services.has_mail:
        checked = await check_services(caller.desk, caller.actor, services.found.customer.id)
        await client.views_update(view_id=view_id, view=services_view(caller, checked, step))


def services_view(caller: Caller, services: Services, step: Step) -> View:
    """The services of the plan; below them the mail records, or that they are being looked at."""
    reader, customer = caller.reader, services.found.customer
    plan = caller.desk.catalogue.plan_of(customer.plan)
    blocks: list[Block] = [
        b.header(customer.organisation),
        b.section(reader.mrkdwn("*Services of {plan}*", plan=plan.name)),
        b.section(Mrkdwn("\n".join(_service(reader, services, service) for service in services.services))),
    ]
    if services.has_mail:
        blocks += [b.divider(), *_mail(caller, services)]
    blocks += step.way_back(reader)
    return b.modal(reader, reader.text("Services"), blocks, callback="services", remember=step.kept())


def _service(reader: Reader, services: Services, service: Service) -> Mrkdwn:
    """One service, and how it stands: most need nothing but the plan."""
    if not service.has_records:
        sign, state = ":white_check_mark:", reader.text("ready to use")
    elif services.mail is None:
        sign, state = ":mag:", reader.text("being checked")
    elif open_parts := [one for one in services.mail.checks if not one.works]:
        sign = ":grey_question:" if all(one.state is State.NO_ANSWER for one in open_parts) else ":wrench:"
        state = reader.count("{number} record to look at", "{number} records to look at", len(open_parts))
    else:
        sign, state = ":white_check_mark:", reader.text("set up")
    return reader.mrkdwn("{sign} {service}: {state}", sign=Mrkdwn(sign), service=service.name, state=state)


def _mail(caller: Caller, services: Services) -> list[Block]:
    reader, customer = caller.reader, services.found.customer
    domain = shown_domain(customer)
    if services.mail is None:
        asking = reader.mrkdwn(
            ":mag: *Asking the name servers of {domain} about its mail…* This takes a few seconds.", domain=domain
        )
        return [b.section(asking)]
    return [
        b.section(
            reader.mrkdwn(
                "*Mail records of {domain}*\nThey belong where the name servers of the domain are run.", domain=domain
            ),
            b.button(reader.text("Check now"), "services.check", customer.id, "primary"),
        ),
        *[block for check in services.mail.checks for block in _one_check(caller, check)],
        b.context(_patience(caller)),
    ]


def _one_check(caller: Caller, check: Check) -> list[Block]:
    """A check: its sign, what was noticed, what should be there and what is, and what to paste."""
    reader = caller.reader
    remarks = [Mrkdwn("• " + sentence(reader, check, remark)) for remark in check.remarks]
    lines = [title(reader, check), *(remarks or [all_good(reader, check)])]
    blocks: list[Block] = [b.section(Mrkdwn("\n".join(lines)))]
    if check.state is not State.GOOD:
        blocks += _compared(reader, check)
    for line in check.paste:
        blocks += _to_paste(reader, line, is_instead=check.part != "mx" and bool(check.remove))
    if check.part == "mx" and check.remove:
        blocks += _to_delete(reader, check.remove)
    if check.part == "dkim" and check.state in (State.MISSING, State.WRONG) and not check.paste:
        blocks.append(b.context(reader.mrkdwn("The admin console shows the key to publish.")))
    return [b.divider(), *blocks]


def _compared(reader: Reader, check: Check) -> list[Block]:
    """What should be there and what is, to the letter, and so not as text that Slack could set in a style."""
    if check.state is State.NO_ANSWER:
        return []
    blocks: list[Block] = []
    for heading, lines in ((N_("*Expected*"), check.expected), (N_("*Found*"), check.found)):
        blocks += [b.context(reader.mrkdwn(heading)), b.copyable("\n".join(lines) or reader.text("nothing"))]
    return blocks


def _to_paste(reader: Reader, line: Line, is_instead: bool) -> list[Block]:
    """A record to copy.

    Args:
        is_instead: there may be no second one beside it, so what is there now has to go.
    """
    if is_instead:
        words = reader.mrkdwn(
            "*To publish in place of what is there:* a {type} record. First its host, then its value:", type=line.type
        )
    elif line.priority is None:
        words = reader.mrkdwn("*To publish:* a {type} record. First its host, then its value:", type=line.type)
    else:
        words = reader.mrkdwn(
            "*To publish:* an {type} record with priority {priority}. First its host, then its value:",
            type=line.type,
            priority=line.priority,
        )
    return [b.context(words), b.copyable(line.host), b.copyable(line.value)]


def _to_delete(reader: Reader, lines: Sequence[Line]) -> list[Block]:
    """MX records that must not stand beside those to publish."""
    words = reader.count("*To delete:* {number} MX record", "*To delete:* {number} MX records", len(lines))
    records = [f"{line.priority} {shown(line.value, LONGEST_SHOWN)}" for line in lines[:MOST_TO_DELETE]]
    return [b.context(Mrkdwn(words)), b.copyable("\n".join(records))]


def _patience(caller: Caller) -> Mrkdwn:
    return caller.reader.mrkdwn(
        "`@` is the domain itself. New records are often visible after a few minutes; with a long TTL it may take up "
        "to 24 hours. Questions? Write to {support}.",
        support=mail_link(caller.desk.catalogue.support_address),
    )


def register(app: AsyncApp) -> None:
    app.action("services.open")(open_services)
    app.action("services.check")(check_again)
