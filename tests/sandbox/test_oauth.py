"""The app is installed into another workspace by OAuth."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from sandbox.cast import add_workspace
from tests.sandbox.api import error_of

BACK = "http://127.0.0.1:3000/slack/oauth_redirect"


async def consent(sandbox: Sandbox, workspace: str) -> str:
    """Go through the consent page as a person does; returns the code."""
    query = {"client_id": sandbox.oauth_environment["SLACK_CLIENT_ID"], "state": "s1", "redirect_uri": BACK}
    async with httpx.AsyncClient(base_url=sandbox.address) as browser:
        page = await browser.get("/oauth/v2/authorize", params=query)
        assert "Laurent Conseil" in page.text
        chosen = await browser.get("/oauth/v2/authorize", params={**query, "workspace": workspace})
    back = urlsplit(chosen.headers["location"])
    answer = parse_qs(back.query)
    assert (back._replace(query="").geturl(), answer["state"]) == (BACK, ["s1"])
    return answer["code"][0]


# slack_sdk still uses what aiohttp has deprecated.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_workspace_gets_the_app_and_its_own_token(sandbox: Sandbox) -> None:
    other = add_workspace(sandbox.core.world, "Laurent Conseil", "laurent", 0, with_app=False)
    sandbox.core.world.users["U1"] = sandbox.person("Hugo").user.model_copy(update={"id": "U1", "workspace": other.id})
    code = await consent(sandbox, other.id)
    client = AsyncWebClient(base_url=sandbox.environment["SLACK_API_URL"])
    keys = {
        "client_id": sandbox.oauth_environment["SLACK_CLIENT_ID"],
        "client_secret": sandbox.oauth_environment["SLACK_CLIENT_SECRET"],
    }
    wrong = client.oauth_v2_access(**{**keys, "client_secret": "x"}, code=code)
    assert await error_of(wrong) == "bad_client_secret"
    answer = await client.oauth_v2_access(**keys, code=code, redirect_uri=BACK)
    assert (answer["team"]["name"], answer["authed_user"]["id"]) == ("Laurent Conseil", "U1")
    there = AsyncWebClient(token=answer["access_token"], base_url=sandbox.environment["SLACK_API_URL"])
    assert (await there.auth_test())["team_id"] == other.id
    assert await error_of(client.oauth_v2_access(**keys, code=code)) == "code_already_used"
    assert await error_of(client.oauth_v2_access(**keys, code="x")) == "invalid_code"


async def test_a_stranger_gets_no_consent_page(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(base_url=sandbox.address) as browser:
        assert (await browser.get("/oauth/v2/authorize", params={"client_id": "x"})).status_code == 400
