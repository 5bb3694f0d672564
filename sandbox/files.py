"""The bytes of files: uploaded by the app, put into a form by a person, fetched by the app and shown on the page."""

import base64
import mimetypes
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.core import Core
from sandbox.world import File, Installation, User

Json = dict[str, Any]

# Slack's limit for a file put into a file_input.
MOST_BYTES_IN_FORM = 10_000_000
UNKNOWN_TYPE = "application/octet-stream"


def file_routes(core: Core) -> list[BaseRoute]:
    """Where bytes come in and go out."""
    files = _Files(core)
    return [
        Route("/files/upload/{file_id}", files.upload, methods=["POST"]),
        Route("/files-pri/{place}/download/{name:path}", files.download, methods=["GET"]),
        Route("/files-pri/{place}/{name:path}", files.download, methods=["GET"]),
        Route("/page/files/{file_id}/{name:path}", files.show, methods=["GET"]),
        Route("/page/files", files.take, methods=["POST"]),
    ]


def private_address(core: Core, file: File, *, download: bool = False) -> str:
    """The address at which the app gets the bytes, with its token."""
    place = f"{core.address}/files-pri/{file.workspace}-{file.id}"
    return f"{place}/download/{file.name}" if download else f"{place}/{file.name}"


def page_address(file: File) -> str:
    """The address at which the page gets the bytes."""
    return f"/page/files/{file.id}/{file.name}"


def put_into_form(core: Core, user: User, name: str, content: bytes) -> File:
    """A file that a person puts into a form; it stays theirs, and nobody else's, until the form is submitted.

    Raises ValueError for what Slack does not take.
    """
    if not content:
        raise ValueError("This file is empty.")
    if len(content) > MOST_BYTES_IN_FORM:
        raise ValueError("This file is too large: 10 MB at most.")
    file = File(
        id=core.world.new_id("F"),
        workspace=user.workspace,
        name=name,
        title=name,
        size=len(content),
        mimetype=mimetypes.guess_type(name)[0] or UNKNOWN_TYPE,
        content=base64.b64encode(content).decode(),
        created=core.time(),
        user=user.id,
        complete=True,
    )
    core.world.files[file.id] = file
    return file


def can_see(core: Core, caller: Installation, file: File) -> bool:
    """Whether the app sees a file: its own, those given to it in a form, those in conversations that it is in."""
    if file.workspace != caller.workspace:
        return False
    if caller.bot_user in (file.user, *file.given_to):
        return True
    return any(caller.bot_user in core.world.conversations[one].members for one in file.channels)


class _Files:
    def __init__(self, core: Core) -> None:
        self._core = core

    async def upload(self, request: Request) -> Response:
        """The bytes of a file that the app uploads."""
        file = self._core.world.files.get(request.path_params["file_id"])
        content = await request.body()
        if file is None or file.complete:
            return PlainTextResponse("file_not_found", status_code=404)
        if len(content) != file.size:
            self._core.refuse("files.upload", "length_mismatch", [f"{len(content)} bytes, announced {file.size}"])
            return PlainTextResponse("length_mismatch", status_code=400)
        file.content = base64.b64encode(content).decode()
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """The bytes for the app. Whoever has no token that will do is sent to the sign-in page, as Slack does."""
        fault = self._core.faults.take("files.download")
        if fault and fault.kind == "fail":
            return PlainTextResponse(fault.error or "error", status_code=fault.status or 500)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        caller = self._core.world.installations.get(token.strip()) if scheme.lower() == "bearer" else None
        problem = self._problem(caller)
        if caller is None or problem:
            self._core.refuse("files.download", problem)
            return RedirectResponse(f"/?redir={request.url.path}", status_code=302)
        workspace, _, file_id = request.path_params["place"].partition("-")
        file = self._core.world.files.get(file_id)
        if file is None or file.workspace != workspace or not can_see(self._core, caller, file):
            self._core.refuse("files.download", "file_not_found")
            return PlainTextResponse("file_not_found", status_code=404)
        return _bytes_of(file)

    def _problem(self, caller: Installation | None) -> str:
        if caller is None:
            return "invalid_auth"
        if not caller.active:
            return "token_revoked"
        return "missing_scope" if self._core.manifest.lacks_scopes(frozenset({"files:read"})) else ""

    async def show(self, request: Request) -> Response:
        """The bytes for the page."""
        file = self._core.world.files.get(request.path_params["file_id"])
        return PlainTextResponse("file_not_found", status_code=404) if file is None else _bytes_of(file)

    async def take(self, request: Request) -> Response:
        """A file that a person puts into a form: the body is its bytes, `as` the person, `name` the file's name."""
        user = self._core.world.users.get(request.query_params.get("as", ""))
        name = request.query_params.get("name", "")
        if user is None or not name:
            return JSONResponse({"error": "The page sent something unexpected."}, status_code=400)
        try:
            file = put_into_form(self._core, user, name, await request.body())
        except ValueError as refused:
            return JSONResponse({"error": str(refused)}, status_code=400)
        return JSONResponse({"file": {"id": file.id, "name": file.name, "size": file.size}})


def _bytes_of(file: File) -> Response:
    if file.content is None:
        return PlainTextResponse("file_not_found", status_code=404)
    return Response(base64.b64decode(file.content), media_type=file.mimetype)
