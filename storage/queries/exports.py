"""Files of customers that are being made: who has taken on which."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import CustomerExport


async def claim(
    session: AsyncSession, workspace_id: str, user_id: str, kind: str, token: str, now: datetime, until: datetime
) -> bool:
    """Takes on somebody's file, unless another process has it and has been heard of.

    A lease that ends further ahead than any can is of a clock that has been put back since: it holds nobody up.
    """
    values = {"token": token, "lease_until": until}
    claimed = await session.execute(
        insert(session, CustomerExport)
        .values(workspace_id=workspace_id, user_id=user_id, kind=kind, **values)
        .on_conflict_do_update(
            index_elements=["workspace_id", "user_id", "kind"],
            set_=values,
            where=or_(CustomerExport.lease_until <= now, CustomerExport.lease_until > until + (until - now)),
        )
        .returning(CustomerExport.token)
    )
    return claimed.first() is not None


async def renew(session: AsyncSession, token: str, until: datetime) -> bool:
    """Whether it is still this process's to make."""
    renewed = await session.execute(
        update(CustomerExport)
        .where(CustomerExport.token == token)
        .values(lease_until=until)
        .returning(CustomerExport.token)
    )
    return renewed.first() is not None


async def release(session: AsyncSession, token: str) -> None:
    await session.execute(delete(CustomerExport).where(CustomerExport.token == token))
