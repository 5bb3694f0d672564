"""From an accepted application to a partner with its first admin (mission row 9)."""

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.clock import today
from programme.comparing import comparable
from programme.desk import Actor, Desk
from programme.partner_terms import PartnerTerms
from programme.refusals import Refused
from storage.models import Application, CommissionRate, Member, Partner
from storage.queries import people


async def onboard(
    session: AsyncSession, desk: Desk, actor: Actor, application: Application, terms: PartnerTerms
) -> Partner:
    """Makes the applicant a partner's first admin, and the welcome letter due, in the running transaction.

    Args:
        actor: the reviewer who approves.
    Raises: Refused("applicant_is_partner") when the applicant has joined another partner meanwhile.
    """
    if await people.membership(session, application.workspace_id, application.user_id):
        raise Refused("applicant_is_partner")
    partner = await _partner(session, desk, application, terms)
    now = desk.clock.now()
    session.add(
        Member(
            partner_id=partner.id,
            workspace_id=application.workspace_id,
            user_id=application.user_id,
            role="admin",
            joined_at=now,
        )
    )
    session.add(
        CommissionRate(
            partner_id=partner.id,
            valid_from=today(desk.clock, partner.time_zone),
            basis_points=int(terms.percent * 100),
            set_by_workspace=actor.workspace_id,
            set_by=actor.user_id,
            set_at=now,
        )
    )
    key, to = f"application:{application.id}:welcome", application.contact_email
    outbox.owe_mail(session, desk, key, "welcome", to, partner.language, application_id=application.id)
    audit.record(session, now, actor, "onboarded", ("partner", partner.id), partner.id, after=terms.facts())
    return partner


async def _partner(session: AsyncSession, desk: Desk, application: Application, terms: PartnerTerms) -> Partner:
    applicant = await people.person(session, application.workspace_id, application.user_id)
    partner = Partner(
        application_id=application.id,
        name=application.company,
        name_key=comparable(application.company),
        expertise=application.expertise,
        data_centre=terms.data_centre,
        language=applicant.language if applicant else "en",
        time_zone=applicant.time_zone if applicant else "UTC",
        created_at=desk.clock.now(),
    )
    session.add(partner)
    await session.flush()
    return partner
