"""Proving a customer's domain by DNS: what to publish, and what was found (mission rows 19 and 20)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import shown_domain
from handlers.domain_again import resumed
from handlers.reader import N_, Mrkdwn, Reader, code, escape, mail_link
from handlers.refusals import say
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.catalogue import Catalogue
from programme.customers import Found
from programme.domains import parse_domain, registered_domain
from programme.proof import may_verify, template_of, verify
from programme.refusals import Refused
from programme.verification import Finding, Outcome, Record
from storage.models import Customer, Partner


async def open_records(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await may_verify(caller.desk, caller.actor, which_customer(body))
    await ack()
    shown = await show_modal(client, body, records_view(caller, seen, checking_blocks(caller.reader)))
    await _check(client, caller, str(shown["id"]), seen)


async def check_again(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    seen = await may_verify(caller.desk, caller.actor, which_customer(body))
    view_id = body["view"]["id"]
    await client.views_update(view_id=view_id, view=records_view(caller, seen, checking_blocks(caller.reader)))
    await _check(client, caller, view_id, seen)


async def _check(client: AsyncWebClient, caller: Caller, view_id: str, seen: Found) -> None:
    reader, catalogue = caller.reader, caller.desk.catalogue
    try:
        proof = await verify(caller.desk, caller.actor, seen.customer.id)
    except Refused as refused:
        words = say(refused, reader, catalogue)
        view = records_view(caller, seen, words.blocks())
    else:
        if proof.finding.outcome is Outcome.VERIFIED or proof.found.customer.is_proven:
            view = verified_view(reader, catalogue, seen, proof.found)
        else:
            view = records_view(caller, seen, found_blocks(reader, catalogue, seen.customer, proof.finding))
    await client.views_update(view_id=view_id, view=view)


def records_view(caller: Caller, seen: Found, answer: list[Block]) -> View:
    """The records to publish, under the answer to what is there now."""
    reader, customer = caller.reader, seen.customer
    blocks = [
        *answer,
        b.divider(),
        b.section(
            reader.mrkdwn(
                "Publish *one* of these two records where the name servers of {domain} are run, then check again.",
                domain=shown_domain(customer),
            )
        ),
        *record_blocks(caller, customer),
        b.actions(
            b.button(reader.text("Check now"), "verify.check", customer.id, "primary"),
            b.button(reader.text("Send by e-mail"), "verify.letter", customer.id),
            *_while_unproven(reader, customer),
        ),
        b.context(_patience(reader, caller.desk.catalogue, seen.partner)),
    ]
    return b.modal(reader, reader.text("Verify a domain"), blocks, callback="verification")


def shown_registered(customer: Customer) -> str:
    """The registered domain, which DNS panels are for, as people read it."""
    return parse_domain(registered_domain(customer.domain)).unicode


def _while_unproven(reader: Reader, customer: Customer) -> list[ButtonElement]:
    """What was mistyped can be put right until it is proven, and what was added by mistake taken off the list."""
    if customer.verified_at:
        return []
    return [
        b.button(reader.text("Correct the details"), "correction.open", customer.id),
        b.button(reader.text("Remove"), "removal.open", customer.id),
    ]


def record_blocks(caller: Caller, customer: Customer) -> list[Block]:
    """Both records, each to copy; one is enough."""
    reader = caller.reader
    template = template_of(caller.desk.catalogue)
    txt = template.txt(customer.domain, customer.verification_token)
    cname = template.cname(customer.domain, customer.verification_token)
    return [
        b.section(
            reader.mrkdwn("*TXT record* for {domain}: first its host, then its value", domain=shown_domain(customer))
        ),
        b.copyable(txt.host),
        b.copyable(txt.value),
        b.section(
            reader.mrkdwn(
                "*or CNAME record* for {name}: first its host, then where it points to", name=code(cname.name)
            )
        ),
        b.copyable(cname.host),
        b.copyable(cname.value),
        b.context(*_about_hosts(reader, customer, txt)),
    ]


def _about_hosts(reader: Reader, customer: Customer, txt: Record) -> list[Mrkdwn]:
    registered = shown_registered(customer)
    how = reader.mrkdwn(
        "Type the host into the DNS panel of {registered} as it stands here. Where the panel wants the name in full, "
        "type the one above it.",
        registered=registered,
    )
    return [how, reader.mrkdwn("`@` is {registered} itself.", registered=registered)] if txt.host == "@" else [how]


def _patience(reader: Reader, catalogue: Catalogue, partner: Partner) -> Mrkdwn:
    days = reader.count("{number} day", "{number} days", catalogue.verification.search_days)
    if partner.alert_channel is None:
        return reader.mrkdwn(
            "You may close this: I go on looking for {days}, and tell your administrators as soon as the record is "
            "there. New records are often visible after a few minutes; with a long TTL, after up to 24 hours.",
            days=days,
        )
    return reader.mrkdwn(
        "You may close this: I go on looking for {days}, and tell {channel} as soon as the record is there. "
        "New records are often visible after a few minutes; with a long TTL, after up to 24 hours.",
        days=days,
        channel=Mrkdwn(f"<#{partner.alert_channel}>"),
    )


def verified_view(reader: Reader, catalogue: Catalogue, before: Found, now: Found) -> View:
    """The domain is proven. Where it had a trial or a subscription before, this says that it goes on with that one."""
    customer = now.customer
    text = reader.mrkdwn(
        ":white_check_mark: *{domain} is verified.* You can now manage {organisation} on its behalf.",
        domain=shown_domain(customer),
        organisation=customer.organisation,
    )
    was, again = before.customer, list[Block]()
    if (customer.trial_started_on, customer.started_on) != (was.trial_started_on, was.started_on):
        again.append(b.section(resumed(reader, catalogue, customer, now.today)))
    blocks = [
        b.section(text),
        *again,
        b.actions(b.button(reader.text("Manage"), "manage.open", customer.id, "primary")),
    ]
    return b.modal(reader, reader.text("Verify a domain"), blocks, callback="verified")


def checking_blocks(reader: Reader) -> list[Block]:
    return [b.section(reader.mrkdwn(":mag: *Asking the domain's name servers…* This takes a few seconds."))]


def found_blocks(reader: Reader, catalogue: Catalogue, customer: Customer, finding: Finding) -> list[Block]:
    """Why the domain is not proven yet, and what to do about it."""
    wanted = _wanted(catalogue, customer, finding)
    text = reader.mrkdwn(
        _BEHIND_ALIAS if _is_behind_alias(customer, finding) else _WORDS[finding.outcome],
        domain=shown_domain(customer),
        name=code(finding.found[0].name if finding.found else customer.domain),
        wanted=code(wanted.name),
        host=code(wanted.host),
        support=mail_link(catalogue.support_address),
    )
    blocks: list[Block] = [b.section(text)]
    if finding.outcome is Outcome.NOTHING_FOUND:
        blocks.append(b.section(_where_it_counts(reader, customer, finding)))
    if finding.outcome is Outcome.WRONG_VALUE:
        blocks.append(b.section(reader.mrkdwn("*What is there now:*")))
        blocks.append(b.copyable("\n".join(f"{record.type}  {record.value}" for record in finding.found)))
    return blocks


def _is_behind_alias(customer: Customer, finding: Finding) -> bool:
    """Whether the record was found at somebody else's name, where only an alias leads to."""
    if finding.outcome is not Outcome.WRONG_NAME:
        return False
    return registered_domain(finding.found[0].name) != registered_domain(customer.domain)


def _where_it_counts(reader: Reader, customer: Customer, finding: Finding) -> Mrkdwn:
    """For whoever has published the record at a provider whom nobody asks."""
    if not finding.servers:
        return reader.mrkdwn("Was the record added where these name servers are run?")
    words = reader.count(
        "What counts for {domain} is what this name server says: {servers}. Was the record added at the provider who "
        "runs it?",
        "What counts for {domain} is what these name servers say: {servers}. Was the record added at the provider who "
        "runs them?",
        len(finding.servers),
        domain=escape(shown_domain(customer)),
        servers=", ".join(map(code, finding.servers)),
    )
    return Mrkdwn(words)


def _wanted(catalogue: Catalogue, customer: Customer, finding: Finding) -> Record:
    """The record as it should be of which one was found."""
    is_cname = bool(finding.found) and finding.found[0].type == "CNAME"
    template = template_of(catalogue)
    return (template.cname if is_cname else template.txt)(customer.domain, customer.verification_token)


_BEHIND_ALIAS = N_(
    ":warning: *Not verified yet: the record is there, but at somebody else's name.* {domain} is only an alias of "
    "{name}. Beside an alias no TXT record can stand: please publish the CNAME record below instead."
)
_WORDS = {
    Outcome.NOTHING_FOUND: N_(
        ":hourglass_flowing_sand: *Not verified yet: neither record is there.* The name servers of {domain} answered, "
        "and know neither the TXT nor the CNAME record."
    ),
    Outcome.WRONG_VALUE: N_(
        ":warning: *Not verified yet: there is a record, but with another value.* "
        "Please replace it by the value below, to the letter."
    ),
    Outcome.WRONG_NAME: N_(
        ":warning: *Not verified yet: the record is there, but under the wrong name.* I found it at {name}; it "
        "belongs at {wanted}. Many DNS panels add the domain by themselves. Please type {host} as its host."
    ),
    Outcome.WILDCARD: N_(
        ":warning: *Not verified yet: every name below {domain} leads to us, not only the one asked for.* "
        "Such a wildcard record proves nothing. Please publish the TXT record instead."
    ),
    Outcome.NO_SUCH_DOMAIN: N_(
        ":warning: *{domain} does not exist in the DNS.* Is it spelled right, registered, and not expired?"
    ),
    Outcome.ALIAS_LOOP: N_(
        ":warning: *Not verified yet: the CNAME record of {name} leads in a circle,* from name to name and back. So no "
        "record can be found there. Please remove it, or let it point elsewhere."
    ),
    Outcome.SERVER_FAILING: N_(
        ":warning: *The name servers of {domain} answer with an error.* Please try again in a few minutes. "
        "If it stays so, whoever runs them must mend them; we are there to help: {support}."
    ),
    Outcome.SERVER_SILENT: N_(
        ":warning: *The name servers of {domain} do not answer.* Please try again in a few minutes. "
        "If it stays so, whoever runs them must mend them; we are there to help: {support}."
    ),
}


def register(app: AsyncApp) -> None:
    app.command("/partner-verify")(open_records)
    app.action("verify.open")(open_records)
    app.action("verify.check")(check_again)
