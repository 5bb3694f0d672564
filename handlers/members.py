"""A partner's people: who they are, inviting them, their roles, and going."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of, met
from handlers.home import draw_home, place_blocks
from handlers.members_view import INVITED, PEOPLE, invitation_view, left_view, removal_view, team_view
from handlers.paging import Place, ends_of, last_id, moment_and_person, place_of
from handlers.views import show_here, show_modal
from programme import invitations, members, team
from programme.desk import Actor
from programme.refusals import Refused
from storage.base import is_id
from storage.queries.paging import Cursor


async def open_team(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    await show_modal(client, body, await _team_view(caller_of(context)))


async def open_invitation(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller = caller_of(context)
    partner = await members.may_change_team(caller.desk, caller.actor)
    await show_modal(client, body, invitation_view(caller.reader, caller.desk.catalogue, partner))


async def invite(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await members.may_change_team(caller.desk, caller.actor)
    chosen = await asyncio.gather(*(met(caller, client, user) for user in _chosen_people(view)))
    await invitations.invite(caller.desk, caller.actor, chosen, b.typed(view).get("role", ""))
    await _back_to_team(caller, ack, client, view)
    await caller.house.courier.deliver_now()


def _chosen_people(view: dict[str, Any]) -> list[str]:
    elements = view["state"]["values"].get("people", {}).values()
    chosen = [user for element in elements for user in element.get("selected_users") or []]
    return chosen[: invitations.MOST_AT_ONCE + 1]  # one too many is refused, and no more are asked after


async def change(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """What was chosen from the menu beside somebody."""
    await ack()
    caller = caller_of(context)
    what, who = _wanted(body)
    if what == "remove":
        await members.colleague(caller.desk, caller.actor, who)
        partner = await members.may_change_team(caller.desk, caller.actor)
        await show_modal(client, body, removal_view(caller.reader, partner, who, _places(body)))
        return
    await members.change_role(caller.desk, caller.actor, who, what)
    await client.views_update(view_id=body["view"]["id"], view=await _team_view(caller, _places(body)))
    await caller.house.courier.deliver_now()


def _wanted(body: dict[str, Any]) -> tuple[str, Actor]:
    """Raises Refused for a choice that is not one of ours."""
    value = (body["actions"][0].get("selected_option") or {}).get("value") or ""
    parts = value.split(" ")
    if len(parts) != 3:
        raise Refused("unknown_member")
    return parts[0], Actor(parts[1], parts[2])


async def remove(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    workspace_id, user_id, places = b.remembered(view)
    await members.remove(caller.desk, caller.actor, Actor(workspace_id, user_id))
    await _back_to_team(caller, ack, client, view, places)
    await caller.house.courier.deliver_now()


async def revoke(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await invitations.revoke(caller.desk, caller.actor, _number(body))
    await client.views_update(view_id=body["view"]["id"], view=await _team_view(caller, _places(body)))
    await caller.house.courier.deliver_now()


async def leave(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    partner = await members.leave(caller.desk, caller.actor)
    await client.views_update(view_id=body["view"]["id"], view=left_view(caller.reader, partner))


async def accept(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    await invitations.accept(caller.desk, caller.actor, _number(body))
    await _show_place(caller, body, client, respond)
    await caller.house.courier.deliver_now()


async def decline(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    await invitations.decline(caller.desk, caller.actor, _number(body))
    await _show_place(caller, body, client, respond)
    await caller.house.courier.deliver_now()


def _number(body: dict[str, Any]) -> int:
    """The invitation whose button was pressed. Raises Refused for a value that is not one of ours."""
    value = b.pressed(body)
    if not is_id(value):
        raise Refused("unknown_invitation")
    return value


async def turn_page(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """One list goes on, the other one stays where it stands."""
    await ack()
    which = body["actions"][0]["action_id"].rpartition(".")[0]
    places = _places(body) | {which: place_of(b.pressed(body))}
    await show_here(client, body, await _team_view(caller_of(context), places))


def _places(body: dict[str, Any]) -> Place:
    """Where the lists of the modal stand in which something was pressed."""
    return place_of(b.remembered(body["view"]))


async def _team_view(caller: Caller, places: Place | None = None) -> View:
    """Raises Refused("no_partner")."""
    places = places or {}
    people, invited = place_of(places.get(PEOPLE)), place_of(places.get(INVITED))
    ends = ends_of(people, moment_and_person), ends_of(invited, _invitation)
    seen = await team.team(caller.desk, caller.actor, *ends)
    return team_view(caller.reader, caller.desk.catalogue, seen, places)


def _invitation(value: Any) -> Cursor | None:
    """A place in the list of invitations, which is ordered by their ids."""
    return (number,) if (number := last_id(value)) else None


async def _back_to_team(
    caller: Caller, ack: AsyncAck, client: AsyncWebClient, view: dict[str, Any], places: Place | None = None
) -> None:
    """Closes a form that lies on the list, which shows what has changed; a form that lies on nothing becomes it."""
    changed = await _team_view(caller, places)
    below = view.get("previous_view_id")
    if below is None:
        await ack(response_action="update", view=changed)
        return
    await ack()
    await client.views_update(view_id=below, view=changed)


async def _show_place(caller: Caller, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond) -> None:
    """Where somebody answered in their own place, it shows what they can do now. A message of ours is drawn anew."""
    if (body.get("view") or {}).get("type") == "home":
        await draw_home(caller, client)
    elif (body.get("container") or {}).get("is_ephemeral"):
        await respond(blocks=b.drawn(await place_blocks(caller)), response_type="ephemeral", replace_original=True)


def register(app: AsyncApp) -> None:
    app.action("members.open")(open_team)
    app.action("members.invite")(open_invitation)
    app.view("member_invitation")(invite)
    app.action("members.change")(change)
    app.view("member_removal")(remove)
    app.action("members.revoke")(revoke)
    app.action("members.leave")(leave)
    for turn in ("previous", "next", "first"):
        app.action(f"{PEOPLE}.{turn}")(turn_page)
        app.action(f"{INVITED}.{turn}")(turn_page)
    app.action("members.accept")(accept)
    app.action("members.decline")(decline)
