"""A partner's people, and who is invited to become one of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Customer, Invitation, Member, Partner, Person
from storage.queries.customers import LISTED
from storage.queries.paging import Cursor, Page, page


async def lock_partner(session: AsyncSession, partner_id: int) -> Partner | None:
    """A partner whose people nobody else changes until the transaction ends."""
    found = await session.scalars(
        select(Partner)
        .where(Partner.id == partner_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found.first()


async def lock_partner_of(session: AsyncSession, workspace_id: str, user_id: str) -> Partner | None:
    """As `lock_partner`, of the partner that somebody belonged to when it was asked for."""
    found = await session.scalars(
        select(Partner)
        .join(Member, Member.partner_id == Partner.id)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        .with_for_update(key_share=True, of=Partner)
        .execution_options(populate_existing=True)
    )
    return found.first()


async def lock_member(session: AsyncSession, partner_id: int, workspace_id: str, user_id: str) -> Member | None:
    """Somebody of a partner, for whom nothing else that asks so is done until the transaction ends."""
    found = await session.scalars(
        select(Member)
        .where(Member.partner_id == partner_id, Member.workspace_id == workspace_id, Member.user_id == user_id)
        .with_for_update(key_share=True)
    )
    return found.first()


async def member(session: AsyncSession, partner_id: int, workspace_id: str, user_id: str) -> Member | None:
    return await session.get(Member, (partner_id, workspace_id, user_id))


async def people_of(session: AsyncSession, partner_id: int) -> list[tuple[Member, Person | None]]:
    """Everybody of a partner, with what Slack says of them; who came first stands first."""
    found = await session.execute(
        select(Member, Person)
        .outerjoin(Person, and_(Person.workspace_id == Member.workspace_id, Person.user_id == Member.user_id))
        .where(Member.partner_id == partner_id)
        .order_by(Member.joined_at, Member.user_id)
    )
    return [(row[0], row[1]) for row in found]


async def page_of_people(
    session: AsyncSession, partner_id: int, after: Cursor | None, before: Cursor | None, limit: int
) -> Page[Member]:
    """A page of a partner's people; who came first stands first.

    Args:
        after, before: when somebody joined, their user and workspace.
    """
    wanted = select(Member).where(Member.partner_id == partner_id)
    order = (Member.joined_at, Member.user_id, Member.workspace_id)
    return await page(session, wanted, order, after, before, limit=limit)


async def persons(session: AsyncSession, who: Sequence[Member]) -> dict[tuple[str, str], Person]:
    """What Slack says of some people, by workspace and user."""
    names = [(one.workspace_id, one.user_id) for one in who]
    found = await session.scalars(select(Person).where(tuple_(Person.workspace_id, Person.user_id).in_(names)))
    return {(one.workspace_id, one.user_id): one for one in found}


async def number_of_people(session: AsyncSession, partner_id: int) -> int:
    return int(await session.scalar(select(func.count()).where(Member.partner_id == partner_id)) or 0)


async def page_of_invitations(
    session: AsyncSession, partner_id: int, now: datetime, after: Cursor | None, before: Cursor | None, limit: int
) -> Page[Invitation]:
    """A page of a partner's invitations that can be accepted still, the newest first.

    Args:
        after, before: the id of an invitation.
    """
    wanted = select(Invitation).where(
        Invitation.partner_id == partner_id, Invitation.status == "open", Invitation.expires_at > now
    )
    return await page(session, wanted, (Invitation.id,), after, before, newest_first=True, limit=limit)


async def invitations_to(
    session: AsyncSession, workspace_id: str, user_id: str, now: datetime, limit: int = 5
) -> list[tuple[Invitation, Partner]]:
    """What somebody may accept, the newest first."""
    found = await session.execute(
        select(Invitation, Partner)
        .join(Partner, Partner.id == Invitation.partner_id)
        .where(
            Invitation.workspace_id == workspace_id,
            Invitation.user_id == user_id,
            Invitation.status == "open",
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in found]


async def invitation(session: AsyncSession, invitation_id: int) -> Invitation | None:
    """An invitation as it is now, whatever this session has read of it before."""
    return await session.get(Invitation, invitation_id, populate_existing=True)


async def unanswered(
    session: AsyncSession, partner_id: int, workspace_id: str, user_ids: Collection[str]
) -> dict[str, Invitation]:
    """A partner's invitations of some people that nobody has ended, those that have run out included, by user."""
    found = await session.scalars(
        select(Invitation).where(
            Invitation.partner_id == partner_id,
            Invitation.workspace_id == workspace_id,
            Invitation.user_id.in_(user_ids),
            Invitation.status == "open",
        )
    )
    return {one.user_id: one for one in found}


async def described(session: AsyncSession, workspace_id: str, user_ids: Collection[str]) -> dict[str, Person]:
    """What Slack says of some people of a workspace, by user."""
    found = await session.scalars(
        select(Person).where(Person.workspace_id == workspace_id, Person.user_id.in_(user_ids))
    )
    return {one.user_id: one for one in found}


async def memberships(session: AsyncSession, workspace_id: str, user_ids: Collection[str]) -> dict[str, Member]:
    """Which partner some people of a workspace belong to, by user."""
    found = await session.scalars(
        select(Member).where(Member.workspace_id == workspace_id, Member.user_id.in_(user_ids))
    )
    return {one.user_id: one for one in found}


async def taken(session: AsyncSession, partner_id: int, now: datetime) -> int:
    """How many people a partner has, those who may still accept an invitation included."""
    members = select(func.count()).select_from(Member).where(Member.partner_id == partner_id)
    invited = (
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.partner_id == partner_id, Invitation.status == "open", Invitation.expires_at > now)
    )
    return int(await session.scalar(select(members.scalar_subquery() + invited.scalar_subquery())) or 0)


async def has_colleagues(session: AsyncSession, partner_id: int) -> bool:
    """Whether a partner has more than one person, or has ever invited anybody."""
    people = select(func.count()).select_from(Member).where(Member.partner_id == partner_id).scalar_subquery()
    invited = exists().where(Invitation.partner_id == partner_id)
    return bool(await session.scalar(select(or_(people > 1, invited))))


async def has_had_customers(session: AsyncSession, partner_id: int) -> bool:
    """Whether a partner has customers, or has had one with a proven domain: what was added by mistake is none."""
    ever = exists().where(Customer.partner_id == partner_id, or_(LISTED, Customer.verified_at.is_not(None)))
    return bool(await session.scalar(select(ever)))


async def unassign(session: AsyncSession, partner_id: int, workspace_id: str, user_id: str) -> None:
    """Nobody of a partner's customers is looked after by this person any more."""
    await session.execute(
        update(Customer)
        .where(
            Customer.partner_id == partner_id,
            Customer.assigned_workspace == workspace_id,
            Customer.assigned_to == user_id,
        )
        .values(assigned_workspace=None, assigned_to=None)
    )
