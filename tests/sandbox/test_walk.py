"""One walk through the sandbox as three people would take it, over HTTP and over Socket Mode."""

from typing import Literal

import pytest

from sandbox import Sandbox
from sandbox.manifest import Manifest
from tests.sandbox.small_bot import add_desk, new_app, over_http, over_socket


async def walk(sandbox: Sandbox) -> None:
    jonas, anna = sandbox.person("Jonas"), sandbox.person("Anna Richter")
    await jonas.command("/apply", channel="#general")
    assert jonas.modal.title == "Apply"

    await jonas.fill("E-mail", "nonsense")
    await jonas.submit()
    assert jonas.modal.errors == {
        "Company": "Please complete this required field.",
        "E-mail": "Please enter a valid email address.",
    }
    await jonas.fill_many({"Company": "Evil", "E-mail": "jonas@weber.example"})
    await jonas.submit()
    assert jonas.modal.errors == {"Company": "Not you."}
    assert jonas.modal.fields["E-mail"] == "jonas@weber.example"

    await jonas.fill("Company", "Weber IT")
    await jonas.submit()
    assert not jonas.has_modal
    await jonas.sees("Thank you, Weber IT", where="DM")

    card = await anna.sees("Weber IT", where="#partner-reviews")
    assert card.buttons == ["Approve"]
    await anna.click("Approve", where="#partner-reviews", near="Weber IT")
    decided = await anna.sees("approved by @Anna Richter", where="#partner-reviews")
    assert decided.buttons == []
    assert sandbox.refusals == []
    assert sandbox.pings == ["@Anna Richter"]


@pytest.mark.parametrize("delivery", ["http", "socket"])
async def test_three_people_walk_the_path(delivery: Literal["http", "socket"]) -> None:
    async with Sandbox(manifest=Manifest(), delivery=delivery) as sandbox:
        app = new_app(sandbox)
        add_desk(app)
        connect = over_http if delivery == "http" else over_socket
        async with connect(sandbox, app):
            await walk(sandbox)
