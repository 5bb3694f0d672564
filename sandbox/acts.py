"""What people do: type a command, press a button, submit a form. The page and the driver both act through here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import forms, markup, posting, responses, views
from sandbox.blocks import Surface
from sandbox.core import Core, SlackRefused
from sandbox.delivery import Answer, Delivery, Envelope
from sandbox.events import Events
from sandbox.files import put_into_form
from sandbox.objects import file_to_slack, message_to_slack
from sandbox.payloads import Payloads
from sandbox.tickets import ResponseUrl
from sandbox.world import SLACKBOT, Conversation, Message, User, View

Json = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"


class CannotDo(Exception):
    """A person tried what they cannot do here; the text says why."""


@dataclass
class BotHealth:
    """What is known of the bot from the last thing sent to it."""

    reachable: bool = True
    last_error: str | None = None


class Acts:
    """Everything a person can do to the bot, and what comes of it."""

    def __init__(self, core: Core, delivery: Delivery, verification: str) -> None:
        self.core = core
        self.delivery = delivery
        self.payloads = Payloads(core, verification)
        self.events = Events(core, self.payloads, self.send)
        self.health = BotHealth()

    async def send(self, envelope: Envelope) -> Answer:
        """Deliver to the bot, and remember how it went."""
        answer = await self.delivery.send(envelope)
        health = BotHealth(answer.problem is None, answer.problem)
        if health != self.health:
            self.health = health
            self.core.changes.tell("bot")
        if answer.problem and envelope.kind != "events_api":
            kind = envelope.payload.get("type") or envelope.payload.get("command") or envelope.kind
            self.core.refuse(str(kind), answer.problem)
        return answer

    async def command(self, user: User, conversation: Conversation, typed: str) -> None:
        """A slash command, typed with its arguments. What went wrong is shown to the person, as Slack shows it."""
        command, _, text = typed.strip().partition(" ")
        if self.core.installation_of(user) is None or not self.core.manifest.knows_command(command):
            self.whisper(user, conversation, f"`{command}` is not a valid command.")
            return
        payload = self.payloads.command(user, conversation, command, markup.escape(text.strip()))
        answer = await self.send(Envelope("slash_commands", payload))
        problem = answer.problem or self._show_command_answer(user, conversation, typed.strip(), answer.body)
        if problem:
            self.whisper(user, conversation, f'{command} failed with the error "{problem}"')

    def _show_command_answer(self, user: User, conversation: Conversation, typed: str, body: Any) -> str | None:
        body = {"text": body} if isinstance(body, str) else body
        if not body:
            return None
        place = ResponseUrl(user.id, user.workspace, conversation.id, self.core.day.now(), response_to=typed)
        try:
            responses.respond(self.core, place, body)
        except SlackRefused as refused:
            self.core.refuse("command response", refused.error, refused.messages)
            return refused.error
        return None

    def whisper(self, user: User, conversation: Conversation, text: str) -> None:
        """Slackbot tells one person something."""
        posting.post(self.core, conversation, SLACKBOT, posting.Draft(text=text), only_for=user.id)

    async def press(self, user: User, place: Message | View, action: Json, filled: forms.State) -> None:
        """Use an element: `action` has block_id, action_id and what was chosen; `filled` are the inputs around it."""
        block, element = self.find(place, action["block_id"], action["action_id"])
        done = self._action(block, element, action)
        state = forms.merged(_blocks(place), filled)
        if isinstance(place, View):
            payload = self.payloads.view_action(user, place, [done], state)
        else:
            payload = self.payloads.message_action(user, place, [done], state)
        answer = await self.send(Envelope("interactive", payload))
        if answer.problem and isinstance(place, View) and place.payload["type"] == "modal":
            views.show_errors(self.core, place, {}, TROUBLE)
        elif answer.problem and isinstance(place, Message):
            conversation = self.core.world.conversations[place.conversation]
            self.whisper(user, conversation, f"This app responded with the error “{answer.problem}”.")

    def _action(self, block: Json, element: Json, chosen: Json) -> Json:
        shown = {name: element[name] for name in ("text", "value", "style", "url", "placeholder") if name in element}
        told = {name: value for name, value in chosen.items() if name not in ("text", "style", "type")}
        return (
            shown
            | told
            | {
                "type": element["type"],
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "action_ts": self.core.day.next_ts(),
            }
        )

    def find(self, place: Message | View, block_id: str, action_id: str) -> tuple[Json, Json]:
        """A block and its element; CannotDo when they are not there any more."""
        for block, element in forms.elements(_blocks(place)):
            if block["block_id"] == block_id and element["action_id"] == action_id:
                return block, element
        raise CannotDo("That is not there any more. Look again.")

    async def submit(self, user: User, view: View, filled: forms.State) -> dict[str, str]:
        """Submit a modal. Returns the texts at its fields, by block; empty when it was taken."""
        view.errors, view.banner = {}, None
        state = forms.merged(view.blocks, filled)
        problems = forms.errors(view.blocks, state)
        if problems:
            views.show_errors(self.core, view, problems)
            return problems
        self._give_files(user, state)
        answer = await self.send(Envelope("interactive", self.payloads.submission(user, view, state)))
        if answer.problem:
            views.show_errors(self.core, view, {}, TROUBLE)
            return {}
        try:
            self._apply(user, view, answer.body or {})
        except SlackRefused as refused:
            self.core.refuse("view_submission response", refused.error, refused.messages)
            views.show_errors(self.core, view, {}, TROUBLE)
        return view.errors

    def put_file(self, user: User, given: Path | tuple[str, bytes]) -> Json:
        """Put a file into a form. Returns what the form keeps of it."""
        name, content = (given.name, given.read_bytes()) if isinstance(given, Path) else given
        try:
            file = put_into_form(self.core, user, name, content)
        except ValueError as refused:
            raise CannotDo(str(refused)) from None
        return {"id": file.id, "name": file.name}

    def _give_files(self, user: User, state: forms.State) -> None:
        """Fill in what Slack says about the files of a form, and let the app have them."""
        for actions in state.values():
            for value in actions.values():
                if value["type"] == "file_input":
                    value["files"] = [self._given(user, one["id"]) for one in value["files"]]

    def _given(self, user: User, file_id: str) -> Json:
        file = self.core.world.files.get(file_id)
        if file is None or file.user != user.id:
            raise CannotDo("This file is not there any more. Please add it again.")
        bot = self.core.bot_of(user).bot_user
        if bot not in file.given_to:
            file.given_to.append(bot)
        return file_to_slack(self.core, file_id)

    def _apply(self, user: User, view: View, body: Json) -> None:
        """Do what the acknowledgement of a submission asks for. Raises SlackRefused."""
        match body.get("response_action"):
            case "errors":
                self._apply_errors(view, body.get("errors") or {})
            case "update":
                views.check(self.core, body.get("view"), Surface.MODAL, besides=view.id)
                views.update(self.core, view, body["view"])
            case "push":
                views.check(self.core, body.get("view"), Surface.MODAL)
                views.open_modal(self.core, user.id, body["view"], on_top=True)
            case "clear":
                views.clear(self.core, user.id)
            case None:
                views.close(self.core, user.id, view)
            case other:
                raise SlackRefused("invalid_response_action", [f"[ERROR] unsupported response_action: {other}"])

    def _apply_errors(self, view: View, errors: dict[str, str]) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        unknown = sorted(set(errors) - inputs)
        if unknown or not errors:
            raise SlackRefused("invalid_errors", [f"[ERROR] no input block: {one}" for one in unknown])
        views.show_errors(self.core, view, errors)

    async def close(self, user: User, view: View, *, all_of_them: bool = False) -> None:
        """Close a modal, or (with the cross of a stack) all of them; the app hears of those that asked for it."""
        going = list(reversed(self.core.world.stack(user.id))) if all_of_them else [view]
        wanting = [one for one in going if one.payload.get("notify_on_close")]
        payloads = [self.payloads.closed(user, one, is_cleared=all_of_them) for one in wanting]
        for one in going:
            views.close(self.core, user.id, one)
        for payload in payloads:
            await self.send(Envelope("interactive", payload))

    async def options(self, user: User, place: Message | View, block_id: str, action_id: str, value: str) -> Json:
        """The choices of an external select for what was typed: `options` or `option_groups`."""
        block, element = self.find(place, block_id, action_id)
        known = element | {"block_id": block["block_id"]}
        answer = await self.send(Envelope("interactive", self.payloads.suggestion(user, place, known, value)))
        body = answer.body if isinstance(answer.body, dict) else {}
        chosen = {name: body[name] for name in ("options", "option_groups") if body.get(name)}
        problem = _options_problem(chosen)
        if problem:
            self.core.refuse("block_suggestion response", "invalid_options", [problem])
            return {"options": []}
        return chosen or {"options": []}

    async def open_home(self, user: User) -> None:
        """Look at the app's Home tab."""
        bot = self.core.bot_of(user)
        conversation = self.core.world.direct(user.id, bot.bot_user)
        view = self.core.world.home_of(user.id)
        self.events.home_opened(user, conversation, views.to_slack(self.core, view) if view else None)

    def say(self, user: User, conversation: Conversation, typed: str, thread_ts: str | None = None) -> Message:
        """Write a message."""
        if conversation.archived:
            raise CannotDo("This channel is archived.")
        draft = posting.Draft(text=self._with_mentions(user, typed), thread_ts=thread_ts, names_too=True)
        message = posting.post(self.core, conversation, user.id, draft)
        event = message_to_slack(self.core, message) | {
            "channel": conversation.id,
            "channel_type": {"im": "im", "private": "group"}.get(conversation.kind, "channel"),
            "event_ts": message.ts,
        }
        bot = self.core.installation_of(user)
        if bot and bot.bot_user in conversation.members:
            family = {"im": "message.im", "private": "message.groups"}.get(conversation.kind, "message.channels")
            self.events.happened(user.workspace, event, family)
        return message

    def _with_mentions(self, user: User, typed: str) -> str:
        """The text as Slack keeps it: special characters escaped, names of people turned into mentions."""
        text = markup.escape(typed)
        for other in self.core.world.users.values():
            if other.workspace == user.workspace:
                text = text.replace(f"@{other.real_name}", f"<@{other.id}>")
        return text


def _blocks(place: Message | View) -> list[Json]:
    return place.blocks or []


def _options_problem(chosen: Json) -> str | None:
    options = [*chosen.get("options", [])]
    for group in chosen.get("option_groups", []):
        options += group["options"]
    if len(chosen.get("options", [])) > 100 or len(chosen.get("option_groups", [])) > 100:
        return "[ERROR] no more than 100 items allowed [json-pointer:/options]"
    too_long = [o for o in options if len(o["text"]["text"]) > 75 or len(o["value"]) > 150]
    return f"[ERROR] option too long: {too_long[0]['value']}" if too_long else None
