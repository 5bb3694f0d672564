"""The steps of a customer's page: where each stands among the modals, and the way back.

Slack stacks three modals. A step opens on top of the page, and a form on top of the step; where no room is left, it
takes the place of what it was opened from, and then has a button that leads back there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.paging import an_id
from handlers.reader import Reader
from handlers.typed import which_customer
from handlers.views import is_full


@dataclass(frozen=True)
class Step:
    """A step of a customer's page.

    Args:
        in_place: whether it stands where the page stood.
    """

    customer: int
    in_place: bool = False

    def kept(self) -> dict[str, Any]:
        """As buttons and modals remember it."""
        return {"customer": self.customer, "in_place": self.in_place}

    def way_back(self, reader: Reader) -> list[Block]:
        if not self.in_place:
            return []
        return [b.actions(b.button(reader.text("Back to the customer"), "manage.open", self.customer))]


@dataclass(frozen=True)
class Form:
    """A form that was opened from a step.

    Args:
        under: the step's modal, below the form; None where the form stands in its place.
    """

    step: Step
    under: str | None

    def kept(self) -> dict[str, Any]:
        return self.step.kept() | {"under": self.under}

    def way_back(self, reader: Reader, action: str) -> list[Block]:
        """Back to the step without sending the form.

        Args:
            action: what opens the step.
        """
        if self.under is not None:
            return []
        return [b.actions(b.button(reader.text("Back"), action, self.step.kept()))]


def opened_step(body: dict[str, Any]) -> Step:
    """The step whose button was pressed: on the page, or in a form that stands in the step's place."""
    value, under = b.pressed(body), body.get("view") or {}
    if isinstance(value, dict) and "in_place" in value:
        return _step(value)
    customer = which_customer(body)
    return Step(an_id(customer), in_place=under.get("type") == "modal" and is_full(under))


def this_step(body: dict[str, Any]) -> Step:
    """The step in which a button was pressed, or which a menu was chosen in."""
    return _step(b.remembered(body["view"]))


def opened_form(body: dict[str, Any]) -> Form:
    """A form that is going to be opened from the step in which a button was pressed."""
    return form_over(body, this_step(body))


def form_over(body: dict[str, Any], step: Step) -> Form:
    """A form that is going to be opened from the modal in which a button was pressed, and stands for a step."""
    return Form(step, None if is_full(body["view"]) else str(body["view"]["id"]))


def this_form(view: dict[str, Any]) -> Form:
    """The form that was sent."""
    kept = b.remembered(view)
    under = kept.get("under") if isinstance(kept, dict) else None
    return Form(_step(kept), str(under) if under else None)


def opened_on(step: str, body: dict[str, Any]) -> Form | None:
    """A form that is going to be opened; None where that is not from a step, as there are other ways to some of them.

    Args:
        step: the step's callback_id.
    """
    return opened_form(body) if (body.get("view") or {}).get("callback_id") == step else None


def form_on_step(view: dict[str, Any]) -> Form | None:
    """The form that was sent; None as in `opened_on`."""
    kept = b.remembered(view)
    return this_form(view) if isinstance(kept, dict) and "in_place" in kept else None


def _step(value: Any) -> Step:
    kept = value if isinstance(value, dict) else {}
    return Step(an_id(kept.get("customer")), bool(kept.get("in_place")))


async def show_step_again(ack: AsyncAck, client: AsyncWebClient, form: Form, step_view: View) -> None:
    """Closes a form that lies on its step, which shows what has changed; one in the step's place becomes it again."""
    if form.under is None:
        await ack(response_action="update", view=step_view)
        return
    await ack()
    await client.views_update(view_id=form.under, view=step_view)


def removal_view(
    reader: Reader, form: Form, blocks: Sequence[Block], callback: str, action: str, kept: dict[str, Any]
) -> View:
    """The question before something is removed that a step shows.

    Args:
        action: what opens the step.
        kept: what is to be removed.
    """
    return b.modal(
        reader,
        reader.text("Remove"),
        [*blocks, *form.way_back(reader, action)],
        callback=callback,
        submit=reader.text("Remove"),
        close=reader.text("Cancel"),
        remember=form.kept() | kept,
    )
