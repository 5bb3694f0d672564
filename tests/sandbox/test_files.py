"""Files in forms: a person adds one, the app gets it with its token and its scope, and nobody else does."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from sandbox.acts import CannotDo
from sandbox.cast import add_workspace
from sandbox.manifest import Manifest
from tests.sandbox.api import error_of, user
from tests.sandbox.small_bot import field, modal

Json = dict[str, Any]

FORM = modal("Import", field("List", "file_input", "list", filetypes=["csv", "xlsx"], max_files=1), callback_id="form")


@pytest.fixture
def heard(app: AsyncApp) -> list[Json]:
    """What the app gets when the form is submitted."""
    heard: list[Json] = []

    @app.command("/open")
    async def open_(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)

    @app.view("form")
    async def take(ack: Any, view: Json) -> None:
        heard.extend(view["state"]["values"]["list"]["list"]["files"])
        await ack()

    return heard


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def given(sandbox: Sandbox, heard: list[Json]) -> Json:
    """A file that Jonas has submitted, as the app heard of it."""
    jonas = sandbox.person("Jonas")
    await jonas.command("/open", channel="#general")
    await jonas.fill("List", ("customers.csv", b"a;b"))
    assert jonas.modal.fields["List"] == "customers.csv"
    await jonas.submit()
    (file,) = heard
    return file


async def test_the_app_gets_the_file_of_a_form(
    sandbox: Sandbox, heard: list[Json], client: AsyncWebClient, web: httpx.AsyncClient
) -> None:
    file = await given(sandbox, heard)
    assert (file["name"], file["size"], file["filetype"]) == ("customers.csv", 3, "csv")
    assert (file["user"], file["mimetype"]) == (user(sandbox, "Jonas"), "text/csv")
    fetched = await web.get(file["url_private_download"], headers=bearer(client.token or ""))
    assert (fetched.status_code, fetched.content) == (200, b"a;b")
    assert (await web.get(file["url_private"], headers=bearer(client.token or ""))).content == b"a;b"
    assert (await client.files_info(file=file["id"]))["file"] == file


@pytest.mark.parametrize("token", ["", "xoxb-nobody"])
async def test_without_a_token_there_is_a_page_to_sign_in(
    sandbox: Sandbox, heard: list[Json], web: httpx.AsyncClient, token: str
) -> None:
    file = await given(sandbox, heard)
    answer = await web.get(file["url_private_download"], headers=bearer(token) if token else {})
    assert (answer.status_code, answer.headers["location"].startswith("/?redir=")) == (302, True)
    assert sandbox.refusals.pop().error == "invalid_auth"


async def test_without_the_scope_there_is_no_form_and_no_file(
    sandbox: Sandbox, heard: list[Json], client: AsyncWebClient, web: httpx.AsyncClient
) -> None:
    file = await given(sandbox, heard)
    sandbox.core.manifest = Manifest(scopes=frozenset({"commands"}))
    answer = await web.get(file["url_private_download"], headers=bearer(client.token or ""))
    assert (answer.status_code, sandbox.refusals[-1].error) == (302, "missing_scope")
    assert await error_of(client.files_info(file=file["id"])) == "missing_scope"
    assert await error_of(client.views_open(trigger_id="1.2", view=FORM)) == "missing_scope"


async def test_another_workspace_has_not_heard_of_it(
    sandbox: Sandbox, heard: list[Json], web: httpx.AsyncClient
) -> None:
    file = await given(sandbox, heard)
    other = add_workspace(sandbox.core.world, "Laurent Conseil", "laurent", 0)
    installation = sandbox.core.world.installation_in(other.id)
    assert installation is not None
    there = AsyncWebClient(token=installation.token, base_url=sandbox.environment["SLACK_API_URL"])
    assert await error_of(there.files_info(file=file["id"])) == "file_not_found"
    assert (await web.get(file["url_private"], headers=bearer(installation.token))).status_code == 404


async def test_a_file_is_the_persons_own_until_it_is_submitted(
    sandbox: Sandbox, heard: list[Json], client: AsyncWebClient
) -> None:
    jonas = sandbox.person("Jonas")
    await jonas.command("/open", channel="#general")
    await jonas.fill("List", ("customers.csv", b"a;b"))
    (file_id,) = sandbox.core.world.files
    assert await error_of(client.files_info(file=file_id)) == "file_not_found"
    state: Any = {"list": {"list": {"type": "file_input", "files": [{"id": file_id, "name": "customers.csv"}]}}}
    emma = sandbox.person("Emma")
    await emma.command("/open", channel="#general")
    with pytest.raises(CannotDo, match="not there"):
        await sandbox.acts.submit(emma.user, emma.modal.view, state)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("customers.pdf", "Only these types of files can be added: csv, xlsx."), (None, "Please complete")],
)
async def test_what_slack_itself_refuses_never_reaches_the_app(
    sandbox: Sandbox, heard: list[Json], name: str | None, problem: str
) -> None:
    jonas = sandbox.person("Jonas")
    await jonas.command("/open", channel="#general")
    await jonas.fill("List", (name, b"%PDF") if name else None)
    await jonas.submit()
    assert jonas.modal.errors["List"].startswith(problem)
    assert heard == []


async def test_a_file_that_is_too_large_or_empty_is_not_taken(sandbox: Sandbox, web: httpx.AsyncClient) -> None:
    query = {"as": user(sandbox, "Jonas"), "name": "customers.csv"}
    for content, word in ((b"", "empty"), (b"x" * 10_000_001, "too large")):
        answer = await web.post(f"{sandbox.address}/page/files", params=query, content=content)
        assert (answer.status_code, word in answer.json()["error"]) == (400, True)
    assert sandbox.core.world.files == {}
