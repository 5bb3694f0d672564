"""The routes under /page. Every refusal is a sentence, in `{"error": …}` with an HTTP status of 4xx."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.acts import Acts, CannotDo
from sandbox.core import Core
from sandbox.day import DayError
from sandbox.faults import Fault
from sandbox.page import shown
from sandbox.workplace import Workplace
from sandbox.world import Conversation, Message, User, View

Json = dict[str, Any]
Handler = Callable[[Json], Awaitable[Json]]


def page_routes(core: Core, acts: Acts, workplace: Workplace) -> list[BaseRoute]:
    """All routes under /page, but those of the mailbox and the name server."""
    look, act = _Looking(core, acts), _Acting(core, acts, workplace)
    handlers: dict[str, tuple[str, Handler]] = {
        "state": ("GET", look.state),
        "messages": ("GET", look.messages),
        "thread": ("GET", look.thread),
        "home": ("GET", look.home),
        "views": ("GET", look.views),
        "command": ("POST", act.command),
        "message": ("POST", act.message),
        "action": ("POST", act.action),
        "submit": ("POST", act.submit),
        "close": ("POST", act.close),
        "options": ("POST", act.options),
        "read": ("POST", act.read),
        "dm": ("POST", act.dm),
        "channels": ("POST", act.new_channel),
        "channels/{channel}/{change}": ("POST", act.change_channel),
        "day": ("POST", act.day),
    }
    routes: list[BaseRoute] = [
        Route(f"/page/{path}", _answering(handler), methods=[verb]) for path, (verb, handler) in handlers.items()
    ]
    routes.append(Route("/page/faults", _answering(look.faults), methods=["GET"]))
    routes.append(Route("/page/faults", _answering(act.add_fault), methods=["POST"]))
    routes.append(WebSocketRoute("/page/live", _Live(core).serve))
    return routes


def _answering(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await handler(await _arguments(request)))
        except (CannotDo, DayError) as refused:
            return JSONResponse({"error": str(refused)}, status_code=400)
        except (KeyError, ValueError, ValidationError) as wrong:
            return JSONResponse({"error": f"The page sent something unexpected: {wrong}"}, status_code=400)

    return answer


async def _arguments(request: Request) -> Json:
    sent = json.loads(await request.body() or b"{}") if request.method == "POST" else {}
    return {**request.query_params, **sent, **request.path_params}


class _Base:
    """Who acts, and where."""

    def __init__(self, core: Core, acts: Acts) -> None:
        self.core, self.acts = core, acts

    def user(self, args: Json) -> User:
        """The person acting; the first of the home workspace when nobody is named."""
        world = self.core.world
        user = world.users.get(args["as"]) if args.get("as") else world.people(world.home)[0]
        if user is None:
            raise CannotDo("There is nobody like that in this workspace any more.")
        return user

    def conversation(self, args: Json, user: User) -> Conversation:
        """A conversation the person is in."""
        found = self.core.world.conversations.get(args["conversation"])
        if found is None or user.id not in found.members:
            raise CannotDo(f"{user.real_name} is not in this conversation.")
        return found

    def view(self, view_id: str, user: User) -> View:
        """An open view of the person."""
        view = self.core.world.views.get(view_id)
        if view is None or view.user != user.id:
            raise CannotDo("This window is closed already.")
        return view


class _Looking(_Base):
    async def state(self, args: Json) -> Json:
        return shown.state(self.core, self.acts, self.user(args))

    async def messages(self, args: Json) -> Json:
        user = self.user(args)
        conversation = self.conversation(args, user)
        messages = [one for one in self.core.world.seen_by(user.id, conversation.id) if shown.in_channel(one)]
        mark_read(self.core, conversation, user)
        return {"messages": [shown.message(self.core, one) for one in messages]}

    async def thread(self, args: Json) -> Json:
        user = self.user(args)
        conversation = self.conversation(args, user)
        seen = self.core.world.seen_by(user.id, conversation.id)
        messages = [one for one in seen if args["ts"] in (one.ts, one.thread_ts)]
        return {"messages": [shown.message(self.core, one) for one in messages]}

    async def home(self, args: Json) -> Json:
        user = self.user(args)
        if not args.get("refresh"):
            await self.acts.open_home(user)
        view = self.core.world.home_of(user.id)
        return {"view": shown.view(self.core, view) if view else None}

    async def views(self, args: Json) -> Json:
        return {"stack": [shown.view(self.core, view) for view in self.core.world.stack(self.user(args).id)]}

    async def faults(self, _args: Json) -> Json:
        return {"faults": [fault.model_dump() for fault in self.core.faults.waiting]}


class _Acting(_Base):
    def __init__(self, core: Core, acts: Acts, workplace: Workplace) -> None:
        super().__init__(core, acts)
        self._workplace = workplace

    async def command(self, args: Json) -> Json:
        user = self.user(args)
        await self.acts.command(user, self.conversation(args, user), args["text"])
        return {"ok": True}

    async def message(self, args: Json) -> Json:
        user = self.user(args)
        self.acts.say(user, self.conversation(args, user), args["text"], args.get("thread_ts"))
        return {"ok": True}

    async def action(self, args: Json) -> Json:
        user = self.user(args)
        place = self._place(args["container"], user)
        await self.acts.press(user, place, args["action"], args.get("state") or {})
        if isinstance(place, View) and place.banner:
            raise CannotDo(place.banner)
        return {"ok": True}

    def _place(self, container: Json, user: User) -> Message | View:
        if container["type"] == "view":
            return self.view(container["view_id"], user)
        message = self.core.world.message(self.conversation(container, user).id, container["ts"])
        if message is None or message.only_for not in (None, user.id):
            raise CannotDo("This message is not there any more.")
        return message

    async def submit(self, args: Json) -> Json:
        user = self.user(args)
        view = self.view(args["view_id"], user)
        errors = await self.acts.submit(user, view, args.get("state") or {})
        if view.banner:
            raise CannotDo(view.banner)
        return {"ok": True, "errors": errors or None}

    async def close(self, args: Json) -> Json:
        user = self.user(args)
        await self.acts.close(user, self.view(args["view_id"], user), all_of_them=bool(args.get("all")))
        return {"ok": True}

    async def options(self, args: Json) -> Json:
        user = self.user(args)
        place = self._place(args["container"], user)
        return await self.acts.options(user, place, args["block_id"], args["action_id"], args.get("value") or "")

    async def read(self, args: Json) -> Json:
        user = self.user(args)
        mark_read(self.core, self.conversation(args, user), user)
        return {"ok": True}

    async def dm(self, args: Json) -> Json:
        user = self.user(args)
        conversation = self.core.world.direct(user.id, self.user({"as": args["with"]}).id)
        self.core.changes.tell("conversations", only_for=set(conversation.members))
        return {"conversation": conversation.id}

    async def new_channel(self, args: Json) -> Json:
        user = self.user(args)
        members = [user.real_name, *(self.user({"as": one}).real_name for one in args.get("members") or [])]
        channel = self._workplace.add_channel(
            args["name"], members, private=bool(args.get("private")), with_bot=bool(args.get("with_bot"))
        )
        return {"id": channel.id}

    async def change_channel(self, args: Json) -> Json:
        channel = self.core.world.conversations[args["channel"]]
        by = self.user(args)
        changes: dict[str, Callable[[], None]] = {
            "archive": lambda: self._workplace.archive(channel.name, by=by.real_name),
            "unarchive": lambda: self._workplace.unarchive(channel.name, by=by.real_name),
            "invite-bot": lambda: self._workplace.invite_bot(channel.name),
            "kick-bot": lambda: self._workplace.remove_bot(channel.name),
        }
        changes[args["change"]]()
        return {"ok": True}

    async def day(self, args: Json) -> Json:
        day = self.core.day
        if args.get("reset"):
            day.reset()
        else:
            to = date.fromisoformat(args["to"]) if args.get("to") else None
            day.move(days=None if to else int(args["days"]), to=to)
        self.core.changes.tell("day")
        return {"day": shown.day(self.core)}

    async def add_fault(self, args: Json) -> Json:
        self.core.faults.add(Fault.model_validate({name: v for name, v in args.items() if v is not None}))
        return {"ok": True}


def mark_read(core: Core, conversation: Conversation, user: User) -> None:
    """Everything in the conversation was seen by the user."""
    messages = core.world.all_messages(conversation.id)
    last = messages[-1].ts if messages else ""
    if last and conversation.read.get(user.id) != last:
        conversation.read[user.id] = last
        core.changes.tell("unread", only_for={user.id}, conversation=conversation.id)


class _Live:
    """The web socket on which a page hears what has changed for its person."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def serve(self, socket: WebSocket) -> None:
        user = socket.query_params.get("as", "")
        await socket.accept()
        sending = asyncio.create_task(self._send(socket, user))
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, socket: WebSocket, user: str) -> None:
        with self._core.changes.listen() as queue:
            while True:
                change = await queue.get()
                if change.concerns(user):
                    await socket.send_json({"kind": change.kind, **change.details})
