"""Debian's Chromium for the tests of the page: where it is, how it starts, and one window for each person."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox import Sandbox

Opens = Callable[..., Awaitable[Page]]

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if os.access(path, os.X_OK)),
    shutil.which("chromium") or shutil.which("google-chrome"),
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
# A page that is drawn at once on an idle machine takes seconds beside other tests.
PATIENCE_MS = 20_000
OFFLINE = ["--disable-background-networking", "--disable-component-update"]

expect.set_options(timeout=PATIENCE_MS)

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *OFFLINE])
        yield browser
        await browser.close()


@asynccontextmanager
async def windows(browser: Browser, place: Sandbox) -> AsyncIterator[Opens]:
    """Opens the page as a person, in a browser of their own; whatever goes wrong on a page fails the test."""
    contexts, wrong = [], []

    async def opens(name: str, channel: str = "general") -> Page:
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{place.address}/#as={place.person(name).user.id}")
        await page.get_by_role("link", name=channel).click()
        return page

    yield opens
    for context in contexts:
        await context.close()
    assert wrong == []
