"""The page behind a link in a letter: looking changes nothing, an answer counts once (mission row 11)."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot import consent_page
from bot.consent_page import A_MINUTE, consent_routes
from handlers.caller import House
from programme.desk import Desk
from programme.links import Link
from storage.base import Model
from storage.models import Partner
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.two_partners import Two, asked, leaving_token, letters, of_partner, prove, request, two_partners

BACK = {
    "en": "has begun again since",
    "fr": "a repris depuis",
    "de": "besteht inzwischen wieder",
}
NASTY = '<script>alert(1)</script> & "Söhne"'


@dataclass
class Visit:
    """Somebody with a browser, and the desk behind the page."""

    desk: Desk
    clock: Clock
    two: Two
    web: httpx.AsyncClient
    app: Starlette

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.web.get(f"/consent/{path}", headers=headers)

    async def press(self, page: httpx.Response, answer: str) -> httpx.Response:
        """Posts the form of a button that is on the page."""
        (action,) = [one for one in re.findall('action="([^"]+)"', page.text) if f"/{answer}?" in one]
        return await self.web.post(page.url.join(action))

    async def everything(self) -> dict[str, Any]:
        return {
            mapper.class_.__tablename__: [
                {column.key: getattr(row, column.key) for column in mapper.column_attrs}
                for row in await house.rows(self.desk, mapper.class_)
            ]
            for mapper in Model.registry.mappers
        }


@pytest.fixture
async def visit(sqlite_address: str) -> AsyncIterator[Visit]:
    store, clock = Store(sqlite_address), Clock()
    desk = house.make_desk(store, clock)
    two = await two_partners(desk)
    delivered: list[str] = []

    async def deliver_now() -> None:
        delivered.append("now")

    courier = cast(Any, SimpleNamespace(deliver_now=deliver_now))
    app = Starlette(routes=consent_routes(House(desk, courier, cast(Any, None))))
    async with browser(app) as web:
        yield Visit(desk, clock, two, web, app)
    await store.close()


def browser(app: Starlette, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="https://desk.example", follow_redirects=True)


async def test_looking_changes_nothing(visit: Visit) -> None:
    """Programs that look through mail follow every link in it, and those on the page that it leads to."""
    token = await asked(visit.desk, visit.two, "We speak Swabian.")
    leaving = leaving_token(visit.desk, visit.two.customer_id)
    before = await visit.everything()
    for path in (token, f"{token}?lang=de", leaving, "nonsense"):
        page = await visit.get(path)
        for link in re.findall('(?:href|action)="([^"]+)"', page.text):
            if not link.startswith("mailto:"):
                await visit.web.get(page.url.join(link))
                await visit.web.head(page.url.join(link))
        await visit.web.head(f"/consent/{path}")
    for answer in ("accept", "decline", "leave", "renew"):
        assert (await visit.get(f"{token}/{answer}")).status_code == 405
        assert (await visit.get(f"{leaving}/{answer}")).status_code == 405
    assert await visit.everything() == before


async def test_an_answer_counts_once(visit: Visit) -> None:
    page = await visit.get(await asked(visit.desk, visit.two))
    assert "Person" not in page.text
    answered = await visit.press(page, "accept")
    assert (answered.history[0].status_code, answered.status_code) == (303, 200)
    assert "You have agreed" in answered.text
    assert "<form" not in answered.text
    now = await visit.everything()
    for says in ("accept", "decline", "leave", "renew", "sing"):
        again = await visit.web.post(f"{page.url}/{says}")
        assert "You have agreed" in again.text
    assert await visit.everything() == now
    assert len(await of_partner(visit.desk, 2)) == 1


async def test_an_answer_that_belongs_to_another_link_changes_nothing(visit: Visit) -> None:
    token = await asked(visit.desk, visit.two)
    leaving = leaving_token(visit.desk, visit.two.customer_id)
    before = await visit.everything()
    for path in (f"{token}/leave", f"{token}/renew", f"{leaving}/accept", f"{leaving}/decline", f"{leaving}/renew"):
        await visit.web.post(f"/consent/{path}")
    assert await visit.everything() == before


async def test_a_link_of_another_request_answers_that_one_alone(visit: Visit) -> None:
    token = await asked(visit.desk, visit.two)
    now = await request(visit.desk)
    other = visit.desk.links.token(Link("mapping", now.id + 1, now.asked_at))
    assert (await visit.web.post(f"/consent/{other}/accept")).status_code == 404
    assert (await request(visit.desk)).status == "open"
    assert (await visit.get(token)).status_code == 200


async def test_no_program_runs_on_it_and_nobody_keeps_it(visit: Visit) -> None:
    token = await asked(visit.desk, visit.two)
    shown, unknown = await visit.get(token), await visit.get("nonsense")
    for page in (shown, unknown, await visit.web.post(f"/consent/{token}/decline")):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        policy = page.headers["content-security-policy"]
        (nonce,) = re.findall('<style nonce="([^"]+)">', page.text)
        assert policy.startswith(f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; ")
        assert "<script" not in page.text
        assert "script-src" not in policy
        assert "style=" not in page.text
    posted = (await visit.web.post(f"/consent/{token}/accept", follow_redirects=False)).headers
    assert (posted["cache-control"], posted["referrer-policy"]) == ("no-store", "no-referrer")


async def test_what_people_wrote_is_text(visit: Visit) -> None:
    async with visit.desk.store.write() as session:
        (await session.get_one(Partner, 2)).name = NASTY
    page = await visit.get(await asked(visit.desk, visit.two, f"{NASTY}\nSecond line"))
    assert "<script" not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Söhne&#34;") >= 4
    assert "\nSecond line" in page.text
    assert "Weber" not in page.text  # whose it is now
    assert "admin@mueller.example" not in page.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["would like to look after mueller.example", "If you agree", "If you decline", "Questions?"]),
        ("fr", ["souhaite s’occuper de mueller.example", "Si vous acceptez", "Si vous refusez", "Des questions"]),
        ("de", ["möchte mueller.example betreuen", "Wenn Sie zustimmen", "Wenn Sie ablehnen", "Fragen?"]),
    ],
)
async def test_it_speaks_the_language_that_is_chosen_on_it(visit: Visit, language: str, words: list[str]) -> None:
    token = await asked(visit.desk, visit.two)
    first = await visit.get(token, **{"Accept-Language": "de-CH,fr;q=0.9"})
    assert '<html lang="en">' in first.text  # the letter's, and that the customer could read
    page = await visit.get(f"{token}?lang={language}")
    assert f'<html lang="{language}">' in page.text
    assert [word for word in words if word not in page.text] == []
    assert "partners@nordlicht.example" in page.text
    answered = await visit.press(page, "decline")
    assert answered.url.params["lang"] == language
    assert f'<html lang="{language}">' in answered.text


@pytest.mark.parametrize("path", ["%5C%5Cevil.example", "javascript:alert(1)", "%2F%2Fevil.example", "a%22b"])
async def test_a_page_leads_to_itself_alone_whatever_its_address_says(visit: Visit, path: str) -> None:
    page = await visit.get(path)
    links = re.findall('(?:href|action)="([^"]+)"', page.text)
    assert page.status_code == 404
    assert all(link.startswith("mailto:") or link in ("?lang=en", "?lang=fr", "?lang=de") for link in links), links


async def test_a_link_that_does_not_work_says_so_in_the_browsers_language(visit: Visit) -> None:
    token = await asked(visit.desk, visit.two)
    for accepted, said in (("de-CH,en", "Dieser Link funktioniert nicht"), ("es, fr-CA;q=0.5", "Ce lien ne fonctionne"),
                           ("", "This link does not work"), (";;,*", "This link does not work")):  # fmt: skip
        for broken in (token[:-1], token[:40] + "x" + token[41:], "x" * 5000, "%00", "💥"):
            page = await visit.get(broken, **{"Accept-Language": accepted})
            assert (page.status_code, said in page.text) == (404, True)
    assert (await visit.web.post(f"/consent/{token[:-1]}/accept")).status_code == 404


async def test_an_expired_link_says_so(visit: Visit) -> None:
    token = await asked(visit.desk, visit.two)
    visit.clock.moment += timedelta(days=15)
    page = await visit.get(token)
    assert (page.status_code, "<form" in page.text) == (410, False)
    assert "It was good until 15 October 2026." in page.text
    await visit.web.post(f"/consent/{token}/accept")
    assert (await request(visit.desk)).status == "open"


async def test_a_no_that_was_followed_by_a_yes_is_over(visit: Visit) -> None:
    """The old link does not go on saying that nothing has changed; not even when the customer has left again."""
    first = await visit.get(await asked(visit.desk, visit.two))
    assert "You have declined" in (await visit.press(first, "decline")).text
    visit.clock.moment += timedelta(days=31)
    second = await visit.get(await asked(visit.desk, visit.two))
    assert "You have declined" in (await visit.web.get(first.url)).text
    await visit.press(second, "accept")
    (now,) = await of_partner(visit.desk, 2)
    for _ in range(2):
        page = await visit.web.get(first.url)
        assert "You have declined" not in page.text
        assert (page.status_code, "This question is over" in page.text) == (410, True)
        await visit.web.post(f"/consent/{leaving_token(visit.desk, now.id)}/leave")


async def test_a_customer_ends_its_partners_access(visit: Visit) -> None:
    page = await visit.get(leaving_token(visit.desk, visit.two.customer_id))
    assert "looks after mueller.example" in page.text
    answered = await visit.press(page, "leave")
    assert "Access has ended" in answered.text
    assert await of_partner(visit.desk, 1) == []
    now = await visit.everything()
    assert "Access has ended" in (await visit.web.post(f"{page.url}/leave")).text
    assert await visit.everything() == now


async def test_who_has_only_an_old_link_gets_a_new_one(visit: Visit) -> None:
    token = leaving_token(visit.desk, visit.two.customer_id)
    visit.clock.moment += timedelta(days=90)
    assert "If you end its access" in (await visit.get(token)).text
    visit.clock.moment += timedelta(days=1)
    await visit.web.post(f"/consent/{token}/leave")
    assert len(await of_partner(visit.desk, 1)) == 1
    page = await visit.get(token)
    assert page.status_code == 410
    for _ in range(3):
        visit.clock.moment += timedelta(minutes=1)
        await visit.press(page, "renew")
    (letter,) = await letters(visit.desk, "looked_after")
    assert letter.recipient == "admin@mueller.example"
    visit.clock.moment += timedelta(days=1)
    await visit.press(page, "renew")
    assert len(await letters(visit.desk, "looked_after")) == 2
    await visit.web.post(f"/consent/{leaving_token(visit.desk, visit.two.customer_id)}/leave")
    visit.clock.moment += timedelta(days=1)
    assert "Access has ended" in (await visit.press(page, "renew")).text
    assert len(await letters(visit.desk, "looked_after")) == 2


async def test_an_old_link_says_how_it_stands_today(visit: Visit) -> None:
    """Who has left and come back is looked after again, with a link of its own; an agreement lasts until it ends."""
    old = leaving_token(visit.desk, visit.two.customer_id)
    await visit.press(await visit.get(old), "leave")
    assert "does not look after mueller.example any more" in (await visit.get(old)).text
    again = await house.customer(visit.desk, visit.two.holder, super_admin_email="new@mueller.example")
    assert "does not look after mueller.example any more" in (await visit.get(old)).text  # until it is proven
    await prove(visit.desk, again.id)
    for lang, words in BACK.items():
        page = await visit.get(f"{old}?lang={lang}")
        assert page.status_code == 410
        assert words in page.text
        assert page.text.count("<form") == 1
    await visit.web.post(f"/consent/{old}/leave")
    assert [row.id for row in await of_partner(visit.desk, 1)] == [again.id]
    for _ in range(2):
        await visit.press(page, "renew")
    (letter,) = await letters(visit.desk, "looked_after")
    assert (letter.recipient, letter.about["customer_id"]) == ("new@mueller.example", again.id)

    agreed = await asked(visit.desk, Two(visit.two.holder, visit.two.asker, again.id))
    await visit.press(await visit.get(agreed), "accept")
    assert "You have agreed" in (await visit.get(agreed)).text
    (now,) = await of_partner(visit.desk, 2)
    await visit.press(await visit.get(leaving_token(visit.desk, now.id)), "leave")
    page = await visit.get(agreed)
    assert "You have agreed" not in page.text
    assert "does not look after mueller.example any more" in page.text
    assert "does not look after mueller.example any more" in (await visit.get(old)).text


async def test_who_comes_too_often_waits_and_others_do_not(visit: Visit) -> None:
    token = await asked(visit.desk, visit.two)
    for number in range(A_MINUTE):
        assert (await visit.get(token if number % 2 else "nonsense")).status_code in (200, 404)
    page = await visit.get(token, **{"Accept-Language": "fr"})
    assert (page.status_code, page.headers["retry-after"]) == (429, "60")
    assert "Réessayez dans une minute" in page.text
    assert (await visit.web.post(f"/consent/{token}/accept")).status_code == 429
    assert (await request(visit.desk)).status == "open"
    async with browser(visit.app, "192.0.2.2") as other:
        assert (await other.get(f"/consent/{token}")).status_code == 200


async def test_while_the_database_is_away(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(consent_page, "look", away)
    monkeypatch.setattr(consent_page, "answer", away)
    token = await asked(visit.desk, visit.two)
    for page in (await visit.get(token), await visit.web.post(f"/consent/{token}/accept")):
        assert (page.status_code, page.headers["retry-after"]) == (503, "60")
        assert "Nothing has changed." in page.text


async def test_a_customer_that_was_never_proven_cannot_leave_by_a_link(visit: Visit) -> None:
    """It gets none; and should there be one, nothing comes of it."""
    customer = await house.customer(visit.desk, visit.two.holder, domain="dupont.example")
    token = leaving_token(visit.desk, customer.id)
    assert (await visit.web.post(f"/consent/{token}/leave")).status_code == 200
    assert len(await of_partner(visit.desk, 1)) == 2
    await prove(visit.desk, customer.id)
    await visit.web.post(f"/consent/{token}/leave")
    assert len(await of_partner(visit.desk, 1)) == 1
