"""A sandbox for each test, a small app beside it, and the app's client."""

from collections.abc import AsyncIterator

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Limits, Sandbox
from sandbox.manifest import Manifest
from tests.sandbox.small_bot import new_app, over_http

FAST = Limits(event_retry_seconds=(0.0, 0.0, 0.0), ack_seconds=1.0)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(manifest=Manifest(), limits=FAST) as sandbox:
        yield sandbox


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[AsyncApp]:
    """An app without listeners, which the sandbox reaches over HTTP."""
    app = new_app(sandbox)
    async with over_http(sandbox, app):
        yield app


@pytest.fixture
def client(sandbox: Sandbox) -> AsyncWebClient:
    environment = sandbox.environment
    return AsyncWebClient(
        token=environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"], retry_handlers=[]
    )
