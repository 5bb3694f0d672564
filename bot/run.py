"""What each command does until it ends."""

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

from bot.assembly import Assembly, SettingMissing, assemble
from bot.database import explained
from bot.scheduler import scheduler
from bot.settings import Settings, reveal
from bot.web import web_app
from storage.migrate import migrate as migrate_store
from storage.store import Store

log = structlog.get_logger()


async def serve(settings: Settings, args: argparse.Namespace) -> int:
    if not settings.slack_signing_secret:
        raise SettingMissing("SLACK_SIGNING_SECRET")
    return await _serve(settings, with_scheduler=not args.no_scheduler, over_socket=False)


async def socket(settings: Settings, args: argparse.Namespace) -> int:
    if not settings.slack_app_token:
        raise SettingMissing("SLACK_APP_TOKEN")
    return await _serve(settings, with_scheduler=not args.no_scheduler, over_socket=True)


async def _serve(settings: Settings, with_scheduler: bool, over_socket: bool) -> int:
    assembly = await assemble(settings)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(assembly.close)
            if with_scheduler:
                await stack.enter_async_context(scheduler(assembly))
            if over_socket:
                await stack.enter_async_context(socket_mode(assembly))
            yield

    app = web_app(assembly, running, takes_events=not over_socket)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    log.info("serving", host=settings.host, port=settings.port, socket_mode=over_socket, scheduler=with_scheduler)
    await server.serve()
    return 0 if server.started else 1


@asynccontextmanager
async def socket_mode(assembly: Assembly) -> AsyncIterator[None]:
    """Connected to Slack over a web socket until the block ends; slack_sdk connects anew by itself."""
    handler = AsyncSocketModeHandler(assembly.app, reveal(assembly.settings.slack_app_token))
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def worker(settings: Settings, _args: argparse.Namespace) -> int:
    assembly = await assemble(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with scheduler(assembly):
            await stop.wait()
    finally:
        await assembly.close()
    return 0


async def migrate(settings: Settings, _args: argparse.Namespace) -> int:
    store = Store(settings.database_url.get_secret_value())
    try:
        with explained(store):
            await migrate_store(store)
    finally:
        await store.close()
    return 0
