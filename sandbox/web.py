"""The routes of the sandbox: Slack's for the bot, the page's for people."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from sandbox import responses
from sandbox.core import Core, SlackRefused
from sandbox.files import file_routes
from sandbox.oauth import OAuth
from sandbox.sockets import SocketDelivery
from sandbox.tickets import TicketRefused
from sandbox.web_api.endpoint import WebApi, read_arguments

STATIC = Path(__file__).resolve().parent / "static"


def build_app(core: Core, app_token: str, sockets: SocketDelivery, oauth: OAuth, panels: list[BaseRoute]) -> Starlette:
    """The whole web application. `panels` are the routes of the page's own API."""
    slack = _SlackRoutes(core)
    api = WebApi(core, app_token)
    routes: list[BaseRoute] = [
        *file_routes(core),
        *panels,
        Route("/api/oauth.v2.access", oauth.access, methods=["POST"]),
        Route("/oauth/v2/authorize", oauth.authorize, methods=["GET"]),
        Route("/api/{method}", api.__call__, methods=["GET", "POST"]),
        Route("/response/{token}", slack.response, methods=["POST"]),
        WebSocketRoute("/socket/{ticket}", sockets.serve),
        Route("/", _page, methods=["GET"]),
        Mount("/static", _FreshFiles(directory=STATIC, check_dir=False)),
    ]
    return Starlette(routes=routes)


class _FreshFiles(StaticFiles):
    """Files that browsers ask for again, so that they never run an old version."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _page(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-store"})


class _SlackRoutes:
    """What Slack offers beside its Web API."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def response(self, request: Request) -> Response:
        """One use of a response_url."""
        fault = self._core.faults.take("response_url")
        if fault and fault.kind == "fail":
            return PlainTextResponse(fault.error or "error", status_code=fault.status or 500)
        try:
            body: dict[str, Any] = await read_arguments(request)
            responses.respond(self._core, self._core.tickets.use_response(request.path_params["token"]), body)
        except TicketRefused as refused:
            self._core.refuse("response_url", str(refused))
            return PlainTextResponse(str(refused), status_code=404)
        except SlackRefused as refused:
            self._core.refuse("response_url", refused.error, refused.messages)
            return PlainTextResponse(refused.error, status_code=400)
        if fault and fault.kind == "lose":
            request.scope["extensions"]["sandbox.drop"]()
        return PlainTextResponse("ok")
