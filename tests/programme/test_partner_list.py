"""Finding partners, and the trail of what was done."""

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from handlers.trail_words import ACTIONS
from programme import (
    partner_settings,
    partnerships,
)
from programme.comparing import comparable
from programme.desk import Actor, Desk
from programme.partner_settings import AlertSettings
from storage.models import Application, Customer, Partner
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, HOME, Clock
from tests.programme.partnership import EMMA
from tests.programme.test_review_queue import statements
from tests.storage.rows import VALUES


@pytest.fixture
async def desk(store: Store, clock: Clock) -> Desk:
    """With Emma's partner, the first one."""
    desk = house.make_desk(store, clock)
    await house.partner(desk, EMMA.user_id)
    return desk


class TestFinding:
    async def many(self, desk: Desk, *names: str) -> None:
        """More partners, with the ids from 101 on."""
        numbered = list(enumerate(names, 101))
        applied = [
            VALUES[Application] | {"id": number, "user_id": f"A{number}", "company": name} for number, name in numbered
        ]
        own = [
            VALUES[Partner] | {"id": number, "application_id": number, "name": name, "name_key": comparable(name)}
            for number, name in numbered
        ]
        async with desk.store.write() as session:
            await session.execute(insert(Application), applied)
            await session.execute(insert(Partner), own)

    async def found(self, desk: Desk, words: str = "", user_id: str = "") -> list[str]:
        names, after = [], None
        while True:
            page = await partnerships.find(desk, BEN, words, user_id, after)
            names += [partner.name for partner in page.rows]
            if page.after is None:
                return names
            after = page.after[-1]

    async def test_all_of_them_by_name(self, desk: Desk) -> None:
        await self.many(desk, "Zebra", "Émile SARL", "emil", *(f"Company {number:02}" for number in range(20)))
        names = await self.found(desk)
        assert names == [
            *(f"Company {number:02}" for number in range(20)), "emil", "Émile SARL", "Weber IT GmbH", "Zebra",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("emil", ["emil", "Émile SARL"]),
            ("ÉMILE", ["Émile SARL"]),
            ("weber it", ["Weber IT GmbH"]),
            ("it", []),
            ("mueller.example", ["Weber IT GmbH"]),
            ("https://www.Mueller.example/", []),
            ("MUELLER.example.", ["Weber IT GmbH"]),
            ("nobody.example", []),
            ("emil.example", ["Emil.Example"]),
        ],
    )
    async def test_by_how_the_name_begins_or_by_a_customers_domain(
        self, desk: Desk, words: str, names: list[str]
    ) -> None:
        await house.customer(desk, EMMA)
        await self.many(desk, "Émile SARL", "emil", *(["Emil.Example"] if words == "emil.example" else []))
        assert await self.found(desk, words) == names

    async def test_by_a_person(self, desk: Desk) -> None:
        await self.many(desk, "Other")
        assert await self.found(desk, user_id=EMMA.user_id) == ["Weber IT GmbH"]
        assert await self.found(desk, user_id="U99") == []
        assert await self.found(desk, "other", EMMA.user_id) == []

    @pytest.mark.parametrize("words", ["\x00", "\ud800", "%", "'", "x" * 3000, "a." * 200, "٠.example"])
    async def test_whatever_is_looked_for_is_no_error(self, desk: Desk, words: str) -> None:
        assert await self.found(desk, words) in ([], ["Weber IT GmbH"])

    async def test_back_and_forth(self, desk: Desk) -> None:
        await self.many(desk, *(f"Company {number:02}" for number in range(30)))
        first = await partnerships.find(desk, BEN)
        second = await partnerships.find(desk, BEN, after=(first.after or ())[-1])
        again = await partnerships.find(desk, BEN, before=(second.before or ())[-1])
        assert [row.id for row in again.rows] == [row.id for row in first.rows]
        assert again.before is None

    @pytest.mark.parametrize("words", ["company 1", "customer7.example"])
    async def test_a_search_uses_an_index_and_as_many_statements_for_many_as_for_few(
        self, desk: Desk, words: str
    ) -> None:
        taken = []
        for more in (False, True):
            if more:
                await self.many(desk, *(f"Company {number}" for number in range(3000)))
                async with desk.store.write() as session:
                    rows = [
                        VALUES[Customer] | {"id": n, "domain": f"customer{n}.example", "verification_token": f"t{n}"}
                        for n in range(100, 3000)
                    ]
                    await session.execute(insert(Customer), rows)
                    await session.execute(text("ANALYZE"))
            with statements(desk.store) as sent:
                await partnerships.find(desk, BEN, words)
            taken.append(len(sent))
        assert taken == [3, 3]
        (asked, given_), *_ = [one for one in sent if "LIMIT" in one[0]]
        explain = "EXPLAIN QUERY PLAN" if desk.store.is_sqlite else "EXPLAIN"
        async with desk.store.engine.connect() as connection:
            plan = str((await connection.exec_driver_sql(f"{explain} {asked}", given_)).all())
        assert "ix_partner_name_key" in plan, plan
        assert "." not in words or "ix_customer_domain" in plan, plan
        assert not re.search(r"SCAN (partner|customer)\b(?! USING)|Seq Scan on (partner|customer)\b", plan), plan


class TestTrail:
    async def test_it_is_the_partners_own_the_latest_first(self, desk: Desk) -> None:
        await house.partner(desk, "U2")
        customer = await house.customer(desk, EMMA)
        await house.customer(desk, Actor(HOME, "U2"), domain="dupont.example")
        for number in range(12):
            await partner_settings.change_settings(desk, EMMA, AlertSettings(f"C{number}", 9, "en", "UTC"))
        first = await partnerships.trail(desk, BEN, 1)
        second = await partnerships.trail(desk, BEN, 1, after=(first.page.after or ())[-1])
        actions = [row.action for row in (*first.page.rows, *second.page.rows)]
        assert actions == ["settings_changed"] * 12 + ["added", "onboarded"]
        assert second.domains == {customer.id: "mueller.example"}
        assert first.domains == {}
        back = await partnerships.trail(desk, BEN, 1, before=(second.page.before or ())[-1])
        assert [row.id for row in back.page.rows] == [row.id for row in first.page.rows]

    async def test_what_is_done_meanwhile_moves_nothing(self, desk: Desk) -> None:
        for number in range(15):
            await partner_settings.change_settings(desk, EMMA, AlertSettings(f"C{number}", 9, "en", "UTC"))
        first = await partnerships.trail(desk, BEN, 1)
        await partner_settings.change_settings(desk, EMMA, AlertSettings("C99", 9, "en", "UTC"))
        second = await partnerships.trail(desk, BEN, 1, after=(first.page.after or ())[-1])
        seen = [row.id for row in (*first.page.rows, *second.page.rows)]
        assert len(seen) == len(set(seen)) == 16
        assert seen == sorted(seen, reverse=True)

    def test_every_action_of_a_partner_has_words(self) -> None:
        """Whoever adds one has to say in handlers.partner_trail how it is told."""
        actions = set()
        for file in Path("programme").glob("*.py"):
            for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if name in ("record", "_record", "record_change", "_changed", "_say", "_end"):
                    actions |= {
                        part.value
                        for argument in call.args[:5]
                        for part in ast.walk(argument)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                        and re.fullmatch(r"[a-z_]{5,}", part.value)
                    }  # fmt: skip
        no_actions = {
            "customer",
            "import",
            "mapping",
            "partner",
            "application",
            "active",
            "status",
            "reason",
            "declined",
            "revoked",
        }
        of_applications = {"submitted"}
        assert actions - no_actions - of_applications - set(ACTIONS) == set()
        assert {"suspended", "trial_extended", "settings_changed", "invited", "added"} <= actions
