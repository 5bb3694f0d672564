"""What a person sees when something was refused, or went wrong."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.field_errors import field_error
from handlers.reader import N_, Mrkdwn, Reader, mail_link
from handlers.refusals import Words, readable, say
from handlers.slack_errors import SLACK_ERRORS
from handlers.views import is_full, show_modal, with_notice
from programme.catalogue import Catalogue
from programme.refusals import BadInput, Refused

log = structlog.get_logger()

# Bolt looks every 10 ms whether a listener has acknowledged, and forgets the acknowledgement of one that failed before.
BOLT_HAS_LOOKED_SECONDS = 0.03
ONE_NOTICE_SECONDS = 1.0


_SLACK_FAILED = N_(
    "Slack did not do its part, so there is nothing to see. Please try again in a minute. "
    "If it happens again, write to {support} and quote *{reference}*."
)
_WE_FAILED = N_(
    "Something went wrong on our side. Please try again in a minute; nothing is done twice. "
    "If it happens again, write to {support} and quote *{reference}*."
)


@dataclass(frozen=True)
class Sorry:
    """Turns an error of a listener into something to read.

    Args:
        catalogue: the programme's; from it the support address.
        reader_of: the reader of a request, also when the database is away.
    """

    catalogue: Catalogue
    reader_of: Callable[[AsyncBoltContext, dict[str, Any]], Reader]
    _told: dict[str, float] = field(default_factory=dict)

    async def explain(
        self,
        error: Exception,
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        ack: AsyncAck,
        respond: AsyncRespond,
    ) -> BoltResponse | None:
        if ack.response is not None:
            await asyncio.sleep(BOLT_HAS_LOOKED_SECONDS)
        reader = self.reader_of(context, body)
        context["refused"] = error.reason if isinstance(error, Refused) else "failed"
        if isinstance(error, BadInput) and body.get("type") == "view_submission":
            return _json(self._field_errors(reader, error))
        if _is_closed(error):
            log.info("view_closed_meanwhile", error=str(error))
            return None
        words = self._words(error, reader)
        try:
            return await _show(words.blocks(), words.text, reader, body, client, ack, respond, self._is_first)
        except SLACK_ERRORS as slack:
            log.warning("explanation_not_shown", error=str(slack))
            return None

    def _is_first(self, view_id: str) -> bool:
        """Whether this modal has had no notice a moment ago: who clicks eight times need not close eight."""
        now = time.monotonic()
        for told in [told for told, at in self._told.items() if now - at > ONE_NOTICE_SECONDS]:
            del self._told[told]
        is_first = view_id not in self._told
        self._told.setdefault(view_id, now)
        return is_first

    def _field_errors(self, reader: Reader, error: BadInput) -> dict[str, Any]:
        facts = {name: readable(fact, reader) for name, fact in error.facts.items() if name != "fields"}
        errors = {field: field_error(reader, word, self._support, **facts) for field, word in error.fields.items()}
        return {"response_action": "errors", "errors": errors}

    @property
    def _support(self) -> str:
        return self.catalogue.support_address

    def _words(self, error: Exception, reader: Reader) -> Words:
        if isinstance(error, Refused):
            return say(error, reader, self.catalogue)
        reference = secrets.token_hex(4)
        log.error("request_failed", reference=reference, exc_info=error)
        message = _SLACK_FAILED if isinstance(error, SLACK_ERRORS) else _WE_FAILED
        return Words(reader.mrkdwn(message, support=mail_link(self._support), reference=reference))


def _is_closed(error: Exception) -> bool:
    """The person has closed the modal, or moved on in it, before its new content came: nothing to apologise for."""
    return isinstance(error, SlackApiError) and error.response.get("error") in ("not_found", "hash_conflict")


async def _show(
    blocks: list[Block],
    text: Mrkdwn,
    reader: Reader,
    body: dict[str, Any],
    client: AsyncWebClient,
    ack: AsyncAck,
    respond: AsyncRespond,
    is_first: Callable[[str], bool],
) -> BoltResponse | None:
    """Where the person is looking: in the answer itself while there is one to give, else beside what they clicked."""
    # What is under the notice may have a button in it, which goes on from there.
    remember = b.remembered(body.get("view") or {})
    notice = b.modal(reader, reader.text("Please note"), blocks, callback="notice", remember=remember)
    is_unanswered = ack.response is None
    if body.get("type") == "view_submission" and is_unanswered:
        return _json(_in_modal(notice, body["view"]))
    if body.get("type") == "block_suggestion":
        return _json({"options": []})
    if "command" in body and is_unanswered:
        return _json({"response_type": "ephemeral", "text": text, "blocks": b.drawn(blocks)})
    if (body.get("event") or {}).get("type") == "app_home_opened":
        await client.views_publish(user_id=body["event"]["user"], view=b.home(blocks))
    elif body.get("view") and body.get("trigger_id"):
        if is_first(body["view"]["id"]):
            await _show_in_view(notice, text, body, client)
    elif body.get("response_url"):
        await respond(text=text, blocks=b.drawn(blocks), response_type="ephemeral", replace_original=False)
    return BoltResponse(status=200, body="") if is_unanswered else None


def _in_modal(notice: View, under: dict[str, Any]) -> dict[str, Any]:
    """The answer to a form: a notice on top of it, or in it where no more modals fit."""
    if is_full(under):
        return {"response_action": "update", "view": with_notice(under, notice.blocks)}
    return {"response_action": "push", "view": notice.to_dict()}


async def _show_in_view(notice: View, text: Mrkdwn, body: dict[str, Any], client: AsyncWebClient) -> None:
    """On top of the modal; in it where no more fit, or the trigger is used up or too old."""
    under = body["view"]
    is_modal = under["type"] == "modal"
    if not (is_modal and is_full(under)):
        try:
            await show_modal(client, body, notice)
            return
        except SlackApiError:
            log.info("notice_not_on_top")
    if is_modal:
        await client.views_update(view_id=under["id"], view=with_notice(under, notice.blocks))
    else:
        await client.chat_postMessage(channel=body["user"]["id"], text=text, blocks=b.drawn(notice.blocks))


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"Content-Type": "application/json"})
