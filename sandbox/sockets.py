"""Socket Mode: the bot's web sockets, each payload to one of them."""

import asyncio
import itertools
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.changes import Changes
from sandbox.delivery import TIMEOUT, UNREACHABLE, Answer, Envelope
from sandbox.tickets import Tickets

MOST_CONNECTIONS = 10


class SocketDelivery:
    """Sends envelopes over the open connections, in turn, and waits for their acknowledgements."""

    def __init__(self, app_id: str, tickets: Tickets, changes: Changes, ack_seconds: float) -> None:
        self._app_id, self._tickets, self._changes, self._ack_seconds = app_id, tickets, changes, ack_seconds
        self.connections: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = itertools.count()

    async def serve(self, socket: WebSocket) -> None:
        """One connection of the bot, from hello to its end."""
        if not self._tickets.use_socket(socket.path_params["ticket"]) or len(self.connections) >= MOST_CONNECTIONS:
            await socket.close(code=4001)
            return
        await socket.accept()
        self.connections.append(socket)
        try:
            await socket.send_json(self._hello())
            self._changes.tell("bot")
            while True:
                self._acknowledged(json.loads(await socket.receive_text()))
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(socket)
            self._changes.tell("bot")

    async def send(self, envelope: Envelope) -> Answer:
        """Deliver over one connection."""
        if not self.connections:
            return Answer(problem=UNREACHABLE)
        socket = self.connections[next(self._turn) % len(self.connections)]
        envelope_id = secrets.token_hex(16)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        try:
            await socket.send_json(_wire(envelope, envelope_id))
            return Answer(body=await asyncio.wait_for(answer, self._ack_seconds))
        except TimeoutError:
            return Answer(problem=TIMEOUT)
        except (WebSocketDisconnect, RuntimeError):
            self._forget(socket)
            return Answer(problem=UNREACHABLE)
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Ask every connection to come again, as Slack does every few hours, and close it."""
        for socket in list(self.connections):
            self._forget(socket)
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await socket.close()

    async def stop(self) -> None:
        """Close all connections."""
        for socket in list(self.connections):
            self._forget(socket)
            await socket.close(code=1001)

    def _forget(self, socket: WebSocket) -> None:
        if socket in self.connections:
            self.connections.remove(socket)

    def _acknowledged(self, message: dict[str, Any]) -> None:
        answer = self._waiting.get(message.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload") or None)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }


def _wire(envelope: Envelope, envelope_id: str) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "envelope_id": envelope_id,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.kind != "events_api",
    }
    if envelope.kind == "events_api":
        wire |= {"retry_attempt": envelope.retry, "retry_reason": envelope.retry_reason}
    return wire
