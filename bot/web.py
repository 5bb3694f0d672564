"""HTTP: what Slack sends, and what watches over us."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.assembly import Assembly
from storage.migrate import is_migrated

Running = Callable[[], AbstractAsyncContextManager[None]]


def web_app(assembly: Assembly, running: Running, takes_events: bool) -> Starlette:
    """The routes of the contract.

    Args:
        running: what runs beside the server, from its start to its end.
        takes_events: whether Slack sends its events here; over Socket Mode it does not.
    """
    slack = AsyncSlackRequestHandler(assembly.app)

    async def events(request: Request) -> Response:
        return await slack.handle(request)

    async def ready(_request: Request) -> Response:
        try:
            is_ready = await is_migrated(assembly.desk.store)
        except (SQLAlchemyError, OSError):
            return PlainTextResponse("The database does not answer.", 503)
        return PlainTextResponse("ready") if is_ready else PlainTextResponse("Run `python -m bot migrate`.", 503)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with running():
            yield

    routes = [
        Route("/healthz", _healthy),
        Route("/readyz", ready),
        Route("/metrics", _metrics),
        Route("/slack/install", _not_offered),
        Route("/slack/oauth_redirect", _not_offered),
    ]
    if takes_events:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes, lifespan=lifespan)


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _not_offered(_request: Request) -> Response:
    return PlainTextResponse("This desk serves one workspace: SLACK_CLIENT_ID is not set.", 404)
