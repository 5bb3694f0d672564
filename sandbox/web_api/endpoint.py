"""The HTTP side of the Web API: reads a call, checks the token, applies faults, answers."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.core import ApiCall, Core, SlackRefused
from sandbox.faults import Fault
from sandbox.web_api.call import METHODS, Call
from sandbox.world import Installation

Json = dict[str, Any]


class WebApi:
    """Answers `/api/{method}`. `app_token` is the token of Socket Mode."""

    def __init__(self, core: Core, app_token: str) -> None:
        self._core, self._app_token = core, app_token

    async def __call__(self, request: Request) -> Response:
        """One request."""
        name = request.path_params["method"]
        fault = self._core.faults.take(name)
        self._core.calls_under_way += 1
        try:
            if fault and fault.kind == "slow":
                await request.body()  # while the caller is still there
                await asyncio.sleep(fault.seconds)
            response = await self._answer(request, name, fault)
        finally:
            self._core.calls_under_way -= 1
            self._core.changes.stir()
        if fault and fault.kind == "late":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "lose":
            request.scope["extensions"]["sandbox.drop"]()
        return response

    async def _answer(self, request: Request, name: str, fault: Fault | None) -> Response:
        args = await read_arguments(request)
        try:
            if fault and fault.kind == "fail":
                return self._failed(name, args, fault)
            result = await self._run(request, name, args)
        except SlackRefused as refused:
            self._core.calls.append(ApiCall(name, args, refused.error))
            self._core.refuse(name, refused.error, refused.messages)
            return _refusal(refused)
        self._core.calls.append(ApiCall(name, args, None))
        headers = {"x-oauth-scopes": ",".join(sorted(self._core.manifest.scopes or ()))}
        return JSONResponse({"ok": True, **result}, headers=headers)

    def _failed(self, name: str, args: Json, fault: Fault) -> Response:
        """A failure that was ordered is no refusal: the app did nothing wrong."""
        self._core.calls.append(ApiCall(name, args, fault.error or f"http_{fault.status}"))
        if fault.error == "ratelimited":
            return _refusal(SlackRefused("ratelimited", retry_after=max(1, round(fault.seconds))))
        if fault.error is not None:
            return JSONResponse({"ok": False, "error": fault.error}, status_code=fault.status or 200)
        return PlainTextResponse("The sandbox was told to fail.", status_code=fault.status or 500)

    async def _run(self, request: Request, name: str, args: Json) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackRefused("unknown_method", req_method=name)
        token = _token(request, args)
        caller = self._caller(method.caller, token)
        call = Call(self._core, name, args, caller)
        if caller is not None:
            call.need(*method.scopes)
            wait = self._core.throttle.call(caller.workspace, name)
            if wait:
                raise SlackRefused("ratelimited", retry_after=wait)
        return await method.run(call)

    def _caller(self, wanted: str, token: str) -> Installation | None:
        if wanted == "nobody":
            return None
        if not token:
            raise SlackRefused("not_authed")
        if wanted == "app":
            if token != self._app_token:
                raise SlackRefused("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
            return None
        installation = self._core.world.installations.get(token)
        if installation is None:
            raise SlackRefused("not_allowed_token_type" if token == self._app_token else "invalid_auth")
        if not installation.active:
            raise SlackRefused("token_revoked")
        return installation


async def read_arguments(request: Request) -> Json:
    """The arguments from the query and the body, whether that is JSON or a form."""
    args: Json = dict(request.query_params)
    body = (await request.body()).decode()
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        try:
            sent = json.loads(body or "{}")
        except ValueError:
            raise SlackRefused("invalid_json") from None
        if not isinstance(sent, dict):
            raise SlackRefused("json_not_object")
        return args | sent
    return args | dict(parse_qsl(body, keep_blank_values=True))


def _token(request: Request, args: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    sent = str(args.pop("token", "") or "")
    return token.strip() if scheme.lower() == "bearer" else sent


def _refusal(refused: SlackRefused) -> Response:
    body: Json = {"ok": False, "error": refused.error, **refused.extra}
    if refused.messages:
        body["response_metadata"] = {"messages": refused.messages}
    if refused.retry_after:
        return JSONResponse(body, status_code=429, headers={"Retry-After": str(refused.retry_after)})
    return JSONResponse(body)
