"""The Web API: what it answers, and what it refuses, with Slack's own names."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Limits, Sandbox
from sandbox.cast import Part, add_person, add_workspace
from sandbox.manifest import Manifest
from tests.sandbox.api import channel, error_of, refusal, user
from tests.sandbox.small_bot import actions, button, plain, words


async def test_auth_test_tells_who_and_with_which_scopes() -> None:
    async with Sandbox(manifest=Manifest(scopes=frozenset({"commands", "chat:write"}))) as sandbox:
        client = AsyncWebClient(token=sandbox.installation.token, base_url=sandbox.environment["SLACK_API_URL"])
        answer = await client.auth_test()
    assert answer["team"] == "Nordlicht Software"
    assert answer["bot_id"] == sandbox.installation.bot_id
    assert answer.headers["x-oauth-scopes"] == "chat:write,commands"


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
async def test_bad_tokens_are_refused(sandbox: Sandbox, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=sandbox.environment["SLACK_API_URL"])
    assert await error_of(client.auth_test()) == error


async def test_after_uninstalling_the_token_is_revoked(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.workplace.uninstall()
    assert await error_of(client.auth_test()) == "token_revoked"


async def test_a_missing_scope_is_named() -> None:
    async with Sandbox(manifest=Manifest(scopes=frozenset({"commands", "channels:read"}))) as sandbox:
        client = AsyncWebClient(token=sandbox.installation.token, base_url=sandbox.environment["SLACK_API_URL"])
        body = await refusal(client.chat_postMessage(channel=channel(sandbox, "general"), text="Hello"))
        assert (body["error"], body["needed"]) == ("missing_scope", "chat:write")
        assert await error_of(client.conversations_list(types="private_channel")) == "missing_scope"
        listed = await client.conversations_list()
    assert "general" in [one["name"] for one in listed["channels"]]


async def test_unknown_methods_are_unknown(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"


async def test_a_message_is_stored_with_its_metadata(sandbox: Sandbox, client: AsyncWebClient) -> None:
    general = channel(sandbox, "general")
    metadata = {"event_type": "alert", "event_payload": {"key": "a-1"}}
    posted = await client.chat_postMessage(channel=general, text="Trial ends", metadata=metadata)
    plain_history = await client.conversations_history(channel=general)
    full_history = await client.conversations_history(channel=general, include_all_metadata=True)
    assert posted["ts"] == full_history["messages"][0]["ts"]
    assert "metadata" not in plain_history["messages"][0]
    assert full_history["messages"][0]["metadata"] == metadata
    assert full_history["messages"][0]["bot_id"] == sandbox.installation.bot_id


async def test_where_the_bot_cannot_post(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.workplace.add_channel("secret", ["Anna"], private=True, with_bot=False)
    sandbox.workplace.add_channel("open", ["Anna"], with_bot=False)
    sandbox.workplace.archive("weber-partner")
    errors = {"secret": "channel_not_found", "open": "not_in_channel", "weber-partner": "is_archived"}
    for name, error in errors.items():
        assert await error_of(client.chat_postMessage(channel=channel(sandbox, name), text="Hi")) == error
    assert await error_of(client.chat_postMessage(channel="C0NOWHERE", text="Hi")) == "channel_not_found"
    assert [refused.error for refused in sandbox.refusals] == [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "channel_not_found",
    ]


async def test_who_cannot_be_written_to(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.workplace.change_person("Hugo", deactivated=True)
    assert await error_of(client.chat_postMessage(channel=user(sandbox, "Hugo"), text="Hi")) == "channel_not_found"
    assert await error_of(client.conversations_open(users=user(sandbox, "Hugo"))) == "user_disabled"
    assert await error_of(client.users_info(user="U0NOBODY")) == "user_not_found"


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [words("x" * 3001)]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": [words("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "only"}}, "invalid_metadata_format"),
    ],
)
async def test_messages_that_are_refused(
    sandbox: Sandbox, client: AsyncWebClient, message: dict[str, object], error: str
) -> None:
    assert (
        await error_of(client.api_call("chat.postMessage", json={"channel": channel(sandbox, "general"), **message}))
        == error
    )


async def test_a_refused_block_is_named_with_its_rule(sandbox: Sandbox, client: AsyncWebClient) -> None:
    blocks = [words("fine"), actions(button("x" * 76, "a"))]
    body = await refusal(client.chat_postMessage(channel=channel(sandbox, "general"), text="x", blocks=blocks))
    assert body["response_metadata"]["messages"] == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text]"
    ]


async def test_only_own_messages_can_be_changed(sandbox: Sandbox, client: AsyncWebClient) -> None:
    general = channel(sandbox, "general")
    await sandbox.person("Jonas").says("Hello", "#general")
    theirs = sandbox.person("Jonas").last_message("#general").message.ts
    posted = await client.chat_postMessage(channel=general, text="Mine")
    assert await error_of(client.chat_update(channel=general, ts=theirs, text="Yours")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=general, ts=theirs)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=general, ts="1.000001", text="x")) == "message_not_found"
    assert await error_of(client.chat_update(channel=general, ts=posted["ts"], text="x" * 4001)) == "msg_too_long"
    await client.chat_update(channel=general, ts=posted["ts"], text="x", blocks=[words("In blocks")])
    seen = sandbox.person("Jonas").last_message("#general")
    assert (seen.text, seen.edited) == ("In blocks", False)
    await client.chat_update(channel=general, ts=posted["ts"], text="Changed")
    seen = sandbox.person("Jonas").last_message("#general")
    assert (seen.text, seen.edited) == ("Changed", True)
    await client.chat_delete(channel=general, ts=posted["ts"])
    assert sandbox.person("Jonas").last_message("#general").text == "Hello"


async def test_ephemeral_messages_are_for_one_and_cannot_be_changed(sandbox: Sandbox, client: AsyncWebClient) -> None:
    general, jonas = channel(sandbox, "general"), user(sandbox, "Jonas")
    posted = await client.chat_postEphemeral(channel=general, user=jonas, text="Only you")
    assert sandbox.person("Jonas").last_message("#general").ephemeral
    assert sandbox.person("Emma").messages("#general") == []
    history = await client.conversations_history(channel=general)
    assert history["messages"] == []
    changed = client.chat_update(channel=general, ts=posted["message_ts"], text="x")
    assert await error_of(changed) == "message_not_found"
    elsewhere = client.chat_postEphemeral(
        channel=channel(sandbox, "weber-partner"), user=user(sandbox, "Emma"), text="x"
    )
    assert await error_of(elsewhere) == "user_not_in_channel"


async def test_more_than_one_message_a_second_is_too_much() -> None:
    limits = Limits(messages_per_second=0.5, burst=2)
    async with Sandbox(manifest=Manifest(), limits=limits) as sandbox:
        client = AsyncWebClient(token=sandbox.installation.token, base_url=sandbox.environment["SLACK_API_URL"])
        general, other = channel(sandbox, "general"), channel(sandbox, "weber-partner")
        await client.chat_postMessage(channel=general, text="1")
        await client.chat_postMessage(channel=general, text="2")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=general, text="3")
        await client.chat_postMessage(channel=other, text="Another channel has its own allowance")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "2"


async def test_the_workspace_has_a_ceiling_too() -> None:
    async with Sandbox(manifest=Manifest(), limits=Limits(workspace_per_minute=1)) as sandbox:
        client = AsyncWebClient(token=sandbox.installation.token, base_url=sandbox.environment["SLACK_API_URL"])
        await client.chat_postMessage(channel=channel(sandbox, "general"), text="1")
        second = client.chat_postMessage(channel=channel(sandbox, "weber-partner"), text="2")
        assert await error_of(second) == "ratelimited"


async def test_lists_come_in_pages(sandbox: Sandbox, client: AsyncWebClient) -> None:
    first = await client.users_list(limit=3)
    names, cursor = [one["name"] for one in first["members"]], first["response_metadata"]["next_cursor"]
    while cursor:
        page = await client.users_list(limit=3, cursor=cursor)
        names += [one["name"] for one in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert names == [one.handle for one in sandbox.core.world.users.values()]
    assert len(names) > 6
    assert await error_of(client.users_list(cursor="nonsense")) == "invalid_cursor"


async def test_people_have_language_time_zone_and_standing(sandbox: Sandbox, client: AsyncWebClient) -> None:
    camille = (await client.users_info(user=user(sandbox, "Camille"), include_locale=True))["user"]
    greta = (await client.users_info(user=user(sandbox, "Greta")))["user"]
    assert (camille["locale"], camille["tz"], camille["is_restricted"]) == ("fr-FR", "Europe/Paris", False)
    assert ("locale" in greta, greta["is_restricted"]) == (False, True)


async def test_private_channels_are_seen_from_inside_only(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.workplace.add_channel("secret", ["Anna"], private=True, with_bot=False)
    listed = await client.conversations_list(types="public_channel,private_channel")
    names = {one["name"] for one in listed["channels"]}
    assert {"general", "partner-reviews"} <= names
    assert "secret" not in names
    assert await error_of(client.conversations_members(channel=channel(sandbox, "secret"))) == "channel_not_found"
    members = await client.conversations_members(channel=channel(sandbox, "partner-reviews"))
    assert user(sandbox, "Ben") in members["members"]


async def test_threads_are_read_back(sandbox: Sandbox, client: AsyncWebClient) -> None:
    general = channel(sandbox, "general")
    parent = await client.chat_postMessage(channel=general, text="Parent")
    await client.chat_postMessage(channel=general, text="Child", thread_ts=parent["ts"])
    thread = await client.conversations_replies(channel=general, ts=parent["ts"])
    history = await client.conversations_history(channel=general)
    assert [one["text"] for one in thread["messages"]] == ["Parent", "Child"]
    assert [(one["text"], one["reply_count"]) for one in history["messages"]] == [("Parent", 1)]


async def test_user_groups_and_reactions(sandbox: Sandbox, client: AsyncWebClient) -> None:
    group = sandbox.workplace.add_group("reviewers", ["Anna", "Ben"])
    assert (await client.usergroups_users_list(usergroup=group.id))["users"] == [
        user(sandbox, "Anna"),
        user(sandbox, "Ben"),
    ]
    assert await error_of(client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"
    posted = await client.chat_postMessage(channel=channel(sandbox, "general"), text="x")
    react = {"channel": posted["channel"], "timestamp": posted["ts"], "name": "tada"}
    await client.reactions_add(**react)
    assert await error_of(client.reactions_add(**react)) == "already_reacted"


async def test_files_are_uploaded_and_shown(sandbox: Sandbox, client: AsyncWebClient) -> None:
    uploaded = await client.files_upload_v2(
        channel=channel(sandbox, "laurent-alerts"), filename="report.csv", content="a;b", title="Report"
    )
    message = sandbox.person("Camille").last_message("#laurent-alerts")
    assert message.files == ["Report"]
    assert uploaded["file"]["mimetype"] == "text/csv"
    assert (await client.files_info(file=uploaded["file"]["id"]))["file"]["size"] == 3
    assert await error_of(client.files_completeUploadExternal(files=[{"id": "F0NONE"}])) == "file_not_found"


async def test_mentions_that_would_ping_are_written_down(sandbox: Sandbox, client: AsyncWebClient) -> None:
    general, jonas = channel(sandbox, "general"), user(sandbox, "Jonas")
    await client.chat_postMessage(channel=general, text="&lt;!channel&gt; and @here", blocks=[words("&lt;@U1&gt;")])
    await client.chat_postMessage(channel=general, text="x", blocks=[{"type": "header", "text": plain("<!channel>")}])
    assert sandbox.pings == []
    await client.chat_postMessage(channel=general, text="x", blocks=[words(f"<!channel> <@{jonas}>")])
    assert sandbox.person("Jonas").last_message("#general").pings == ["@channel", "@Jonas Weber"]
    await client.chat_postMessage(channel=general, text="@here", link_names=True)
    assert sandbox.pings == ["@channel", "@Jonas Weber", "@here"]


async def test_a_second_workspace_is_another_world(sandbox: Sandbox, client: AsyncWebClient) -> None:
    world = sandbox.core.world
    other = add_workspace(world, "Laurent Conseil", "laurent", 0)
    part = Part("Zoe Blanc", "", "partner", "fr-FR", "Europe/Paris", "000000", "laurent.example")
    zoe = add_person(world, other.id, part, 0)
    installation = world.installation_in(other.id)
    assert installation is not None
    there = AsyncWebClient(token=installation.token, base_url=sandbox.environment["SLACK_API_URL"])
    assert (await there.auth_test())["team"] == "Laurent Conseil"
    assert await error_of(client.users_info(user=zoe.id)) == "user_not_found"
    assert await error_of(there.chat_postMessage(channel=channel(sandbox, "general"), text="x")) == "channel_not_found"
    await there.chat_postMessage(channel=zoe.id, text="Bonjour")
    assert sandbox.person("Zoe").last_message("DM").text == "Bonjour"
