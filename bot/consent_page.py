"""The page behind a link in a letter, over HTTP.

A GET only shows: programs that look through mail follow its links. What is answered is posted, and then shown by
another GET, so that reloading the page posts nothing again.
"""

import functools
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from aiolimiter import AsyncLimiter
from babel import Locale
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from handlers.caller import House
from handlers.consent_page import Page, draw, draw_away, draw_too_many, language_of_page
from programme.consent import answer, look
from programme.links import PATH
from storage.models import LANGUAGES

log = structlog.get_logger()

A_MINUTE = 30
# Addresses whose pace is remembered; one forgotten has been silent for long.
MOST_ADDRESSES = 10_000

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Gate:
    """How often somebody may come: each network address so many times a minute."""

    _known: OrderedDict[str, AsyncLimiter] = field(default_factory=OrderedDict)

    async def lets_in(self, address: str) -> bool:
        limiter = self._known.setdefault(address, AsyncLimiter(A_MINUTE, 60))
        self._known.move_to_end(address)
        if len(self._known) > MOST_ADDRESSES:
            self._known.popitem(last=False)
        if not limiter.has_capacity():
            return False
        await limiter.acquire()
        return True


def consent_routes(house: House) -> list[Route]:
    desk, gate = house.desk, Gate()

    def guarded(endpoint: Endpoint) -> Endpoint:
        """Within the pace, and with a kind word when the database is away."""

        @functools.wraps(endpoint)
        async def run(request: Request) -> Response:
            if not await gate.lets_in(request.client.host if request.client else ""):
                return _response(draw_too_many(desk.catalogue, _preferred(request)), {"Retry-After": "60"})
            try:
                return await endpoint(request)
            except (SQLAlchemyError, OSError):
                log.exception("consent_failed")
                return _response(draw_away(desk.catalogue, _preferred(request)), {"Retry-After": "60"})

        return run

    async def show(request: Request) -> Response:
        token = request.path_params["token"]
        seen = await look(desk, token)
        language = language_of_page(seen, request.query_params.get("lang"), _preferred(request))
        return _response(draw(desk.catalogue, seen, language, path=token))

    async def take(request: Request) -> Response:
        token = request.path_params["token"]
        await answer(desk, token, request.path_params["answer"])
        house.afterwards(house.courier.deliver_now())
        lang = request.query_params.get("lang")
        # Relative: who stands before us may have put the desk below a path of its own.
        back = f"../{token}?lang={lang}" if lang in LANGUAGES else f"../{token}"
        return RedirectResponse(back, 303, _HEADERS)

    return [
        Route(f"{PATH}/{{token}}", guarded(show)),
        Route(f"{PATH}/{{token}}/{{answer}}", guarded(take), methods=["POST"]),
    ]


_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


def _response(page: Page, headers: dict[str, str] | None = None) -> HTMLResponse:
    policy = (
        f"default-src 'none'; style-src 'nonce-{page.nonce}'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    return HTMLResponse(page.html, page.status, _HEADERS | {"Content-Security-Policy": policy} | (headers or {}))


def _preferred(request: Request) -> str:
    """The first of a browser's languages that is one of ours."""
    accepted = request.headers.get("accept-language", "")
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in accepted.split(",") if part.strip()]
    found = Locale.negotiate(wanted[:20], LANGUAGES)
    return found.language if found else LANGUAGES[0]
