"""A sandbox for each test, with the small app of these tests."""

from collections.abc import AsyncIterator

import pytest

from sandbox import Sandbox
from sandbox.manifest import Manifest


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(manifest=Manifest()) as sandbox:
        yield sandbox
