"""A customer's domain, a step of its page: since when it is proven, and the record that has to stay (row 19)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import shown_domain
from handlers.customer_page import refresh_page
from handlers.reader import Mrkdwn, Reader, mail_link
from handlers.refusals import say
from handlers.steps import Step, opened_step, this_step
from handlers.verify import checking_blocks, found_blocks, record_blocks
from handlers.views import show_modal
from programme.catalogue import Catalogue
from programme.customers import Found, find
from programme.proof import may_verify, verify
from programme.proof_pauses import claimed_from
from programme.refusals import Refused
from programme.verification import Outcome


async def open_domain(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, step = caller_of(context), opened_step(body)
    seen = await find(caller.desk, caller.actor, step.customer)
    await show_modal(client, body, domain_view(caller, seen, step, []))


async def check(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """Looks for the proof while the person waits."""
    await ack()
    caller, step, view_id = caller_of(context), this_step(body), body["view"]["id"]
    seen = await may_verify(caller.desk, caller.actor, step.customer)
    await client.views_update(view_id=view_id, view=domain_view(caller, seen, step, checking_blocks(caller.reader)))
    found, answer = await _look(caller, seen)
    await client.views_update(view_id=view_id, view=domain_view(caller, found, step, answer))
    await refresh_page(caller, client, body["view"], step, on_top=False)


async def _look(caller: Caller, seen: Found) -> tuple[Found, list[Block]]:
    """The customer as it is then, and what the name servers said."""
    reader, catalogue = caller.reader, caller.desk.catalogue
    try:
        proof = await verify(caller.desk, caller.actor, seen.customer.id)
    except Refused as refused:
        return seen, say(refused, reader, catalogue).blocks()
    if proof.finding.outcome is Outcome.VERIFIED:
        text = reader.mrkdwn(":white_check_mark: *The record is there.* {domain} is proven.", domain=_name(seen))
        return proof.found, [b.section(text)]
    return proof.found, found_blocks(reader, catalogue, proof.found.customer, proof.finding)


def _name(seen: Found) -> str:
    return shown_domain(seen.customer)


def domain_view(caller: Caller, seen: Found, step: Step, answer: list[Block]) -> View:
    """How the proof stands.

    Args:
        answer: what the name servers said just now.
    """
    reader, customer = caller.reader, seen.customer
    check_now = b.button(reader.text("Check now"), "domain.check", customer.id)
    send = b.actions(b.button(reader.text("Send by e-mail"), "verify.letter", customer.id))
    blocks: list[Block] = [
        b.header(customer.organisation),
        b.section(_standing(reader, caller.desk.catalogue, seen), check_now if seen.rights.may_change else None),
        *answer,
        b.divider(),
        b.section(
            reader.mrkdwn(
                "Keep *one* of these two records where the name servers of {domain} are run: I look for it every "
                "week, and warn you when it is gone.",
                domain=_name(seen),
            )
        ),
        *record_blocks(caller, customer),
        *([send] if seen.rights.may_change else []),
        b.context(_other_domains(reader, caller.desk.catalogue)),
        *step.way_back(reader),
    ]
    return b.modal(reader, reader.text("Domain"), blocks, callback="domain", remember=step.kept())


def _standing(reader: Reader, catalogue: Catalogue, seen: Found) -> Mrkdwn:
    customer = seen.customer
    if customer.verified_at is None:
        return reader.mrkdwn(":mag: *{domain}* is not proven yet.", domain=_name(seen))
    if customer.broken_part == "proof" and customer.broken_on is not None:
        return reader.mrkdwn(
            ":warning: *{domain}*: the proof is gone since {day}. Please see to it: from {claimed} on, somebody else "
            "who proves the domain gets it.",
            domain=_name(seen),
            day=reader.day(customer.broken_on),
            claimed=reader.day(claimed_from(customer.broken_on, catalogue.verification)),
        )
    facts = {
        "domain": _name(seen),
        "when": reader.moment(customer.verified_at),
        "method": (customer.verified_by_method or "dns").upper(),
    }
    return reader.mrkdwn(":white_check_mark: *{domain}* is proven since {when}, by a {method} record.", **facts)


def _other_domains(reader: Reader, catalogue: Catalogue) -> Mrkdwn:
    return reader.mrkdwn(
        "Another domain of this customer? It is added in the admin console. Questions? Write to {support}.",
        support=mail_link(catalogue.support_address),
    )


def register(app: AsyncApp) -> None:
    app.action("domain.open")(open_domain)
    app.action("domain.check")(check)
