"""Installing the app into a workspace: Slack's consent page, and the exchange of its code for a token."""

import base64
import html
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from sandbox import cast
from sandbox.core import Core, SlackRefused
from sandbox.web_api.endpoint import read_arguments
from sandbox.world import Installation

Json = dict[str, Any]

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Install {name}</title>
<link rel="stylesheet" href="/static/css/theme.css"><main class="empty tall"><h1>Install {name}</h1>
<p>{name} asks for: {scopes}</p><ul>{choices}</ul></main></html>"""


@dataclass
class Grant:
    """A consent that was given. Its code can be exchanged once."""

    workspace: str
    redirect_uri: str
    used: bool = False


class OAuth:
    """The app's client id and secret, and the consents given."""

    def __init__(self, core: Core, client_id: str, client_secret: str) -> None:
        self._core, self._client_id, self._client_secret = core, client_id, client_secret
        self._grants: dict[str, Grant] = {}

    async def access(self, request: Request) -> Response:
        """The method oauth.v2.access, which is called with the client's secret instead of a token."""
        try:
            args = await read_arguments(request)
            return JSONResponse({"ok": True, **self.exchange(args, request.headers.get("authorization", ""))})
        except SlackRefused as refused:
            self._core.refuse("oauth.v2.access", refused.error, refused.messages)
            return JSONResponse({"ok": False, "error": refused.error})

    async def authorize(self, request: Request) -> Response:
        """The consent page; with a `workspace` chosen, back to the app with a code."""
        query = dict(request.query_params)
        if query.get("client_id") != self._client_id:
            return PlainTextResponse("Invalid client_id parameter", status_code=400)
        workspace = query.pop("workspace", "")
        if workspace not in self._core.world.workspaces:
            return HTMLResponse(self._page(query))
        code = self.grant(workspace, query.get("redirect_uri", ""))
        back = urlencode({"code": code, "state": query.get("state", "")})
        return RedirectResponse(f"{query.get('redirect_uri', '')}?{back}", status_code=302)

    def grant(self, workspace: str, redirect_uri: str = "") -> str:
        """Consent for a workspace. Returns the code to exchange."""
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        self._grants[code] = Grant(workspace, redirect_uri)
        return code

    def exchange(self, args: Json, authorization: str) -> Json:
        """What oauth.v2.access answers. Raises SlackRefused."""
        self._check_client(args, authorization)
        grant = self._grants.get(str(args.get("code", "")))
        if grant is None:
            raise SlackRefused("invalid_code")
        if grant.used:
            raise SlackRefused("code_already_used")
        if grant.redirect_uri != str(args.get("redirect_uri") or grant.redirect_uri):
            raise SlackRefused("bad_redirect_uri")
        grant.used = True
        installation = cast.install(self._core.world, grant.workspace, self._core.time())
        self._core.changes.tell("conversations")
        return self._access(installation)

    def _check_client(self, args: Json, authorization: str) -> None:
        sent = (str(args.get("client_id", "")), str(args.get("client_secret", "")))
        if authorization.startswith("Basic "):
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            sent = (name, secret)
        if sent[0] != self._client_id:
            raise SlackRefused("invalid_client_id")
        if not secrets.compare_digest(sent[1], self._client_secret):
            raise SlackRefused("bad_client_secret")

    def _access(self, installation: Installation) -> Json:
        workspace = self._core.world.workspaces[installation.workspace]
        installer = self._core.world.people(workspace.id)[0]
        return {
            "app_id": installation.app_id,
            "authed_user": {"id": installer.id},
            "scope": ",".join(sorted(self._core.manifest.scopes or ())),
            "token_type": "bot",
            "access_token": installation.token,
            "bot_user_id": installation.bot_user,
            "team": {"id": workspace.id, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _page(self, query: Json) -> str:
        choices = "".join(
            f'<li><a href="?{html.escape(urlencode({**query, "workspace": one.id}))}">{html.escape(one.name)}</a></li>'
            for one in self._core.world.workspaces.values()
        )
        scopes = html.escape(query.get("scope", ""))
        return _PAGE.format(name=html.escape(self._core.manifest.name), scopes=scopes, choices=choices)
