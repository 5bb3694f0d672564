"""The payloads Slack sends to an app, complete as its documentation shows them."""

import secrets
from typing import Any

from sandbox import views
from sandbox.core import Core
from sandbox.objects import message_to_slack
from sandbox.tickets import ResponseUrl
from sandbox.world import Conversation, Installation, Message, User, View

Json = dict[str, Any]


class Payloads:
    """Builds payloads from the state. `verification` is the old, unsigned token that Slack still sends along."""

    def __init__(self, core: Core, verification: str) -> None:
        self._core, self._verification = core, verification

    def command(self, user: User, conversation: Conversation, command: str, text: str) -> Json:
        """A slash command."""
        bot = self._core.bot_of(user)
        workspace = self._core.world.workspaces[user.workspace]
        typed = f"{command} {text}".strip()
        return {
            "token": self._verification,
            "team_id": workspace.id,
            "team_domain": workspace.domain,
            "channel_id": conversation.id,
            "channel_name": {"im": "directmessage", "private": "privategroup"}.get(
                conversation.kind, conversation.name
            ),
            "user_id": user.id,
            "user_name": user.handle,
            "command": command,
            "text": text,
            "api_app_id": bot.app_id,
            "is_enterprise_install": "false",
            "response_url": self.response_url(user, conversation.id, response_to=typed),
            "trigger_id": self._core.tickets.new_trigger(user.id, user.workspace),
        }

    def response_url(
        self, user: User, conversation: str, message: Message | None = None, response_to: str | None = None
    ) -> str:
        """A new response_url for something done in a conversation, or at a message."""
        token = self._core.tickets.new_response(
            ResponseUrl(
                user=user.id,
                workspace=user.workspace,
                conversation=conversation,
                born=self._core.day.now(),
                ts=message.ts if message else None,
                ephemeral=bool(message and message.only_for),
                response_to=response_to,
            )
        )
        return f"{self._core.address}/response/{token}"

    def message_action(self, user: User, message: Message, actions: list[Json], state: Json) -> Json:
        """Block actions in a message. Slack does not keep ephemeral messages, so those are not in the payload."""
        conversation = self._core.world.conversations[message.conversation]
        payload = self._interaction("block_actions", user) | {
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": conversation.id,
                "is_ephemeral": bool(message.only_for),
            },
            "trigger_id": self._core.tickets.new_trigger(user.id, user.workspace),
            "channel": {"id": conversation.id, "name": conversation.name or "directmessage"},
            "state": {"values": state},
            "response_url": self.response_url(user, conversation.id, message),
            "actions": actions,
        }
        if message.only_for is None:
            payload["message"] = message_to_slack(self._core, message)
        if message.thread_ts:
            payload["container"]["thread_ts"] = message.thread_ts
        return payload

    def view_action(self, user: User, view: View, actions: list[Json], state: Json) -> Json:
        """Block actions in a modal or Home tab."""
        return self._interaction("block_actions", user) | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self._core.tickets.new_trigger(user.id, user.workspace, view.id),
            "view": views.to_slack(self._core, view, state),
            "actions": actions,
        }

    def submission(self, user: User, view: View, state: Json) -> Json:
        """A modal was submitted."""
        return self._interaction("view_submission", user) | {
            "trigger_id": self._core.tickets.new_trigger(user.id, user.workspace, view.id),
            "view": views.to_slack(self._core, view, state),
            "response_urls": [],
        }

    def closed(self, user: User, view: View, *, is_cleared: bool) -> Json:
        """A modal was closed."""
        return self._interaction("view_closed", user) | {
            "view": views.to_slack(self._core, view),
            "is_cleared": is_cleared,
        }

    def suggestion(self, user: User, place: Message | View, element: Json, value: str) -> Json:
        """Somebody types in an external select; `element` is the element with its block_id."""
        payload = self._interaction("block_suggestion", user) | {
            "action_id": element["action_id"],
            "block_id": element["block_id"],
            "value": value,
        }
        if isinstance(place, View):
            shown = views.to_slack(self._core, place)
            return payload | {"container": {"type": "view", "view_id": place.id}, "view": shown}
        container = {"type": "message", "message_ts": place.ts, "channel_id": place.conversation}
        channel = self._core.world.conversations[place.conversation]
        return payload | {
            "container": container | {"is_ephemeral": bool(place.only_for)},
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message": message_to_slack(self._core, place),
        }

    def event(self, bot: Installation, event: Json) -> Json:
        """An event with its envelope. Retries send the very same one."""
        return {
            "token": self._verification,
            "team_id": bot.workspace,
            "context_team_id": bot.workspace,
            "context_enterprise_id": None,
            "api_app_id": bot.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._core.world.new_id("Ev"),
            "event_time": self._core.time(),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": bot.workspace,
                    "user_id": bot.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": secrets.token_hex(20),
        }

    def _interaction(self, kind: str, user: User) -> Json:
        workspace = self._core.world.workspaces[user.workspace]
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.workspace},
            "api_app_id": self._core.bot_of(user).app_id,
            "token": self._verification,
            "team": {"id": workspace.id, "domain": workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }
