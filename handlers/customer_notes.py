"""Notes on a customer, a step of its page: they stay among the partner's own people."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.meanwhile import changed_meanwhile, removed_meanwhile
from handlers.paging import Place, an_id, ends_of, is_beginning, last_id, place_of, turning
from handlers.reader import N_, Mrkdwn, Reader, mention
from handlers.step_rows import chosen_row, new_row, row_menu
from handlers.steps import Form, Step, opened_form, opened_step, removal_view, show_step_again, this_form, this_step
from handlers.views import show_modal
from programme import customer_notes
from programme.customer_notes import Notes
from programme.customer_people import customer_to_change
from programme.customers import Found
from programme.meanwhile import Saved
from storage.models import LONGEST_NOTE, CustomerNote


async def open_notes(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    await show_modal(client, body, await _view_at(caller_of(context), opened_step(body), {}))


async def turn_notes(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await _view_at(caller_of(context), this_step(body), place_of(b.pressed(body)))
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, form = caller_of(context), opened_form(body)
    seen = await customer_to_change(caller.desk, caller.actor, form.step.customer)
    await show_modal(client, body, form_view(caller.reader, seen, form, new_row()))


async def take_form(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """A new note, or another text for one."""
    caller, form, kept, typed = caller_of(context), this_form(view), b.remembered(view), b.typed(view)
    if "note" in kept:
        note_id, seen = an_id(kept["note"]), str(kept.get("seen"))
        saved = await customer_notes.change_note(caller.desk, caller.actor, form.step.customer, note_id, typed, seen)
        if not saved.done:
            await ack(response_action="update", view=_form_again(caller.reader, form, saved, typed))
            return
    else:
        key = str(kept.get("key"))
        await customer_notes.write_note(caller.desk, caller.actor, form.step.customer, typed, key)
    await show_step_again(ack, client, form, await _view_at(caller, form.step, {}))


async def choose(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """What was chosen from the menu beside a note."""
    await ack()
    caller = caller_of(context)
    what, note_id = chosen_row(body, "unknown_note")
    seen, note = await customer_notes.note_to_change(caller.desk, caller.actor, note_id)
    if what == "remove":
        await show_modal(client, body, _question(caller.reader, opened_form(body), note))
        return
    form = form_view(caller.reader, seen, opened_form(body), _kept(note), note.text)
    await show_modal(client, body, form)


def _kept(note: CustomerNote) -> dict[str, Any]:
    return {"note": note.id, "seen": customer_notes.stamp_of_note(note)}


def _form_again(reader: Reader, form: Form, saved: Saved[CustomerNote], typed: dict[str, str]) -> View:
    """The form as it was sent, with what somebody else has made of the note meanwhile."""
    now, text = saved.now, typed["text"]
    if now is None:
        return form_view(reader, saved.found, form, new_row(), text, removed_meanwhile(reader))
    notice = changed_meanwhile(reader, now.edited_by, now.edited_at, [b.words(now.text)])
    return form_view(reader, saved.found, form, _kept(now), text, notice)


def _question(reader: Reader, form: Form, note: CustomerNote) -> View:
    text = reader.mrkdwn("*Remove this note for everybody?* Its text stays in the history.")
    blocks = [b.section(text), b.words(note.text)]
    return removal_view(reader, form, blocks, callback="note_removal", action="notes.open", kept={"note": note.id})


async def remove(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), this_form(view)
    note_id = an_id(b.remembered(view).get("note"))
    await customer_notes.remove_note(caller.desk, caller.actor, form.step.customer, note_id)
    await show_step_again(ack, client, form, await _view_at(caller, form.step, {}))


async def _view_at(caller: Caller, step: Step, place: Place) -> View:
    seen = await customer_notes.notes(caller.desk, caller.actor, step.customer, *ends_of(place, last_id))
    return notes_view(caller.reader, seen, step, place)


def notes_view(reader: Reader, seen: Notes, step: Step, place: Place) -> View:
    write = b.button(reader.text("Write a note"), "notes.write", style="primary")
    blocks: list[Block] = [
        b.header(seen.found.customer.organisation),
        b.section(
            reader.mrkdwn("Only your company's people read these notes: neither the customer nor anybody else does."),
            write if seen.found.rights.may_change else None,
        ),
        b.divider(),
    ]
    for note in seen.page.rows:
        menu = row_menu(reader, "notes.choose", note.id) if customer_notes.may_change(note, seen.found) else None
        blocks += [b.section(_who(reader, note), menu), b.words(note.text)]
    if not seen.page.rows:
        nothing = (
            N_("Nothing has been noted yet.") if is_beginning(place) else N_("There is nothing more in this list.")
        )
        blocks.append(b.section(reader.mrkdwn(nothing)))
    blocks += turning(reader, seen.page, place, "notes") + step.way_back(reader)
    return b.modal(reader, reader.text("Notes"), blocks, callback="notes", remember=step.kept())


def _who(reader: Reader, note: CustomerNote) -> Mrkdwn:
    text = reader.mrkdwn("{who}, {when}", who=mention(note.written_by), when=reader.moment(note.written_at))
    if note.edited_by is None or note.edited_at is None:
        return text
    edited = reader.mrkdwn("changed by {who}, {when}", who=mention(note.edited_by), when=reader.moment(note.edited_at))
    return Mrkdwn(f"{text} · {edited}")


def form_view(
    reader: Reader, seen: Found, form: Form, kept: dict[str, Any], text: str = "", notice: Sequence[Block] = ()
) -> View:
    """A new note, or one that is changed.

    Args:
        kept: what tells the form, or the note and what it was.
        text: what stands in the field.
    """
    typed = PlainTextInputElement(
        action_id="typed", multiline=True, max_length=LONGEST_NOTE, initial_value=text or None
    )
    blocks = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=seen.customer.organisation)),
        *notice,
        b.field("text", reader.text("Note"), typed, hint=reader.text("Only your company's people read it.")),
        *form.way_back(reader, "notes.open"),
    ]
    return b.modal(
        reader,
        reader.text("Change a note") if "note" in kept else reader.text("Write a note"),
        blocks,
        callback="note",
        submit=reader.text("Save"),
        close=reader.text("Cancel"),
        remember=form.kept() | kept,
    )


def register(app: AsyncApp) -> None:
    app.action("notes.open")(open_notes)
    app.action("notes.write")(open_form)
    app.action("notes.choose")(choose)
    app.view("note")(take_form)
    app.view("note_removal")(remove)
    for turn in ("previous", "next", "first"):
        app.action(f"notes.{turn}")(turn_notes)
