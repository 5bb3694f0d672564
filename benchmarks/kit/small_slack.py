"""A Slack that takes every view it is given, and does nothing else: it costs as little as a Slack can."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from benchmarks.kit.customers import WORKSPACE

Json = dict[str, Any]
ANSWERS: dict[str, Json] = {
    "auth.test": {"ok": True, "team_id": WORKSPACE, "user_id": "UBOT", "bot_id": "BBOT", "url": "https://desk.example/"}
}
VIEW = {"id": "V1", "root_view_id": "V1", "hash": "1.a"}


class SmallSlack:
    """Args:
    address: what SLACK_API_URL has to be.
    """

    def __init__(self) -> None:
        self.address = ""
        self.views = 0
        self._last = b""
        self._came = asyncio.Condition()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if not method.startswith("views."):
            return web.json_response(ANSWERS.get(method, {"ok": True}))
        body = await request.read()
        async with self._came:
            self.views += 1
            self._last = body
            self._came.notify_all()
        return web.json_response({"ok": True, "view": VIEW})

    def shown(self) -> Json:
        """The last view that has come."""
        view = json.loads(self._last)["view"]
        shown: Json = json.loads(view) if isinstance(view, str) else view
        return shown

    async def have(self, views: int) -> None:
        """Waits until so many views have come in all."""
        async with self._came:
            await self._came.wait_for(lambda: self.views >= views)


@asynccontextmanager
async def small_slack() -> AsyncIterator[SmallSlack]:
    slack = SmallSlack()
    app = web.Application()
    app.router.add_post("/api/{method}", slack.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield slack
    finally:
        await runner.cleanup()
