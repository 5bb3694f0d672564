"""`python -m bot doctor`: says what is wrong, and how to mend it."""

import argparse
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.database import DatabaseTrouble, name_of, require_database
from bot.settings import Settings, reveal
from handlers.mail_server import advice, read_smtp_url
from handlers.slack_errors import SLACK_ERRORS
from programme.catalogue import BadCatalogue, load_catalogue
from programme.dns import Dns, Result
from storage.store import Store

MANIFEST = Path(__file__).parent.parent / "app_manifest.yml"


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Args:
        mend: what to do; empty where all is well.
    """

    what: str
    mend: str = ""
    is_optional: bool = False


async def doctor(settings: Settings, _args: argparse.Namespace) -> int:
    """Prints one line a check. Returns 1 when something must be mended."""
    is_ill = False
    async for check in examine(settings):
        sign = "ok  " if not check.mend else "note" if check.is_optional else "MEND"
        print(f"{sign}  {check.what}{': ' + check.mend if check.mend else ''}")  # noqa: T201 - the command's answer
        is_ill |= bool(check.mend) and not check.is_optional
    return int(is_ill)


async def examine(settings: Settings) -> AsyncIterator[Check]:
    for check in _settings(settings):
        yield check
    yield _catalogue(settings)
    yield await _database(settings)
    async for check in _slack(settings):
        yield check
    yield await _dns(settings)
    yield await _mail(settings)


def _settings(settings: Settings) -> list[Check]:
    return [
        _set("SLACK_BOT_TOKEN", settings.slack_bot_token, "install the app in your workspace and copy its bot token"),
        _set("REVIEW_CHANNEL", settings.review_channel, "set it to the id of the channel in which reviewers decide"),
        _either(settings),
        _set("SMTP_URL", settings.smtp_url, "without it no welcome letter leaves", is_optional=True),
        _public_url(settings),
        _set("MAIL_FROM", settings.mail_from, "without it letters come from the support address", is_optional=True),
    ]


def _set(name: str, value: object, advice: str, is_optional: bool = False) -> Check:
    return Check(name, "" if value else f"not set; {advice}", is_optional)


def _public_url(settings: Settings) -> Check:
    """Whoever gets a letter is on another machine."""
    if settings.smtp_url and is_local(urlsplit(settings.address).hostname or ""):
        advice = f"{settings.address} is this machine alone; set it to the address that Slack and customers reach"
        return Check("PUBLIC_URL", advice, is_optional=True)
    return Check("PUBLIC_URL")


def is_local(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _either(settings: Settings) -> Check:
    is_set = settings.slack_signing_secret or settings.slack_app_token
    advice = "set the first to serve over HTTP (`serve`), the second for Socket Mode (`socket`)"
    return Check("SLACK_SIGNING_SECRET or SLACK_APP_TOKEN", "" if is_set else f"neither is set; {advice}")


def _catalogue(settings: Settings) -> Check:
    try:
        load_catalogue(settings.catalogue)
    except BadCatalogue as error:
        return Check("catalogue", str(error))
    return Check("catalogue")


async def _database(settings: Settings) -> Check:
    store = Store(settings.database_url.get_secret_value())
    try:
        await require_database(store)
    except DatabaseTrouble as trouble:
        return Check(name_of(store), trouble.why)
    finally:
        await store.close()
    return Check(name_of(store))


async def _slack(settings: Settings) -> AsyncIterator[Check]:
    token = reveal(settings.slack_bot_token)
    if not token:
        return
    client = AsyncWebClient(token=token, base_url=settings.slack_api_url)
    try:
        answer = await client.auth_test()
    except SLACK_ERRORS as error:
        yield Check("Slack token", f"Slack does not take it ({_code(error)}); copy the bot token of the app again")
        return
    yield Check(f"Slack token, for {answer['user']} in {answer['team']}")
    yield _scopes(str(answer.headers.get("x-oauth-scopes", "")))
    if settings.review_channel:
        yield await _review_channel(client, settings.review_channel)


def _scopes(granted: str) -> Check:
    if not MANIFEST.exists() or not granted:
        return Check("Slack scopes", "Slack did not say which", is_optional=True)
    needed = set(yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])
    missing = needed - {scope.strip() for scope in granted.split(",")}
    advice = f"{', '.join(sorted(missing))} missing; add them under OAuth & Permissions and install the app again"
    return Check("Slack scopes", advice if missing else "")


async def _review_channel(client: AsyncWebClient, channel: str) -> Check:
    try:
        known = (await client.conversations_info(channel=channel))["channel"]
    except SLACK_ERRORS as error:
        return Check(f"review channel {channel}", f"not to be seen ({_code(error)}); invite the bot to it")
    if known.get("is_archived"):
        return Check(f"review channel #{known['name']}", "it is archived; choose another one")
    mend = "" if known.get("is_member") else "the bot is not in it; type `/invite @Partner Desk` there"
    return Check(f"review channel #{known['name']}", mend)


def _code(error: Exception) -> str:
    return str(error.response["error"]) if isinstance(error, SlackApiError) else type(error).__name__


async def _dns(settings: Settings) -> Check:
    answer = await Dns(settings.dns_nameservers).lookup("example.com", "NS")
    if answer.result in (Result.SILENT, Result.FAILING):
        return Check("DNS", "no name server answers; check DNS_NAMESERVERS, or the system's resolver")
    return Check("DNS")


async def _mail(settings: Settings) -> Check:
    url = reveal(settings.smtp_url)
    if not url:
        return Check("mail", "no server set, so no letters", is_optional=True)
    mail_server = read_smtp_url(url)
    try:
        async with aiosmtplib.SMTP(**mail_server.connection()) as server:
            await server.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        return Check(f"mail server {mail_server.host}", advice(error))
    return Check(f"mail server {mail_server.host}")
