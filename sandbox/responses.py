"""What the app says in answer to an interaction: in a response_url, or in the acknowledgement of a command."""

from typing import Any

from sandbox import posting
from sandbox.core import Core, SlackRefused
from sandbox.tickets import ResponseUrl
from sandbox.world import Message

Json = dict[str, Any]


def draft_of(body: Json, response_to: str | None = None) -> posting.Draft:
    """The message in a body that the app sent."""
    return posting.Draft(
        text=body.get("text") or "",
        blocks=body.get("blocks") or None,
        attachments=body.get("attachments") or None,
        thread_ts=body.get("thread_ts"),
        response_to=response_to,
    )


def respond(core: Core, to: ResponseUrl, body: Json) -> None:
    """Do what a response asks for: a new message, for one or for all, or another text in the old one's place."""
    original = _original(core, to)
    if body.get("delete_original"):
        if original:
            posting.delete(core, original)
        return
    draft = draft_of(body, to.response_to)
    posting.check(draft)
    if body.get("replace_original") and original:
        posting.change(core, original, draft)
        return
    conversation = core.world.conversations[to.conversation]
    if conversation.archived:
        raise SlackRefused("is_archived")
    installation = core.world.installation_in(to.workspace)
    if installation is None:
        raise SlackRefused("token_revoked")
    only_for = None if body.get("response_type") == "in_channel" else to.user
    posting.post(core, conversation, installation.bot_user, draft, only_for=only_for)


def _original(core: Core, to: ResponseUrl) -> Message | None:
    return core.world.message(to.conversation, to.ts) if to.ts else None
