"""A conflict over a customer, for the reviewers: what both sides have to show, and the ruling (mission row 11)."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_reviewer
from programme.consent import may_have
from programme.desk import Actor, Desk
from programme.forms import LONGEST_TEXT, Rule, read_fields, text_up_to
from programme.mapping import card_key
from programme.moving import Decision, close, move
from programme.news import tell_partner
from programme.proof import template_of
from programme.refusals import Refused
from programme.verification import Finding, Outcome, check
from storage.models import Customer, MappingRequest, OutgoingMessage, Partner
from storage.outbox import message_of_key
from storage.queries import mapping, partnerships, people

VERDICTS = ("moved", "kept")


@dataclass(frozen=True)
class Conflict:
    """A request with both sides.

    Args:
        proofs: what the domain's name servers say of the one who asks and of the holder, in this order; of what is
            decided, what was known then. None where they were not asked.
        declined_at: when the customer, whose proof was gone, said no to it by its link.
    """

    request: MappingRequest
    asker: Partner
    holder: Partner
    customer: Customer
    proofs: tuple[Finding, Finding] | None = None
    declined_at: datetime | None = None


async def conflict_of(desk: Desk, request_id: int) -> Conflict | None:
    """For drawing what leaves the house, without asking any name server."""
    async with desk.store.read() as session:
        return await _conflict(session, request_id)


async def examined(desk: Desk, request_id: int) -> Conflict | None:
    """As `conflict_of`; while it is open, the name servers are asked for the proof of either side. Takes up to 5 s.

    What they say is kept, so that a decision shows what was known when it was made.
    """
    conflict = await conflict_of(desk, request_id)
    if conflict is None or conflict.request.status != "open":
        return conflict and replace(conflict, proofs=_known(conflict.request))
    request, customer, template = conflict.request, conflict.customer, template_of(desk.catalogue)
    asker, holder = await asyncio.gather(
        check(desk.dns, request.domain, request.verification_token, template, why=False),
        check(desk.dns, request.domain, customer.verification_token, template, why=False),
    )
    async with desk.store.write() as session:
        now = desk.clock.now()
        await mapping.note_findings(session, request.id, asker.outcome, holder.outcome, now)
        if asker.outcome is Outcome.VERIFIED and request.proven_at is None:
            await mapping.note_proof(session, request.id, asker.method or "", now)
    return replace(conflict, proofs=(asker, holder))


def _known(request: MappingRequest) -> tuple[Finding, Finding] | None:
    if request.asker_finding is None or request.holder_finding is None:
        return None
    return Finding(Outcome(request.asker_finding)), Finding(Outcome(request.holder_finding))


async def card_message(desk: Desk, request_id: int) -> OutgoingMessage | None:
    """The message that brought a conflict to the reviewers."""
    async with desk.store.read() as session:
        return await message_of_key(session, card_key(request_id))


async def look_again(desk: Desk, actor: Actor, request_id: int) -> None:
    """Has the card drawn anew, with what the name servers say now. Raises Refused as `may_rule`."""
    await may_rule(desk, actor, request_id)
    async with desk.store.write() as session:
        key = f"mapping:{request_id}:look:{desk.clock.now():%Y%m%d%H%M%S%f}"
        outbox.owe_message(
            session, desk, key, "conflict_repaint", outbox.to_reviewers(actor.workspace_id), request_id=request_id
        )


async def may_rule(desk: Desk, actor: Actor, request_id: int) -> Conflict:
    """A conflict that the actor may rule on.

    Raises: Refused with "reviewers_only", "unknown_conflict", "own_partner", or "ruled_already".
    """
    async with desk.store.read() as session:
        return await _may_rule(session, actor, await _conflict(session, request_id))


async def _may_rule(session: AsyncSession, actor: Actor, conflict: Conflict | None) -> Conflict:
    await require_reviewer(session, actor)
    if conflict is None or conflict.request.escalated_at is None:
        raise Refused("unknown_conflict")
    found = await people.membership(session, actor.workspace_id, actor.user_id)
    if found is not None and found[1].id in (conflict.asker.id, conflict.holder.id):
        raise Refused("own_partner", partner=found[1].name)
    if conflict.request.status != "open":
        raise Refused("ruled_already", domain=conflict.request.domain, status=conflict.request.status)
    return conflict


async def rule(desk: Desk, actor: Actor, request_id: int, verdict: str, reason: str) -> Conflict:
    """Decides a conflict, once.

    Args:
        verdict: `moved` to the one who asks, or `kept` with the holder.
        reason: what both partners read.
    Raises: BadInput; Refused as `may_rule`, or with "partner_cannot" where the one who asks may take nobody in.
    """
    words = read_fields({"reason": reason}, {"reason": Rule(text_up_to(LONGEST_TEXT))})["reason"]
    async with desk.store.write() as session:
        seen = await _conflict(session, request_id)
        if seen is not None:
            await mapping.locked_customer(session, seen.holder.id, seen.customer.id)
            await mapping.lock_open(session, seen.customer.id)
        conflict = await _may_rule(session, actor, await _conflict(session, request_id))
        request = conflict.request
        if verdict not in VERDICTS:
            raise Refused("unknown_conflict")
        if verdict == "moved" and not may_have(desk, conflict.asker):
            raise Refused("partner_cannot", partner=conflict.asker.name)
        if verdict == "moved":
            decision = Decision("reviewers", actor, words)
            await move(session, desk, conflict.customer, request, conflict.asker, decision)
        else:
            key = f"mapping:{request.id}:kept:holder"
            await tell_partner(session, desk, conflict.holder, key, "customer_kept", request_id=request.id)
        request.ruled_by_workspace, request.ruled_by, request.ruling = actor.workspace_id, actor.user_id, words
        await close(session, desk, request, verdict)
        subject, facts = ("mapping", request.id), {"domain": request.domain, "reason": words, "verdict": verdict}
        now = desk.clock.now()
        audit.record(session, now, actor, "mapping_ruled", subject, conflict.asker.id, None, dict(facts))
        return conflict


async def _conflict(session: AsyncSession, request_id: int) -> Conflict | None:
    request = await mapping.request(session, request_id)
    if request is None:
        return None
    asker = await partnerships.partner(session, request.partner_id)
    holder = await partnerships.partner(session, request.holder_id)
    customer = await mapping.customer_even_if_left(session, request.customer_id)
    if asker is None or holder is None or customer is None:
        return None
    return Conflict(request, asker, holder, customer, declined_at=await mapping.declined_at(session, request))
