"""A partner's day in a real browser: what the Home tab shows of its customers, and the list that it leads to."""

import os
from datetime import timedelta
from pathlib import Path

from playwright.async_api import expect

from storage.models import Customer
from tests.browser.chromium import chromium, needs_chromium, windows
from tests.browser.test_walk import camera, go
from tests.desk import World, running_desk
from tests.scenarios import given
from tests.scenarios.listed import TODAY, subscribed

pytestmark = needs_chromium


async def test_the_home_tab_shows_what_is_urgent_and_leads_to_all(sqlite_address: str, tmp_path: Path) -> None:
    takes = camera(Path(os.environ.get("SCREENSHOTS") or tmp_path))
    async with running_desk(sqlite_address) as world, chromium() as browser, windows(browser, world.sandbox) as opens:
        await six_customers(world)
        emma = await opens("Emma")
        await emma.set_viewport_size({"width": 1280, "height": 1000})
        await go(emma, "Partner Desk")
        await expect(emma.get_by_role("button", name="1 renewal overdue")).to_be_visible()
        await expect(emma.get_by_role("button", name="Manage")).to_have_count(4)
        await expect(emma.get_by_text("Domain harbour.example")).to_be_visible()
        await takes(emma, "home")
        await emma.get_by_role("button", name="All customers").click()
        customers = emma.get_by_role("dialog", name="My customers")
        await expect(customers).to_contain_text("Clarke & Sons · 6 customers")
        await customers.get_by_role("combobox", name="Status").click()
        await emma.get_by_role("option", name="Active subscription").click()
        await expect(customers).to_contain_text("Clarke & Sons · 2 of 6 customers")
        await expect(customers.get_by_text("Domain harbour.example")).to_have_count(0)
        await takes(emma, "customers")
        assert world.sandbox.refusals == []


async def six_customers(world: World) -> None:
    """A partner whose first steps are done, with customers in every state."""
    await given.partner(world)
    await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia")
    await given.alerts_in(world, "#general")
    proven = {"verified_at": world.bot.desk.clock.now(), "verified_by_method": "txt"}
    for domain, organisation, renews_in, licences in (
        ("harbour.example", "Harbour Logistics", -2, "24"),
        ("northgate.example", "Northgate Dental", 6, "15"),
        ("greenfield.example", "Greenfield Primary School", 210, "60"),
    ):
        number = await subscribed(
            world, "Emma", domain, TODAY + timedelta(days=renews_in), **typed(domain, organisation, licences)
        )
        await given.change(world, Customer, number, **proven)
    pennine, miller, wharf = "pennine-walks.example", "miller-bakery.example", "wharf-gallery.example"
    near = await given.verified(world, "Emma", pennine, **typed(pennine, "Pennine Walks", "5"))
    await given.change(world, Customer, near, trial_ends_on=TODAY + timedelta(days=3))
    await given.customer(world, "Emma", miller, **typed(miller, "Miller's Bakery", "8"))
    ended = await given.verified(world, "Emma", wharf, **typed(wharf, "Wharf Gallery", "2"))
    days = {"trial_started_on": TODAY - timedelta(days=30), "trial_ends_on": TODAY - timedelta(days=15)}
    await given.change(world, Customer, ended, **days)


def typed(domain: str, organisation: str, licences: str) -> dict[str, str]:
    return {"organisation": organisation, "licences": licences, "super_admin_email": f"admin@{domain}"}
