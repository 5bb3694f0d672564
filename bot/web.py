"""HTTP: what Slack sends, and what watches over us."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.assembly import UNSIGNED, Assembly, count
from bot.consent_page import consent_routes
from bot.oauth import oauth_flow
from bot.settings import reveal
from storage.migrate import is_migrated

# A view has 250 kB at most, and all of it comes along with a click, with each sign as three at worst.
MOST_BYTES = 2_000_000

Running = Callable[[], AbstractAsyncContextManager[None]]


def web_app(assembly: Assembly, running: Running, takes_events: bool) -> Starlette:
    """The routes of the contract.

    Args:
        running: what runs beside the server, from its start to its end.
        takes_events: whether Slack sends its events here; over Socket Mode it does not.
    """
    secret = reveal(assembly.settings.slack_signing_secret) or ""

    async def events(request: Request) -> Response:
        body = await _body(request)
        # Bolt asks the same, but only after it has read the body, and what it cannot read it hands to our listeners.
        if body is None or not _is_signed(secret, body, request.headers):
            count("unsigned", UNSIGNED, seconds=0)
            return Response(status_code=UNSIGNED)
        return to_starlette_response(await assembly.app.async_dispatch(to_async_bolt_request(request, body)))

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
        *consent_routes(assembly.house),
        *_install_routes(oauth_flow(assembly.settings, assembly.desk)),
    ]
    if takes_events:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes, lifespan=lifespan)


async def _body(request: Request) -> bytes | None:
    """What was sent; None for more than Slack ever sends, which is read no further."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > MOST_BYTES:
            return None
    return bytes(read)


def _is_signed(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Slack has sent this, in the last five minutes."""
    try:
        return SignatureVerifier(secret).is_valid_request(body, headers)
    except (TypeError, ValueError):  # a time that is no number, a signature or a body that is no text
        return False


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _install_routes(flow: AsyncOAuthFlow | None) -> list[Route]:
    async def install(request: Request) -> Response:
        return to_starlette_response(await _flow(flow).handle_installation(to_async_bolt_request(request, b"")))

    async def come_back(request: Request) -> Response:
        return to_starlette_response(await _flow(flow).handle_callback(to_async_bolt_request(request, b"")))

    def _flow(known: AsyncOAuthFlow | None) -> AsyncOAuthFlow:
        if known is None:
            missing = "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and ENCRYPTION_KEY are not all set."
            raise HTTPException(404, f"This desk serves one workspace: {missing}")
        return known

    return [Route("/slack/install", install), Route("/slack/oauth_redirect", come_back)]
