"""The web server inside the running event loop, which can cut a connection instead of answering."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.exceptions import InvalidState

HOST = "127.0.0.1"
# So long a request that is under way may take to end.
GRACE_SECONDS = 1


class _DroppableProtocol(HttpToolsProtocol):
    """Gives the application a way to cut the connection: `scope["extensions"]["sandbox.drop"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def with_drop(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})["sandbox.drop"] = transport.abort
            await inner(scope, receive, send)

        self.app = with_drop


class _QuietServer(uvicorn.Server):
    """Leaves the signals to the program it runs in, and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()
        self.leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()

    async def main_loop(self) -> None:
        """Until it is to leave, at once; uvicorn itself looks ten times a second."""
        await self.on_tick(0)
        await self.leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, but for its pause of a tenth of a second where there is nobody to wait for."""
        for server in self.servers:
            server.close()
        for bound in sockets or []:
            bound.close()
        state = self.server_state
        for connection in list(state.connections):
            with contextlib.suppress(InvalidState):  # a web socket that is closing by itself
                connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=GRACE_SECONDS)
        for task in state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def free_socket(port: int) -> socket.socket:
    """A socket bound to the port (0: any free one). Raises OSError when it is taken."""
    # Only where the protocol is named does asyncio send small answers at once; else each may wait 40 ms for the next.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError:
        bound.close()
        raise
    return bound


class WebServer:
    """Serves one ASGI application on 127.0.0.1."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(
            app,
            http=_DroppableProtocol,
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            date_header=False,
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None
        self._socket: socket.socket | None = None

    def bind(self, port: int) -> int:
        """Take the port, or any free one for 0, and return it. Raises OSError when it is taken."""
        self._socket = free_socket(port)
        bound: int = self._socket.getsockname()[1]
        return bound

    async def start(self) -> None:
        """Serve, and return once requests are taken."""
        if self._socket is None:
            self.bind(0)
        self._task = asyncio.create_task(self._server.serve(sockets=[s for s in [self._socket] if s]))
        await self._server.serving.wait()

    async def stop(self) -> None:
        """Stop serving; connections that are open are closed."""
        if self._task is not None:
            self._server.leaving.set()
            await self._task
        if self._socket is not None:
            self._socket.close()
