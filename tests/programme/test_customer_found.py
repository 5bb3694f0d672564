"""One customer, by whatever somebody calls its domain: the partner's own, and never another's."""

import pytest
from sqlalchemy import update

from programme.customers import find
from programme.desk import Desk
from programme.refusals import BadInput
from storage.models import Customer
from tests.programme import house
from tests.programme.partnership import EMMA


@pytest.mark.parametrize("typed", ["x.example", "www.x.example", "admin@X.example", "https://www.x.example/de/"])
async def test_an_address_at_the_domain_finds_the_customer(sqlite_desk: Desk, typed: str) -> None:
    emma, stranger = EMMA, await house.partner(sqlite_desk, "U2")
    customer = await house.customer(sqlite_desk, emma, domain="x.example")
    assert (await find(sqlite_desk, emma, typed)).customer.id == customer.id
    refused = await house.refusal(find(sqlite_desk, stranger, typed))
    assert (refused.reason, refused.facts["domain"]) == ("unknown_customer", typed)


async def test_the_domain_itself_goes_before_what_else_is_meant(desk: Desk) -> None:
    emma = await house.partner(desk)
    bare = await house.customer(desk, emma, domain="x.example")
    www = await house.customer(desk, emma, domain="y.example")
    async with desk.store.write() as session:  # as it was written down before `www.` was taken off
        await session.execute(update(Customer).where(Customer.id == www.id).values(domain="www.x.example"))
    assert (await find(desk, emma, "www.x.example")).customer.id == www.id
    assert (await find(desk, emma, "x.example")).customer.id == bare.id


async def test_a_web_site_is_its_domain_and_there_once(sqlite_desk: Desk) -> None:
    customer = await house.customer(sqlite_desk, EMMA, domain="https://www.x.example/")
    assert customer.domain == "x.example"
    with pytest.raises(BadInput) as bad:
        await house.customer(sqlite_desk, EMMA, domain="x.example")
    assert bad.value.fields == {"domain": "already_yours"}
